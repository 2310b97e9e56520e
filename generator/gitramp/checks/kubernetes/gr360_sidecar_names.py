"""GR360: a pod leaves the sidecar's names and ports to the sidecar."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.pods import Pod, pods
from gitramp.checks.proxies import is_injected
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR360",
    "a name or port of the sidecar",
    "Injection adds containers and volumes to the pod and takes ports in it: one of the same name changes the sidecar, "
    "one on the same port never starts.",
    "choose another name or port",
    source="https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio",
)
_CONTAINERS = {"istio-init", "istio-proxy", "istio-validation"}
_VOLUMES = {
    "credential-socket",
    "istio-data",
    "istio-envoy",
    "istio-podinfo",
    "istio-token",
    "istiod-ca-cert",
    "workload-certs",
    "workload-socket",
}
_INJECT = "sidecar.istio.io/inject"
_STATED = {"inject.istio.io/templates", "sidecar.istio.io/status"}
_PORTS = {15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each container, volume and port of a pod that is the sidecar's."""
    for pod in pods(manifests):
        if _brings_sidecar(pod):
            continue
        yield from _containers(pod)
        for at, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
            name = body.text(volume, "name")
            if name in _VOLUMES:
                yield Breach(f"volume {name} is the sidecar's", (*at, "name"), pod.manifest)


def _brings_sidecar(pod: Pod) -> bool:
    """Whether a pod is not injected, or is injected already, or says itself what becomes of its sidecar.

    https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#customizing-injection
    """
    said = body.mapping(pod.manifest.body, *pod.at, "metadata", "annotations")
    off = "false" in (pod.labels.get(_INJECT), said.get(_INJECT))
    return off or bool(_STATED & said.keys())


def _containers(pod: Pod) -> Iterator[Breach]:
    for container in pod.containers():
        if is_injected(container):
            continue
        if container.name in _CONTAINERS:
            yield Breach(f"container {container.name} is the sidecar's", (*container.pointer, "name"), pod.manifest)
        for at, port in body.items(container.body, "ports"):
            number = body.number(port, "containerPort")
            if number in _PORTS:
                where = (*container.pointer, *at, "containerPort")
                yield Breach(f"port {number} is the sidecar's", where, pod.manifest)


RULE = ManifestRule(CODE, find)
