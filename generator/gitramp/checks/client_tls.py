"""Which TLS callers speak to a host, as its DestinationRules say.

Owns the places of a tls mode: for all, for a subset, for a port; the nearest one holds. Must not know what the pods
demand. https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitramp import body
from gitramp.checks.attached import chooses
from gitramp.checks.destination_rules import host_rules
from gitramp.checks.pods import Pod
from gitramp.checks.registry import Host, Registry
from gitramp.checks.serving import pods_of, target_port
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet


@dataclass(frozen=True, slots=True)
class ClientTls:
    """A tls mode towards a Service; `subset` leads to the subset it is for, `ports` are those it holds for."""

    manifest: Manifest
    at: Pointer
    mode: str
    service: Host
    subset: Pointer
    ports: frozenset[int | None]


def client_tls(manifests: ManifestSet) -> Iterator[ClientTls]:
    """Yield every tls mode that a DestinationRule says towards a Service of the set."""
    for host, rules in host_rules(manifests).items():
        service = next((each for each in Registry.of(manifests).hosts.get(host, ()) if each.is_service), None)
        if service is not None:
            for rule in rules:
                for subset in ((), *(at for at, _ in body.items(rule.manifest.body, "spec", "subsets"))):
                    yield from _of_policy(rule.manifest, subset, service)


def pods_under(manifests: ManifestSet, said: ClientTls) -> Iterator[tuple[Pod, int]]:
    """Yield each pod that a mode is spoken to, with each of its ports that it is spoken on."""
    wanted = body.mapping(said.manifest.body, *said.subset, "labels") if said.subset else {}
    for pod in pods_of(manifests, said.service):
        for port in said.service.ports if chooses(wanted, pod.labels) else ():
            number = target_port(port, pod) if port.number in said.ports else None
            if number is not None:
                yield pod, number


def _of_policy(manifest: Manifest, subset: Pointer, service: Host) -> Iterator[ClientTls]:
    at = (*(subset or ("spec",)), "trafficPolicy")
    every, own = {port.number for port in service.ports}, set()
    for level, found in body.items(manifest.body, *at, "portLevelSettings"):
        number = body.number(found, "port", "number")
        own.add(number)
        if body.mapping(found, "tls"):
            mode = body.text(found, "tls", "mode") or "DISABLE"
            yield ClientTls(manifest, (*level, "tls"), mode, service, subset, frozenset({number}))
    if body.mapping(manifest.body, *at, "tls"):
        mode = body.text(manifest.body, *at, "tls", "mode") or "DISABLE"
        yield ClientTls(manifest, (*at, "tls"), mode, service, subset, frozenset(every - own))
