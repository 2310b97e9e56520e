"""Localities: region/zone/subzone, of which the last one said may be a wildcard.

Owns the notation and when two of them overlap, as istiod reads them. Must not know any rule.
https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
"""

from __future__ import annotations

TOPOLOGY = frozenset({"topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"})
"""The labels that say where a pod is."""
_ANY = "*"


def fault(locality: str) -> str:
    """Fault of a locality."""
    if locality.count(_ANY) > 1 or _ANY in locality[:-1]:
        return "has a * that is not its end"
    return "" if all(locality.split("/", 2)) else "has an empty part"


def overlaps(earlier: str, later: str) -> bool:
    """Whether istiod takes `later` for part of `earlier`, or the other way round; only `*` before others is for all."""
    (region, *zones), (other_region, *other_zones) = earlier.split("/", 2), later.split("/", 2)
    if region == _ANY:
        return True
    if region != other_region:
        return False
    if not zones or not other_zones or zones[0] == _ANY:
        return True
    (zone, *subzones), (other_zone, *other_subzones) = zones, other_zones
    if zone != other_zone:
        return False
    return not subzones or not other_subzones or subzones[0] in {_ANY, other_subzones[0]}
