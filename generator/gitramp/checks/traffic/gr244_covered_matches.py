"""GR244: every match of a rule adds requests to those of the others."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.request_tests import Asked, covers, read
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, Manifest, ManifestSet

CODE = Code(
    "GR244",
    "a match that another one of the same rule covers",
    "The matches of a rule are alternatives. One that asks for more than another never decides anything: often two "
    "entries were written where one entry with both tests was meant.",
    "remove it, or write both tests in one entry",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0131/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each match that another one of its rule covers; of two alike, the later one."""
    for virtual_service in routes.virtual_services(manifests):
        bound = frozenset(name for _, name in routes.gateway_names(virtual_service))
        for rule, _ in body.items(virtual_service.body, "spec", "http"):
            found = body.items(virtual_service.body, *rule, "match")
            yield from _covered(virtual_service, [(at, read(match, bound)) for at, match in found])


def _covered(manifest: Manifest, matches: list[tuple[Pointer, Asked]]) -> Iterator[Breach]:
    for position, (at, asked) in enumerate(matches):
        for other, (where, wide) in enumerate(matches):
            if other != position and covers(wide, asked) and (other < position or not covers(asked, wide)):
                message = f"match {position} is covered by match {other} of the same rule"
                yield Breach(message, at, manifest, related=(Elsewhere("the wider one", where, manifest),))
                break


RULE = ManifestRule(CODE, find)
