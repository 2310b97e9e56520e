"""GR926: the share of requests that are copied is one."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, fields
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR926",
    "a share of copied requests that is none",
    "istiod refuses a percentage below 0 or above 100.",
    "say a percentage from 0 to 100",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMirrorPolicy",
)
_PLACES = (
    ("mirrorPercent",),
    ("mirror_percent",),
    ("mirrorPercentage", "value"),
    ("mirrors", EACH, "percentage", "value"),
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each percentage that is not from 0 to 100."""
    for place in _PLACES:
        for at, share in fields(manifest.body, "spec", "http", EACH, *place):
            if isinstance(share, (int, float)) and not 0 <= share <= 100:
                yield Breach(f"{body.shown(share)} percent are not from 0 to 100", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)
