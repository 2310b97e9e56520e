"""What istiod is told of an environment: its objects as rendered, and invented pods that answer for its Services.

Owns which objects those are, what of them cannot be served on one machine and how it is said instead, and the addresses
of back ends and ports of gateways. Pure. Must not know how istiod or Envoy run, nor what is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, NamedTuple

from conformance import mesh_caller, mesh_edges, mesh_gateway_api
from conformance.mesh_caller import Listeners
from conformance.mesh_edges import Edge
from gitramp import body
from gitramp.checks.pods import LASTING
from gitramp.preview.doors import GATEWAY_API
from gitramp.resource import Manifest, ManifestSet

Body = Mapping[str, Any]
DOMAIN = "cluster.local"
"""The domain of the cluster that Istio's tests know."""
_HTTP_2 = frozenset({"grpc", "grpc-web", "http2", "kubernetes.io/h2c"})
_UNSAID = frozenset({"fault", "h2UpgradePolicy"})
"""Fields that are left out: what is done to requests by chance would hide where they go, and back ends speak HTTP/1."""


@dataclass(frozen=True, slots=True)
class Told:
    """What istiod is told; `names` are the Services and ports, `host:port`, behind the addresses of back ends."""

    kubernetes: tuple[Body, ...]
    istio: tuple[Body, ...]
    edges: tuple[Edge, ...]
    names: Mapping[str, str]
    listeners: Listeners


class BackEnd(NamedTuple):
    """An address that stands for a port of a Service, and the object that says so."""

    address: str
    name: str
    slice: Body


class Places(NamedTuple):
    """What this machine has for an environment: the back ends' port, addresses for the caller, and free ports."""

    back_end: int
    caller: Iterator[str]
    free: Iterator[int]


def in_domain(manifests: ManifestSet, domain: str) -> ManifestSet:
    """Return the objects as a cluster has them whose domain is the one of Istio's tests."""
    if domain == DOMAIN:
        return manifests
    found = [replace(each, body=json.loads(renamed(json.dumps(each.body), domain))) for each in manifests]
    return ManifestSet.of(found, manifests.elsewhere)


def renamed(text: str, domain: str) -> str:
    """Return a text with the names of Services in the domain of Istio's tests."""
    return text.replace(f".svc.{domain}", f".svc.{DOMAIN}")


def told(manifests: ManifestSet, places: Places) -> Told:
    """Return what istiod is told of an environment."""
    listed = [*manifests, *mesh_edges.elsewhere(manifests)]
    edges = tuple(mesh_edges.edges(manifests, places.free))
    pods = [_pod(each) for each in listed if each.id.gvk.kind in LASTING]
    services = [_served(each, position) for position, each in enumerate(manifests.of_kind("Service"))]
    addresses = (f"127.{64 + n // 60000}.{n // 250 % 240}.{n % 250 + 1}" for n in count())
    ends = list(_back_ends(services, pods, addresses, places.back_end))
    entries = [_entry(each.body, addresses, places.back_end) for each in manifests.of_kind("ServiceEntry")]
    routes = [mesh_gateway_api.stored(in_the_clear(each.body)) for each in listed if each.id.gvk.group == GATEWAY_API]
    fronts = (part for edge in edges for part in mesh_edges.front(edge))
    known = [*services, *pods, *(end.slice for end in ends), *fronts, *routes, mesh_caller.SERVICE]
    istio = [in_the_clear(each.body) for each in listed if each.id.gvk.group.endswith("istio.io")]
    istio = [each for each in istio if each["kind"] != "ServiceEntry"] + [entry for entry, _ in entries]
    names = {end.address: end.name for end in ends} | {at: name for _, named in entries for at, name in named.items()}
    listeners = mesh_caller.listeners(services, istio, places.caller)
    spaces = sorted({each["metadata"]["namespace"] for each in known})
    known += [_namespace(each, manifests) for each in spaces]
    return Told(tuple(known), tuple(istio), edges, names, listeners)


