"""GR353: a Service says what its type can have."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import names
from gitramp.checks.cluster_addresses import read_address, read_network
from gitramp.checks.forms import Fault, breaches, whole, word
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR353",
    "a field that does not fit the type of a Service",
    "A balancer's fields count only for LoadBalancer, node ports not for ClusterIP, an address not for ExternalName; "
    "the API server refuses the rest.",
    "change `type`, or remove the field",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
)
_TYPES = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
_OF_BALANCERS = ("loadBalancerClass", "loadBalancerSourceRanges", "allocateLoadBalancerNodePorts")
_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
_WORDS = {
    "type": _TYPES,
    "sessionAffinity": ("None", "ClientIP"),
    "internalTrafficPolicy": ("Cluster", "Local"),
    "externalTrafficPolicy": ("Cluster", "Local"),
    "ipFamilyPolicy": ("SingleStack", "PreferDualStack", "RequireDualStack"),
    "trafficDistribution": _DISTRIBUTIONS,
}
_DAY = 86_400


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each field that the Service's type does not have, and each odd value."""
    kind = body.text(manifest.body, "spec", "type") or "ClusterIP"
    for faults in (_words(manifest), _of_type(manifest, kind), _addresses(manifest, kind), _affinity(manifest)):
        yield from breaches(manifest, faults)


def _words(manifest: Manifest) -> Iterator[Fault]:
    for key, known in _WORDS.items():
        yield from word(manifest.body, ("spec", key), known)


def _of_type(manifest: Manifest, kind: str) -> Iterator[Fault]:
    spec = body.mapping(manifest.body, "spec")
    for key in _OF_BALANCERS:
        if spec.get(key) not in (None, []) and kind != "LoadBalancer":
            yield Fault(f"{key} is of a LoadBalancer, and the type is {show(kind)}", ("spec", key))
    outside = kind in {"NodePort", "LoadBalancer"} or bool(spec.get("externalIPs"))
    if spec.get("externalTrafficPolicy") is not None and not outside:
        yield Fault(f"externalTrafficPolicy does not fit the type {show(kind)}", ("spec", "externalTrafficPolicy"))
    local = kind == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"
    if spec.get("healthCheckNodePort") and not local:
        where: Pointer = ("spec", "healthCheckNodePort")
        yield Fault("healthCheckNodePort counts only for a LoadBalancer with externalTrafficPolicy: Local", where)
    for at, port in body.items(manifest.body, "spec", "ports"):
        if body.number(port, "nodePort") and kind == "ClusterIP":
            yield Fault("nodePort does not fit the type ClusterIP", (*at, "nodePort"))


def _addresses(manifest: Manifest, kind: str) -> Iterator[Fault]:
    said, at = body.text(manifest.body, "spec", "clusterIP"), ("spec", "clusterIP")
    if kind == "ExternalName":
        yield from _external(manifest)
        if said:
            yield Fault("an ExternalName has no clusterIP", at)
    elif said == "None":
        if kind in {"NodePort", "LoadBalancer"}:
            yield Fault(f"a {kind} needs an address, and clusterIP is None", at)
    elif said and read_address(said) is None:
        yield Fault(f"clusterIP {show(said)} is neither None nor an IP address", at)
    for key, read in (("externalIPs", read_address), ("loadBalancerSourceRanges", read_network)):
        for step, text in body.items(manifest.body, "spec", key):
            if isinstance(text, str) and read(text.strip()) is None:
                yield Fault(f"{show(text)} is no {'IP address' if key == 'externalIPs' else 'range'}", step)


def _external(manifest: Manifest) -> Iterator[Fault]:
    name = body.text(manifest.body, "spec", "externalName")
    if fault := names.subdomain(name.removesuffix(".")):
        yield Fault(f"externalName {show(name)} {fault}", ("spec", "externalName") if name else ("spec",))


def _affinity(manifest: Manifest) -> Iterator[Fault]:
    if body.text(manifest.body, "spec", "sessionAffinity") == "ClientIP":
        at: Pointer = ("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds")
        yield from whole(manifest.body, at, 1, _DAY)


RULE = ObjectRule(CODE, frozenset({"/Service"}), find)
