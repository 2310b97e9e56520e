"""GR468: the network lets the tunnels of ambient mode through."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.network_paths import Port, isolating, passes, port_of
from gitramp.checks.pods import Pod, pods
from gitramp.checks.proxies import proxy_of
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import services_of, target_port
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR468",
    "a NetworkPolicy without the port of ambient mode",
    "Between pods in ambient mode everything goes through a tunnel to port 15008, whatever port the caller asked for. "
    "A policy that names only the application's port lets nobody of the mesh through.",
    "add port 15008 beside the application's ports",
    source="https://istio.io/latest/docs/ambient/usage/networkpolicy/",
)
_TUNNEL = Port(15008)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each workload in ambient mode whose policies let its ports in and not the tunnel."""
    if next(manifests.of_kind("NetworkPolicy"), None) is None:
        return
    for pod in pods(manifests):
        if proxy_of(manifests, pod) != "ambient":
            continue
        closing = isolating(manifests, pod, "Ingress")
        if closing and _is_open(manifests, pod) and not passes(manifests, closing, "Ingress", None, _TUNNEL):
            related = (Elsewhere("the policy", ("spec",), closing[0]),)
            message = f"{closing[0].id} lets nothing in to port 15008 of these pods"
            yield Breach(message, (*pod.at, "metadata"), pod.manifest, related=related)


def _is_open(manifests: ManifestSet, pod: Pod) -> bool:
    """Whether somebody is let in to a port that a Service leads to."""
    closing = isolating(manifests, pod, "Ingress")
    for service in services_of(manifests).get(id(pod.manifest), ()):
        for port in service.ports:
            number = target_port(port, pod)
            if number is not None and passes(manifests, closing, "Ingress", None, port_of(pod, number)):
                return True
    return False


RULE = ManifestRule(CODE, find)