def _namespace(name: str, manifests: ManifestSet) -> Body:
    found = (each.body for each in manifests.of_kind("Namespace") if each.id.name == name)
    return next(found, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def _served(service: Manifest, position: int) -> dict[str, Any]:
    """Return a Service with an address, which a cluster would give it; one without would be a name for pods."""
    spec = dict(body.mapping(service.body, "spec"))
    if spec.get("type") != "ExternalName":
        spec["clusterIP"] = f"10.96.{position // 250}.{position % 250 + 1}"
        spec["type"] = "ClusterIP"
        spec["ports"] = [_in_http_1(each) for _, each in body.items(spec, "ports")]
    metadata = {"namespace": "default", **body.mapping(service.body, "metadata")}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _in_http_1(port: Any) -> Any:
    """Return a port in the protocol of the back ends, where it has another of HTTP's."""
    said = body.text(port, "appProtocol") or body.text(port, "name").partition("-")[0]
    return {**port, "appProtocol": "http"} if said.lower() in _HTTP_2 else port


def _pod(workload: Manifest) -> Body:
    """Return a pod of a workload that is ready."""
    template = body.mapping(workload.body, "spec", "template")
    containers: list[Body] = [
        {"name": body.text(each, "name"), "image": "none", "ports": list(body.field(each, "ports") or ())}
        for _, each in body.items(template, "spec", "containers")
    ]
    kept = {key: value for key, value in body.mapping(template, "metadata").items() if key in {"labels", "annotations"}}
    metadata = {"name": f"{workload.id.name}-0", "namespace": workload.id.namespace, **kept}
    account = body.text(template, "spec", "serviceAccountName")
    return mesh_edges.pod(metadata, containers, "10.97.0.1", serviceAccountName=account)


def _back_ends(
    services: Iterable[Body], pods: Iterable[Body], addresses: Iterator[str], port: int
) -> Iterator[BackEnd]:
    """Yield a back end for each port of each Service and each of its pods; without pods there is one all the same."""
    listed = list(pods)
    for service in services:
        selector = body.mapping(service, "spec", "selector").items()
        space, name = service["metadata"]["namespace"], service["metadata"]["name"]
        chosen = [p for p in listed if selector and p["metadata"]["namespace"] == space and selector <= _labels(p)]
        for _, each in body.items(service, "spec", "ports"):
            pod: Body | None
            for pod in chosen or [None]:  # type: ignore[list-item]
                at = next(addresses)
                named = f"{name}.{space}.svc.{DOMAIN}:{body.number(each, 'port')}"
                yield BackEnd(at, named, _slice(service, each, at, port, pod))


def _labels(pod: Body) -> Any:
    return body.mapping(pod, "metadata", "labels").items()


def _slice(service: Body, service_port: Any, address: str, port: int, pod: Body | None) -> dict[str, Any]:
    metadata = service["metadata"]
    labels = {"kubernetes.io/service-name": metadata["name"]}
    endpoint: dict[str, Any] = {"addresses": [address], "conditions": {"ready": True}}
    if pod is not None:
        named = pod["metadata"]
        endpoint["targetRef"] = {"kind": "Pod", "name": named["name"], "namespace": named["namespace"]}
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": f"{metadata['name']}-{address}", "namespace": metadata["namespace"], "labels": labels},
        "addressType": "IPv4",
        "endpoints": [endpoint],
        "ports": [{"name": body.text(service_port, "name"), "port": port, "protocol": "TCP"}],
    }


def _entry(entry: Body, addresses: Iterator[str], port: int) -> tuple[Body, dict[str, str]]:
    """Return a ServiceEntry whose hosts are back ends here, and their names: no name of others is looked up."""
    spec = dict(body.mapping(entry, "spec"))
    hosts = [body.text(entry, *at) for at, _ in body.items(entry, "spec", "hosts")]
    names, endpoints = {}, []
    for _, each in body.items(entry, "spec", "ports"):
        at = next(addresses)
        names[at] = f"{hosts[0]}:{body.number(each, 'number')}"
        endpoints.append({"address": at, "ports": {body.text(each, "name"): port}})
    spec |= {"resolution": "STATIC", "endpoints": endpoints}
    spec.pop("workloadSelector", None)
    return {**entry, "spec": spec}, names


def in_the_clear(tree: Any) -> Any:
    """Return an object of Istio's without TLS, for which nobody here has certificates, and without chance."""
    if isinstance(tree, list):
        return [in_the_clear(each) for each in tree]
    if not isinstance(tree, Mapping):
        return tree
    found = {key: in_the_clear(value) for key, value in tree.items() if key not in _UNSAID}
    if found.get("protocol") == "HTTPS" and "tls" in found:  # a listener of Gateway API
        return {**{key: value for key, value in found.items() if key != "tls"}, "protocol": "HTTP"}
    if body.text(found, "tls", "mode") in {"ISTIO_MUTUAL", "SIMPLE", "MUTUAL", "OPTIONAL_MUTUAL"}:
        del found["tls"]
        if "hosts" in found:  # a server of a Gateway
            found["port"] = {**found["port"], "protocol": "HTTP"}
        else:
            found["tls"] = {"mode": "DISABLE"}
    return found
