"""GR471: an operation of an AuthorizationPolicy is one that a request can ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gitramp.checks import authorization, mesh_objects
from gitramp.checks.fields import EACH, texts
from gitramp.checks.request_paths import never_asked
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR471",
    "an operation that no request asks for",
    "Methods are compared letter by letter, paths start with / and come without their query, and a host has no path: "
    "the rule fits no request, and says so to nobody.",
    "write methods in capitals, paths with a / or a * in front, and of a URL only the host as host",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation",
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each method, path and host that fits no request."""
    for at, rule in authorization.rules(manifest):
        for name, fault_of in _FAULTS.items():
            for below, value in texts(rule, "to", EACH, "operation", name, EACH):
                if fault := fault_of(value):
                    yield Breach(f"{name} lists {show(value)}, which {fault}", (*at, *below), manifest)


def _method(value: str) -> str:
    meant = value.strip().upper()
    return f"is not {meant}: the case of letters counts" if meant in _METHODS and value != meant else ""


def _path(value: str) -> str:
    # A template may stand for the first part.
    return "" if not value or value.startswith("{") else never_asked(value, "*")


def _host(value: str) -> str:
    return "has a / in it, as no host has" if "/" in value else ""


_FAULTS: Mapping[str, Callable[[str], str]] = {"methods": _method, "paths": _path, "hosts": _host}

RULE = ObjectRule(CODE, frozenset({mesh_objects.AUTHORIZATION_POLICY}), find)
