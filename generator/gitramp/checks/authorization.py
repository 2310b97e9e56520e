"""What an AuthorizationPolicy lists: sources, operations and conditions, and the forms of their values.

Owns those places and forms, as istiod reads them:
https://github.com/istio/istio/blob/master/pkg/config/security/security.go. Must not know any rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks import addresses
from gitramp.checks.fields import EACH, mappings
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

Fault = Callable[[str], str]
Found = Iterator[tuple[Pointer, dict[str, Any]]]
_PORT = re.compile("[0-9]{1,10}")
_ONE, _REST = "{*}", "{**}"
_LITERAL = re.compile(r"[a-zA-Z0-9\-._~%!$&'()+,;:@=]+")
_MOST_ACCOUNTS, _LONGEST_ACCOUNT = 16, 320


def action(manifest: Manifest) -> str:
    """Return what the policy does."""
    return body.text(manifest.body, "spec", "action") or "ALLOW"


def rules(manifest: Manifest) -> Found:
    """Yield its rules."""
    return mappings(manifest.body, "spec", "rules", EACH)


def listed(said: Any, *names: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each of the lists, and those of what shall not be, that has an item."""
    for name in names:
        for field in (name, f"not{name[0].upper()}{name[1:]}"):
            values = [value for _, value in body.items(said, field) if isinstance(value, str)]
            if values:
                yield field, values


def text(value: str) -> str:
    """Fault of a value that may be anything."""
    return "" if value else "is empty"


def block(value: str) -> str:
    """Fault of an IP address or a block of them."""
    return addresses.ip_or_block(value)


def port(value: str) -> str:
    """Fault of a port, which is said as a text; istiod takes 0."""
    return "" if _PORT.fullmatch(value) and int(value) <= 65535 else "is no port"


def account(value: str) -> str:
    """Fault of a service account."""
    if "*" in value:
        return "has a wildcard in it"
    parts = value.split("/")
    if len(parts) > 2 or not all(parts):
        return "is not name or namespace/name"
    return f"is longer than {_LONGEST_ACCOUNT} characters" if len(value) > _LONGEST_ACCOUNT else ""


def many_accounts(values: list[str]) -> str:
    """Fault of a list of service accounts."""
    return f"are {len(values)}, {_MOST_ACCOUNTS} at most" if len(values) > _MOST_ACCOUNTS else ""


def wildcard(value: str) -> str:
    """Fault of a value that may start or end with a wildcard."""
    inside = value.strip("*") if value.count("*") == 1 else value
    return text(value) or ("has a wildcard that is not at one end" if "*" in inside else "")


def trust_domain(value: str) -> str:
    """Fault of a trust domain."""
    return wildcard(value) or ("has a / in it" if "/" in value else "")


def principal(value: str) -> str:
    """Fault of a principal that istiod takes and that is no TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT."""
    if value.startswith("spiffe://"):
        return "has a spiffe:// that the mesh adds by itself"
    if value.startswith(("ns/", "/")):
        return "has no trust domain before /ns/"
    parts = value.split("/")
    whole = len(parts) == 5 and all(parts) and (parts[1], parts[3]) == ("ns", "sa")
    return "" if "*" in value or not value or whole else "is not TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT"


def path(value: str) -> str:
    """Fault of a path, in which {*} stands for one part and {**} for all that follow."""
    templated = _ONE in value or _REST in value
    parts = value.strip("/").split("/")
    for position, part in enumerate(parts):
        if part in {_ONE, _REST}:
            if _REST in parts[:position]:
                return f"has {part} behind {_REST}"
        elif "{" in part or "}" in part:
            return f"has braces that are neither {_ONE} nor {_REST}"
        elif templated and not _LITERAL.fullmatch(part):
            return "has a part that stands for no text of a path"
    return text(value)


_MAPS = ("request.headers", "request.auth.claims", "experimental.envoy.filters.")
_KEYS: Mapping[str, Fault] = {
    "source.ip": block,
    "remote.ip": block,
    "source.namespace": text,
    "source.serviceAccount": account,
    "source.principal": text,
    "source.trustDomain": wildcard,
    "request.auth.principal": text,
    "request.auth.audiences": text,
    "request.auth.presenter": text,
    "destination.ip": block,
    "destination.port": port,
    "connection.sni": text,
}


def key(name: str) -> str:
    """Fault of the key of a condition."""
    if name.startswith(_MAPS):
        opening = name.find("[")
        return "" if name.endswith("]") and 0 < opening < len(name) - 2 else "is not of the form name[key]"
    return "" if name in _KEYS else "is no attribute that istiod knows"


def value_of(name: str) -> Fault:
    """Return what tells the fault of a value of a condition with this key."""
    return _KEYS.get(name, text)
