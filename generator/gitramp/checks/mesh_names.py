"""The forms of names that istiod enforces, each as a function that says what is wrong with one.

Owns the wording; "" means that the name is fine. They are those of Kubernetes but for capital letters and wildcards:
https://github.com/istio/istio/blob/master/pkg/config/validation/agent/validation.go. Must not know which object a name
is for.
"""

from __future__ import annotations

import re

from gitramp.checks.addresses import ip
from gitramp.source import show

_LABEL = re.compile("[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?")
_WILDCARD = re.compile(rf"\*|(?:\*-?)?{_LABEL.pattern}")
_QUALIFIED = re.compile("(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_PREFIX = re.compile(rf"{_LABEL.pattern}(?:\.{_LABEL.pattern})*")
_NUMBER = re.compile("[0-9]+")
_LONGEST_LABEL, _LONGEST_NAME, _LONGEST_PREFIX = 63, 255, 253


def dns_label(name: str) -> str:
    """Fault of a name without dots: a namespace, a subset, a port."""
    return _label(name, _LABEL)


def fqdn(name: str) -> str:
    """Fault of a host without wildcard; it may end with a dot."""
    return _length(name) or _labels(name)


def wildcard_host(name: str) -> str:
    """Fault of a host whose first part may be, or begin with, a wildcard."""
    if fault := _length(name):
        return fault
    first, dot, rest = name.partition(".")
    if fault := _label(first, _WILDCARD):
        return f"has the part {show(first)}, which {fault}"
    return _labels(rest) if dot else ""


def sni_host(name: str) -> str:
    """Fault of a host that a TLS client names at a gateway: also what AUTO_PASSTHROUGH makes of a Service's."""
    if not name.startswith("outbound_"):
        return wildcard_host(name)
    parts = name.split("_")
    named = len(parts) > 3 and re.search("[0-9]", parts[1].strip(".")) and re.search("[a-zA-Z]", parts[3].strip("."))
    return "" if named else "is not of the form outbound_.<port>_._.<host>"


def whole_wildcard(name: str) -> str:
    """Fault of a host with a wildcard that is only part of its first part, or not the first."""
    partial = "*" in name and len(name) != 1 and not name.startswith("*.")
    return "has a * that is not the whole first part" if partial else ""


def scoped_host(name: str, *, at_gateway: bool) -> str:
    """Fault of `namespace/host`, as Gateways and Sidecars list them; a Gateway may leave out the namespace."""
    namespace, slash, host = name.partition("/")
    if not slash:
        return _listed_host(name, at_gateway=True) if at_gateway else "is not of the form namespace/host"
    if not namespace or not host:
        return "has an empty part beside the /"
    bare = namespace if at_gateway else namespace.removeprefix("~")
    if bare not in {"*", "."} and (bare or at_gateway) and (fault := dns_label(bare)):
        return f"has the namespace {show(namespace)}, which {fault}"
    return _listed_host(host, at_gateway=at_gateway)


def _listed_host(host: str, *, at_gateway: bool) -> str:
    if host != "*" and "." not in host:
        return "is a short name"
    fault = "" if at_gateway and not ip(host) else wildcard_host(host)
    return fault or whole_wildcard(host)


def label_key(key: str) -> str:
    """Fault of a label's key."""
    prefix, slash, name = key.rpartition("/")
    if slash and not _PREFIX.fullmatch(prefix):
        return "has a prefix that is no DNS name"
    if len(prefix) > _LONGEST_PREFIX:
        return f"has a prefix of {len(prefix)} characters, {_LONGEST_PREFIX} at most"
    return _qualified(name)


def label_value(value: str) -> str:
    """Fault of a label's value; istiod does not bound its length."""
    fits = not value or _QUALIFIED.fullmatch(value)
    return "" if fits else "is not made of letters, digits, -, _ and . with a letter or digit at both ends"


def same_requests(one: str, other: str) -> bool:
    """Whether a request may be for both hosts."""
    if _is_wildcard(one) and _is_wildcard(other):
        return one[1:].endswith(other[1:]) or other[1:].endswith(one[1:])
    return within(one, other) or within(other, one)


def within(host: str, wide: str) -> bool:
    """Whether every request for `host` is one for `wide`."""
    if _is_wildcard(wide):
        return host.removeprefix("*").endswith(wide[1:]) and not (_is_wildcard(host) and len(host) < len(wide))
    return host == wide


def _is_wildcard(host: str) -> bool:
    return host.startswith("*")


def _length(name: str) -> str:
    if not name:
        return "is empty"
    length = len(name.encode("utf-8", "replace"))
    return f"has {length} bytes, {_LONGEST_NAME} at most" if length > _LONGEST_NAME else ""


def _labels(domain: str) -> str:
    parts = domain.split(".")
    if _NUMBER.fullmatch(parts[-1]):
        return f"ends with {show(parts[-1])}, and no top-level domain is a number"
    last = len(parts) - 1
    for position, part in enumerate(parts):
        if part == "" and position == last:
            return ""
        if fault := dns_label(part):
            return f"has the part {show(part)}, which {fault}"
    return ""


def _label(name: str, form: re.Pattern[str]) -> str:
    if not name:
        return "is empty"
    if len(name) > _LONGEST_LABEL:
        return f"is {len(name)} characters long, {_LONGEST_LABEL} at most"
    return "" if form.fullmatch(name) else "is not made of letters, digits and - with a letter or digit at both ends"


def _qualified(name: str) -> str:
    if not name:
        return "is empty"
    if len(name) > _LONGEST_LABEL:
        return f"is {len(name)} characters long, {_LONGEST_LABEL} at most"
    return label_value(name)
