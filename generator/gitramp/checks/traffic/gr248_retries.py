"""GR248: all attempts of a rule fit into its timeout."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body, durations
from gitramp.checks import routes
from gitramp.checks.registry import is_own
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR248",
    "retries of a rule that its timeout cuts off",
    "The timeout is for the whole request: attempts that no longer fit into it are never made.",
    "raise timeout, or lower perTryTimeout or attempts",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule whose attempts take longer than its timeout; GR224 tells of what gitramp rendered."""
    for virtual_service in routes.virtual_services(manifests):
        if is_own(virtual_service):
            continue
        for at, rule in body.items(virtual_service.body, "spec", "http"):
            each, whole = body.text(rule, "retries", "perTryTimeout"), body.text(rule, "timeout")
            one, all_of_them = durations.nanoseconds(each), durations.nanoseconds(whole)
            tries = (body.number(rule, "retries", "attempts") or 0) + 1
            if one and all_of_them and tries * one > all_of_them:
                message = f"{tries} attempts of {show(each)} do not fit into {show(whole)}"
                yield Breach(message, (*at, "retries", "perTryTimeout"), virtual_service)


RULE = ManifestRule(CODE, find)
