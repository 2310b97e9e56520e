"""GR908: an Istio object says nothing with a field that is on its way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp.checks import mesh_objects
from gitramp.checks.fields import fields
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR908",
    "a deprecated field of an Istio object",
    "Istio still takes the field, with a warning or without effect, and may stop taking it.",
    "say it with the field that took its place",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0002/",
)
_POLICIES = ("trafficPolicy", "subsets.*.trafficPolicy")
_SETTINGS = {
    "outlierDetection.consecutiveErrors": "consecutiveGatewayErrors or consecutive5xxErrors",
    "loadBalancer.consistentHash.minimumRingSize": "ringHash.minimumRingSize",
}
_PLACES: Mapping[str, Mapping[str, str]] = {
    mesh_objects.VIRTUAL_SERVICE: {
        "http.*.mirrorPercent": "mirrorPercentage",
        "http.*.mirror_percent": "mirrorPercentage",
        "http.*.fault.delay.percent": "percentage",
    },
    mesh_objects.DESTINATION_RULE: {
        f"{policy}{ports}.{field}": instead
        for policy in _POLICIES
        for ports in ("", ".portLevelSettings.*")
        for field, instead in _SETTINGS.items()
    },
    mesh_objects.SIDECAR: {"outboundTrafficPolicy.egressProxy": ""},
}
_TAKEN_AT_ZERO = {"mirrorPercent", "mirror_percent"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each field that another one has taken the place of, or none."""
    for place, instead in _PLACES[mesh_objects.kind_of(manifest)].items():
        *_, name = place.split(".")
        for at, value in fields(manifest.body, "spec", *place.split(".")):
            if value or name in _TAKEN_AT_ZERO:
                remedy = f"say {instead}" if instead else "remove it; the proxies pass over it"
                yield Breach(f"{name} is deprecated", at, manifest, remedy=remedy)


RULE = ObjectRule(CODE, frozenset(_PLACES), find)
