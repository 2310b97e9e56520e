"""GR291: a match of a VirtualService tests for a path that requests can have."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, virtual_service
from gitramp.checks.request_paths import never_asked
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR291",
    "a match for a path that no request has",
    "Every path starts with /, and it is compared without its query: the rule takes no request, and those that were "
    "meant go where the next rules say.",
    "write the path with a / in front, and test the query by queryParams",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each exact path and each prefix that no path has."""
    for field, at, test in virtual_service.tests(manifest):
        for kind in ("exact", "prefix"):
            path = body.text(test, kind) if field == "uri" else ""
            # OPTIONS asks for * where the whole server is meant.
            if path not in {"", "*"} and (fault := never_asked(path)):
                yield Breach(f"{kind} {show(path)} {fault}", (*at, kind), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)
