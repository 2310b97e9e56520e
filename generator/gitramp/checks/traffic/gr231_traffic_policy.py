"""GR231: what a traffic policy says goes together."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import tracks
from gitramp.model import Environment, Service, Track, TrafficPolicy
from gitramp.pointer import Pointer
from gitramp.problem import Code

CODE = Code(
    "GR231",
    "a traffic policy that contradicts itself or the canary",
    "The mesh takes one way to choose a pod, applies the weights of a canary before any hash, warms pods up only where "
    "it counts requests, and learns from outlier detection alone when pods nearby are to be left. Pods under STRICT "
    "mutual TLS refuse every other TLS.",
    "say one of them; to keep clients with their track, say `canary.sticky`",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings",
)
_Fault = tuple[str, Pointer, str]


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each part of a traffic policy that has no effect, or another one than it says."""
    for service, track in tracks(environment):
        if track.traffic_policy is not None:
            for message, pointer, remedy in _faults(service, track, track.traffic_policy):
                yield Breach(message, pointer, remedy=remedy)


def _faults(service: Service, track: Track, policy: TrafficPolicy) -> Iterator[_Fault]:
    yield from _hash(service, track, policy)
    if policy.warmup is not None and policy.load_balancer not in {"LEAST_REQUEST", "ROUND_ROBIN"}:
        remedy = "say `loadBalancer: LEAST_REQUEST` or ROUND_ROBIN"
        yield "pods warm up under LEAST_REQUEST and ROUND_ROBIN only", policy.warmup.pointer, remedy
    if policy.locality is not None:
        yield from _locality(policy)
    demanded = str(track.port) not in service.port_level_mtls
    if policy.tls is not None and policy.tls.mode != "ISTIO_MUTUAL" and demanded:
        remedy = f"make port {track.port} an exception under portLevelMtls, or leave tls out"
        yield f"tls {policy.tls.mode} to pods that demand mutual TLS", policy.tls.at("mode"), remedy


def _hash(service: Service, track: Track, policy: TrafficPolicy) -> Iterator[_Fault]:
    said, canary = policy.consistent_hash, service.canary
    if said is None:
        return
    if len(said.ways) != 1:
        yield f"consistentHash says {' and '.join(said.ways) or 'nothing'}", said.pointer, "say one of the three"
    if policy.load_balancer is not None:
        yield "a pod is chosen by loadBalancer or by consistentHash", policy.at("loadBalancer"), ""
    split = canary is not None and 0 < canary.weight < 100
    if split and canary is not None and track.name in {canary.track, service.stable}:
        yield "a hash does not hold clients while a canary takes a weight", said.pointer, ""


def _locality(policy: TrafficPolicy) -> Iterator[_Fault]:
    locality = policy.locality
    assert locality is not None
    if len(locality.ways) > 1:
        yield f"locality says {' and '.join(locality.ways)}", locality.pointer, "say one of them"
    if policy.outlier_detection is None and not locality.distribute:
        yield "requests never leave pods nearby that fail", locality.pointer, "say `outlierDetection` beside it"
    for name, shares in locality.distribute.items():
        total = sum(shares.to.values())
        if total != 100:
            yield f"the shares from {name} are {total} percent together", shares.at("to"), "make them 100"


RULE = EnvironmentRule(CODE, find)
