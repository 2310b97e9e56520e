"""The pods of gateways that nobody renders: which there must be, and what stands for them in the cluster.

Owns where a gateway's pods are, on which port of this machine each door is, and gateways that are meant to be there
without being rendered. Pure. Must not know how Envoy runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from conformance import mesh_gateway_api
from gitramp import body
from gitramp.preview import Door
from gitramp.preview.doors import GATEWAY_API, ISTIO
from gitramp.resource import Manifest, ManifestSet, ResourceId

Body = Mapping[str, Any]
INGRESS = "istio-ingress"
"""The namespace of a gateway's pods, where the environment does not render them."""
WAYPOINT = "istio-waypoint"
"""The class of gateways inside an ambient mesh, which are no edge; a sidecar reads the same routes here."""
ELSEWHERE = 80
"""The port of a gateway that is not rendered."""


class Edge(NamedTuple):
    """The pods of gateways with one selector, and the port of this machine for each port of the gateways."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    ways_in: frozenset[str]
    ports: Mapping[int, int]

    @property
    def pod(self) -> str:
        """The name of its pod."""
        return f"{self.name}-0"

    def port(self, door: Door) -> int:
        """Return where a door is on this machine."""
        return self.ports[door.port or ELSEWHERE]


def elsewhere(manifests: ManifestSet) -> Iterator[Manifest]:
    """Yield the gateways that an environment counts on and does not render; they take every host."""
    for each in sorted(manifests.elsewhere):
        if each.gvk.kind == "Gateway":
            yield Manifest.of(each.gvk, {"metadata": _metadata(each), "spec": _open(each)}, ())


def _metadata(gateway: ResourceId) -> dict[str, str]:
    return {"name": gateway.name, "namespace": gateway.namespace}


def _open(gateway: ResourceId) -> dict[str, Any]:
    if gateway.gvk.group == ISTIO:
        port = {"number": ELSEWHERE, "name": "http", "protocol": "HTTP"}
        selector = {"gitramp-gateway": f"{gateway.namespace}.{gateway.name}"}
        return {"selector": selector, "servers": [{"port": port, "hosts": ["*/*"]}]}
    listener = {"name": "http", "port": ELSEWHERE, "protocol": "HTTP"}
    return {
        "gatewayClassName": "istio",
        "listeners": [{**listener, "allowedRoutes": {"namespaces": {"from": "All"}}}],
    }


def edges(manifests: ManifestSet, free: Iterator[int]) -> Iterator[Edge]:
    """Yield the pods that the gateways choose, once for gateways that choose the same."""
    of_pods: dict[tuple[str, frozenset[tuple[str, str]]], list[Manifest]] = {}
    for each in [*manifests.of_kind("Gateway"), *elsewhere(manifests)]:
        if body.text(each.body, "spec", "gatewayClassName") != WAYPOINT:
            of_pods.setdefault(_pods(each, manifests), []).append(each)
    for position, ((namespace, labels), listed) in enumerate(of_pods.items()):
        numbers = sorted({number for each in listed for number in _ports(each)})
        ways_in = frozenset(f"{each.id.namespace}/{each.id.name}" for each in listed)
        yield Edge(
            _name(listed[0], position), namespace, dict(labels), ways_in, {number: next(free) for number in numbers}
        )


def _ports(gateway: Manifest) -> Iterator[int]:
    listed = ("servers", "port", "number") if gateway.id.gvk.group == ISTIO else ("listeners", "port")
    for _, each in body.items(gateway.body, "spec", listed[0]):
        yield body.number(each, *listed[1:]) or ELSEWHERE


def _name(gateway: Manifest, position: int) -> str:
    if gateway.id.gvk.group == GATEWAY_API:  # the one that istiod would make
        return f"{gateway.id.name}-{mesh_gateway_api.CLASS}"
    return f"edge-{position}"


def _pods(gateway: Manifest, manifests: ManifestSet) -> tuple[str, frozenset[tuple[str, str]]]:
    """Return the namespace and labels of a gateway's pods."""
    if gateway.id.gvk.group == GATEWAY_API:
        labels = {"gateway.networking.k8s.io/gateway-name": gateway.id.name}
        return gateway.id.namespace, frozenset(labels.items())
    selector = body.mapping(gateway.body, "spec", "selector")
    for each in manifests.of_kind("Deployment"):
        if selector.items() <= body.mapping(each.body, "spec", "template", "metadata", "labels").items():
            return each.id.namespace, frozenset(selector.items())
    return INGRESS, frozenset(selector.items())


def front(edge: Edge) -> Iterator[Body]:
    """Yield the Service and the pod of an edge: the Service says on which port of the pod a port of a gateway is."""
    metadata = {"name": edge.name, "namespace": edge.namespace}
    ports = [{"name": f"http-{port}", "port": port, "targetPort": at} for port, at in edge.ports.items()]
    spec = {"clusterIP": "10.98.0.1", "type": "ClusterIP", "selector": dict(edge.labels), "ports": ports}
    yield {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
    named = {"name": edge.pod, "namespace": edge.namespace, "labels": dict(edge.labels)}
    yield pod(named, [{"name": "istio-proxy", "image": "none"}], "10.98.1.1")


def pod(metadata: Body, containers: list[Body], address: str, **spec: Any) -> Body:
    """Return a pod that is ready."""
    found = {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]}
    status = {**found, "conditions": [{"type": "Ready", "status": "True"}]}
    said = {"containers": containers, **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": said, "status": status}
