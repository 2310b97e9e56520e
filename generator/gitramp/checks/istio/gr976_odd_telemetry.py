"""GR976: a Telemetry asks for one way of tracing."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR976",
    "telemetry of which only part is used",
    "The proxies send traces to one provider, as the first entry says it; istiod takes more with a warning.",
    "keep one entry of tracing, with one provider",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/telemetry/#Tracing",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield tracing said twice, to several providers, and each override of a tag without a name."""
    entries = list(mappings(manifest.body, "spec", "tracing", EACH))
    if len(entries) > 1:
        yield Breach(f"there are {len(entries)} entries of tracing", ("spec", "tracing"), manifest)
    for at, entry in entries:
        providers = list(body.items(entry, "providers"))
        if len(providers) > 1:
            yield Breach(f"traces go to {len(providers)} providers", (*at, "providers"), manifest)
    for at, tags in mappings(manifest.body, "spec", "metrics", EACH, "overrides", EACH, "tagOverrides"):
        if "" in tags:
            yield Breach("a tag of metrics has no name", at, manifest, remedy="name the tag")


RULE = ObjectRule(CODE, frozenset({mesh_objects.TELEMETRY}), find)
