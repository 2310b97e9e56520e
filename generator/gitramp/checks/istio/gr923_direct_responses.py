"""GR923: a direct response is an answer, of a size that fits in configuration."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import direct_responses, mesh_objects
from gitramp.checks.direct_responses import LARGEST
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.checks.statuses import answer
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR923",
    "a direct response that istiod refuses",
    "A direct response has a status from 200 to 599, and a body of a megabyte at most: it travels to every proxy.",
    "say another status, or serve large answers from a workload",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPDirectResponse",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each direct response with a status that answers nothing, or a body that is too large."""
    for at, response in mappings(manifest.body, "spec", "http", EACH, "directResponse"):
        status = body.number(response, "status") or 0
        if fault := answer(status):
            yield Breach(f"status {status} {fault}", (*at, "status"), manifest)
        if (size := direct_responses.size(response)) > LARGEST:
            yield Breach(f"the body has {size:,} bytes, {LARGEST:,} at most", (*at, "body"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)
