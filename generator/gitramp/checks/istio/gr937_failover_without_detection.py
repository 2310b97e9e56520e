"""GR937: who fails over learns from outlier detection that it has to."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, traffic_policies
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR937",
    "a failover that never happens",
    "A proxy leaves the endpoints nearby only once outlier detection has ejected them; without it, requests stay with "
    "what fails.",
    "say outlierDetection beside loadBalancer",
    Severity.WARNING,
    source="https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each failover in settings without outlier detection."""
    for at, said in (*traffic_policies.policies(manifest), *traffic_policies.of_ports(manifest)):
        if isinstance(said.get("outlierDetection"), dict):
            continue
        for way in ("localityLbSetting", "zoneAwareLbSetting"):
            for field in ("failover", "failoverPriority"):
                if any(body.items(said, "loadBalancer", way, field)):
                    place = (*at, "loadBalancer", way, field)
                    yield Breach(f"there is {field} and no outlierDetection", place, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE}), find)
