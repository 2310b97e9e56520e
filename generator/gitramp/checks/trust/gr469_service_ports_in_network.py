"""GR469: a NetworkPolicy names ports of pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.registry import HostPort
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import services_of, target_port
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, Manifest, ManifestSet

CODE = Code(
    "GR469",
    "the port of a Service in a NetworkPolicy",
    "Policies see a connection when its port is that of the pod already. A rule for the Service's port opens nothing, "
    "and the port on which the pods listen stays closed.",
    "name the port on which the container listens",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each port of an ingress rule that is a port of the pods' Services and not of the pods."""
    for policy in manifests.of_kind("NetworkPolicy"):
        ports = [
            ((*rule, *at), body.number(port, "port"))
            for rule, found in body.items(policy.body, "spec", "ingress")
            for at, port in body.items(found, "ports")
        ]
        offered = _offered(manifests, policy) if ports else {}
        for at, number in ports:
            if number in offered:
                service, port = offered[number]
                message = f"port {number} is {service.id}'s; the pods are reached on another one"
                yield Breach(message, (*at, "port"), policy, related=(Elsewhere("its port", port.at, service),))


def _offered(manifests: ManifestSet, policy: Manifest) -> dict[int | None, tuple[Manifest, HostPort]]:
    """Return the ports of Services in front of the policy's pods on which no container of them listens."""
    offered: dict[int | None, tuple[Manifest, HostPort]] = {}
    listened: set[int | None] = set()
    selector = body.field(policy.body, "spec", "podSelector")
    for pod in Workloads.of(manifests).selected(policy.id.namespace, selector):
        listened |= {number for container in pod.containers() for _, number in container.ports}
        for service in services_of(manifests).get(id(pod.manifest), ()):
            for port in service.ports:
                offered.setdefault(port.number, (service.manifest, port))
                listened.add(target_port(port, pod))
    return {number: found for number, found in offered.items() if number not in listened}


RULE = ManifestRule(CODE, find)
