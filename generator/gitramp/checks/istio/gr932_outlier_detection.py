"""GR932: outlier detection counts what it can tell, and ejects a share."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, traffic_policies
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR932",
    "outlier detection that istiod refuses",
    "Shares of endpoints are percentages; and failures that are the proxy's own are counted only where they are told "
    "from those of the other side.",
    "say percentages from 0 to 100, and splitExternalLocalOriginErrors beside consecutiveLocalOriginFailures",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each percentage that is none, and each count of what is not told apart."""
    for at, detection in traffic_policies.settings(manifest, "outlierDetection"):
        for field in ("maxEjectionPercent", "minHealthPercent"):
            share = body.number(detection, field)
            if share is not None and not 0 <= share <= 100:
                yield Breach(f"{field} {share} is not from 0 to 100", (*at, field), manifest)
        failures = body.number(detection, "consecutiveLocalOriginFailures") or 0
        if failures > 0 and detection.get("splitExternalLocalOriginErrors") is not True:
            message = "consecutiveLocalOriginFailures is said without splitExternalLocalOriginErrors"
            yield Breach(message, (*at, "consecutiveLocalOriginFailures"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE}), find)
