"""GR268: the Services of a pod agree on what its ports speak."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.pods import Pod, pods
from gitramp.checks.registry import Host, HostPort
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import services_of, target_port
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR268",
    "one port of a pod under two protocols",
    "The pod's proxy has one listener a port and reads it in one way; which of the Services decides is not laid down.",
    "give the ports of both Services the same appProtocol, or the same kind of name",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0137/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each port of a pod that two Services say different protocols of."""
    told: set[tuple[int, int]] = set()
    for pod in pods(manifests):
        known: dict[int, tuple[Host, HostPort]] = {}
        for host in services_of(manifests).get(id(pod.manifest), ()):
            for port in host.ports:
                target = target_port(port, pod)
                if target is None:
                    continue
                first, was = known.setdefault(target, (host, port))
                if was.protocol != port.protocol and (id(host), target) not in told:
                    told.add((id(host), target))
                    yield _breach(pod, target, first, was, host, port)


def _breach(pod: Pod, target: int, first: Host, was: HostPort, host: Host, port: HostPort) -> Breach:
    said = f"{port.protocol or 'anything'} here and {was.protocol or 'anything'} in {first.manifest.id}"
    message = f"port {target} of the pods of {pod.manifest.id} speaks {said}"
    return Breach(message, port.at, host.manifest, related=(Elsewhere("the other one", was.at, first.manifest),))


RULE = ManifestRule(CODE, find)
