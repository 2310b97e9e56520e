"""The calls that a set of objects is known to make: from gateways along their routes, from callers whom policies admit.

Owns the pairs of pods and the port between them. Must not know what could stand in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitramp.checks.admission import action
from gitramp.checks.attached import chosen, targets
from gitramp.checks.callers import accounts, pods_by_account, sources
from gitramp.checks.destinations import destinations
from gitramp.checks.ingress import pods_behind
from gitramp.checks.pods import Pod
from gitramp.checks.registry import Registry
from gitramp.checks.serving import pods_at, services_of, target_port
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet


@dataclass(frozen=True, slots=True)
class Call:
    """A call from a pod to the ports of another; `at` in `manifest` is what says so."""

    manifest: Manifest
    at: Pointer
    caller: Pod
    callee: Pod
    ports: tuple[int, ...]


def from_gateways(manifests: ManifestSet) -> Iterator[Call]:
    """Yield the call of each gateway along each of its routes."""
    for each in destinations(manifests):
        service = Registry.of(manifests).service(each.host, each.manifest.id.namespace)
        port = service.port(each.port) if service is not None else None
        for gateway in pods_behind(manifests, each.gateways) if port is not None else ():
            for pod in pods_at(manifests, each):
                number = target_port(port, pod) if port is not None else None
                if number is not None:
                    yield Call(each.manifest, (*each.at, "host"), gateway, pod, (number,))


def from_admitted(manifests: ManifestSet) -> Iterator[Call]:
    """Yield the calls of the pods of each account that a policy names, to all ports of the policy's pods."""
    for policy in manifests.of_kind("AuthorizationPolicy"):
        if targets(policy) or action(policy) != "ALLOW":
            continue
        named = [each for at, source in sources(policy) for each in accounts(policy, at, source)]
        for callee in chosen(manifests, policy) if named else ():
            services = services_of(manifests).get(id(callee.manifest), ())
            numbers = {target_port(port, callee) for service in services for port in service.ports}
            ports = tuple(sorted(number for number in numbers if number is not None))
            for account in named if ports else ():
                for caller in pods_by_account(manifests).get((account.namespace, account.name), ()):
                    yield Call(policy, account.at, caller, callee, ports)
