"""GR249: requests that change something are not sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.registry import is_own
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR249",
    "retries of requests that change something",
    "The conditions let a proxy send a request again that the service may have carried out: an order is placed twice. "
    "POST and PATCH are not idempotent.",
    "say attempts: 0, or retryOn with conditions of a request that was never sent, such as connect-failure",
    Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2",
)
_WRITES = {"POST", "PATCH"}
_AFTER = {
    "5xx",
    "gateway-error",
    "reset",
    "retriable-4xx",
    "internal",
    "deadline-exceeded",
    "cancelled",
    "http3-post-connect-failure",
}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule for writing methods that retries what may have been done; an overlay's choice is its own."""
    for virtual_service in routes.virtual_services(manifests):
        if is_own(virtual_service):
            continue
        for at, rule in body.items(virtual_service.body, "spec", "http"):
            retries = body.mapping(rule, "retries")
            conditions = {part.strip() for part in body.text(retries, "retryOn").split(",")}
            risky = sorted(conditions & _AFTER)
            method = _written(rule)
            if method and risky and body.number(retries, "attempts") != 0:
                message = f"{method} is sent again on {', '.join(risky)}"
                yield Breach(message, (*at, "retries", "retryOn"), virtual_service)


def _written(rule: Any) -> str:
    """Return a writing method that every match of the rule asks for, "" where one does not."""
    asked = [body.text(match, "method", "exact") for _, match in body.items(rule, "match")]
    return asked[0] if asked and all(method in _WRITES for method in asked) else ""


RULE = ManifestRule(CODE, find)
