"""GR935: what is said of localities goes together and adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from gitramp import body
from gitramp.checks import localities, mesh_objects, traffic_policies
from gitramp.checks.fields import EACH, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR935",
    "load balancing by locality that istiod refuses",
    "Requests of a locality are distributed in percentages that add up to 100, or fail over from one region to "
    "another; localities do not overlap, and the zone-aware way knows zones by itself.",
    "say distribute or failover, and each locality once",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting",
)
_Fault = tuple[str, Pointer]
_WAYS = ("localityLbSetting", "zoneAwareLbSetting")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each contradiction, each distribution that does not add up, and each failover to no other region."""
    for at, balancer in traffic_policies.settings(manifest, "loadBalancer"):
        said = {way: balancer[way] for way in _WAYS if isinstance(balancer.get(way), dict)}
        if len(said) > 1:
            yield Breach(f"loadBalancer has {' and '.join(said)}", (*at, _WAYS[1]), manifest)
        for way, setting in said.items():
            found = (*_ways(way, setting), *_distribution(setting), *_failover(setting))
            yield from (Breach(message, (*at, way, *below), manifest) for message, below in found)


def _ways(way: str, setting: Any) -> Iterator[_Fault]:
    fails_over = any(body.items(setting, "failover"))
    if any(body.items(setting, "distribute")) and fails_over:
        yield "there are distribute and failover", ("distribute",)
    for at, label in texts(setting, "failoverPriority", EACH):
        if label in localities.TOPOLOGY and (fails_over or way == _WAYS[1]):
            beside = "failover" if way == _WAYS[0] else "the zone-aware way"
            yield f"failoverPriority has {label} beside {beside}", at


def _distribution(setting: Any) -> Iterator[_Fault]:
    entries = list(body.items(setting, "distribute"))
    yield from _places([((*at, "from"), body.text(entry, "from")) for at, entry in entries])
    for at, entry in entries:
        shares = body.mapping(entry, "to")
        weights = [body.number(share) or 0 for share in shares.values()]
        if sum(weights) != 100 or not all(0 < weight <= 100 for weight in weights):
            yield f"the shares {' + '.join(map(str, weights)) or 0} are not percentages of 100", (*at, "to")
        # They come in no order: what istiod refuses in one of them is refused.
        yield from _places([((*at, "to", name), name) for name in sorted(shares)])


def _places(said: Sequence[tuple[Pointer, str]]) -> Iterator[_Fault]:
    for at, locality in said:
        if fault := localities.fault(locality):
            yield f"locality {show(locality)} {fault}", at
    for (_, earlier), (at, later) in combinations(said, 2):
        if localities.overlaps(earlier, later):
            yield f"localities {show(earlier)} and {show(later)} overlap", at


def _failover(setting: Any) -> Iterator[_Fault]:
    for at, entry in body.items(setting, "failover"):
        source, target = body.text(entry, "from"), body.text(entry, "to")
        if source == target:
            yield f"region {show(source)} fails over to itself", at
        for region in {source, target}:
            if "/" in region or "*" in region:
                yield f"{show(region)} is no region alone", at


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE}), find)
