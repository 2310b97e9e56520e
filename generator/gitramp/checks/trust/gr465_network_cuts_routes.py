"""GR465: the network lets gateways through to the pods that they route to."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.callees import from_gateways
from gitramp.checks.destinations import Destination, all_destinations
from gitramp.checks.network_paths import is_closed, is_cut
from gitramp.checks.registry import Registry
from gitramp.checks.routes import MESH
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at, target_port
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet

CODE = Code(
    "GR465",
    "a route that a NetworkPolicy cuts",
    "The gateway's connections to the pods are dropped: requests from outside wait for the timeout and end in 503.",
    "let the gateway's namespace through to the port on which the pods listen; in ambient mode to 15008",
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each route of a gateway to a port that is closed to everybody, or to the gateway's pods in the set."""
    if next(manifests.of_kind("NetworkPolicy"), None) is None:
        return
    told: set[tuple[int, int]] = set()
    for each in all_destinations(manifests):
        if any(name != MESH for name in each.gateways):
            yield from _closed(manifests, each, told)
    for call in from_gateways(manifests):
        pair = (id(call.manifest), id(call.callee.manifest))
        policy = is_cut(manifests, call.caller, call.callee, call.ports) if pair not in told else None
        if policy is not None:
            told.add(pair)
            message = f"{policy.id} cuts {call.caller.manifest.id} off from port {call.ports[0]}"
            yield Breach(f"{message} of {call.callee.manifest.id}", call.at, call.manifest, related=_at(policy))


def _closed(manifests: ManifestSet, each: Destination, told: set[tuple[int, int]]) -> Iterator[Breach]:
    service = Registry.of(manifests).service(each.host, each.manifest.id.namespace)
    port = service.port(each.port) if service is not None else None
    for pod in pods_at(manifests, each) if port is not None else ():
        number = target_port(port, pod) if port is not None else None
        policy = is_closed(manifests, pod, number) if number is not None else None
        if policy is not None and (id(each.manifest), id(pod.manifest)) not in told:
            told.add((id(each.manifest), id(pod.manifest)))
            message = f"{policy.id} lets nobody in to port {number} of {pod.manifest.id}"
            yield Breach(message, each.host_at, each.manifest, related=_at(policy))


def _at(policy: Manifest) -> tuple[Elsewhere, ...]:
    return (Elsewhere("the policy", ("spec",), policy),)


RULE = ManifestRule(CODE, find)
