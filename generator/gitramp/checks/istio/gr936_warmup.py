"""GR936: an endpoint is warmed up for a time, with some aggression."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, traffic_policies
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR936",
    "a warm-up that istiod refuses",
    "A warm-up lasts for the duration that it says, and gives a new endpoint a growing share from minimumPercent on.",
    "say a duration and an aggression above 0",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#WarmupConfiguration",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each warm-up without a duration or aggression, or that starts above all."""
    for at, warmup in traffic_policies.settings(manifest, "loadBalancer", "warmup"):
        least, aggression = warmup.get("minimumPercent"), warmup.get("aggression")
        if warmup.get("duration") is None:
            yield Breach("the warm-up says no duration", at, manifest)
        if isinstance(least, (int, float)) and least > 100:
            yield Breach(f"minimumPercent {body.shown(least)} is above 100", (*at, "minimumPercent"), manifest)
        if isinstance(aggression, (int, float)) and aggression <= 0:
            yield Breach(f"aggression {body.shown(aggression)} is not above 0", (*at, "aggression"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE}), find)
