"""GR903: an Istio object has no annotation that istiod refuses on it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.istio_annotations import BOOLEANS
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR903",
    "an annotation that istiod refuses on its own kinds",
    "A dry run is for AuthorizationPolicies that allow or deny; and what istiod marks objects with that it makes "
    "itself, nobody else may say.",
    "remove the annotation",
    source="https://istio.io/latest/docs/reference/config/annotations/#IoIstioDryRun",
)
_DRY_RUN = "istio.io/dry-run"
_INTERNAL = (
    "internal.istio.io/webhook-always-reject",
    "internal.istio.io/parent-namespace",
    "internal.istio.io/parents",
)
_AT = ("metadata", "annotations")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each annotation that the object's kind may not have, or with a value that it may not have."""
    said = body.mapping(manifest.body, *_AT)
    for name in _INTERNAL:
        if name in said:
            yield Breach(f"annotation {name} is istiod's own", (*_AT, name), manifest)
    if _DRY_RUN in said and (fault := _dry_run(manifest, body.text(manifest.body, *_AT, _DRY_RUN))):
        yield Breach(f"annotation {_DRY_RUN} {fault}", (*_AT, _DRY_RUN), manifest)


def _dry_run(manifest: Manifest, value: str) -> str:
    if mesh_objects.kind_of(manifest) != mesh_objects.AUTHORIZATION_POLICY:
        return f"has no effect on a {manifest.id.gvk.kind}"
    action = body.text(manifest.body, "spec", "action") or "ALLOW"
    if action not in {"ALLOW", "DENY"}:
        return f"is for ALLOW and DENY, not for {show(action)}"
    return "" if value in BOOLEANS else f"is {show(value)}, neither true nor false"


RULE = ObjectRule(CODE, mesh_objects.EVERY, find)
