"""Objects that no overlay can say, but that a `manifests` file can, with requests that tell them apart.

Owns what one of them is, and the objects that all of them have. Must not know who is asked about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gitramp.pipeline.probes import Probe
from gitramp.preview import MESH, Door
from gitramp.preview.doors import ISTIO
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId

IN_MESH, AT_EDGE = Door(MESH), Door("a/gw", 80)


class Form(NamedTuple):
    """Objects of one environment, and what to ask about them."""

    name: str
    manifests: ManifestSet
    probes: list[Probe]


def an_object(group: str, kind: str, name: str, spec: Any, namespace: str = "a") -> Manifest:
    gvk = GroupVersionKind(group, "v1", kind)
    metadata = {"name": name, "namespace": namespace}
    body = {"apiVersion": gvk.api_version, "kind": kind, "metadata": metadata, "spec": spec}
    return Manifest(ResourceId(gvk, namespace, name), body, {}, ())


def service(name: str, namespace: str = "a", ports: Sequence[int] = (80,)) -> Manifest:
    listed = [{"name": f"http-{port}", "port": port, "targetPort": 8080, "appProtocol": "http"} for port in ports]
    return an_object("", "Service", name, {"selector": {"app": name}, "ports": listed}, namespace)


def virtual_service(namespace: str, name: str, hosts: list[str], *http: Any, gateways: Sequence[str] = ()) -> Manifest:
    bound = {"gateways": list(gateways)} if gateways else {}
    return an_object(ISTIO, "VirtualService", name, {"hosts": hosts, "http": list(http), **bound}, namespace)
