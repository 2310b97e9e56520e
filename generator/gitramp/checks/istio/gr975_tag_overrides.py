"""GR975: a Telemetry names the tags that it adds, and a value for those that it sets."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR975",
    "a tag of telemetry that istiod refuses",
    "A tag is set to a value, which is what an override does where nothing is said, or removed and then has none; and "
    "each has a name.",
    "say a value, or operation: REMOVE",
    source="https://istio.io/latest/docs/reference/config/telemetry/#MetricsOverrides-TagOverride",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each tag without a name, set to nothing, or removed with a value."""
    for at, override in mappings(manifest.body, "spec", "metrics", EACH, "overrides", EACH, "tagOverrides", EACH):
        operation, tag = body.text(override, "operation") or "UPSERT", show(str(at[-1]))
        if operation == "UPSERT" and not body.text(override, "value"):
            yield Breach(f"tag {tag} is set to no value", at, manifest)
        if operation == "REMOVE" and override.get("value") is not None:
            yield Breach(f"tag {tag} is removed and has a value", (*at, "value"), manifest)
    for at, tags in mappings(manifest.body, "spec", "tracing", EACH, "customTags"):
        if "" in tags:
            yield Breach("a tag of traces has no name", at, manifest, remedy="name the tag")


RULE = ObjectRule(CODE, frozenset({mesh_objects.TELEMETRY}), find)
