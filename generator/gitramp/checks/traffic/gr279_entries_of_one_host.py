"""GR279: the ServiceEntries of a host agree on its ports."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.registry import Host, HostPort, Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR279",
    "two ServiceEntries that say different protocols of one port",
    "Proxies have one listener a port and host. Of two protocols one wins, and requests in the other fail.",
    "declare the port in one ServiceEntry, or with the same protocol in both",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0177/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each port of a host that an earlier entry for the same namespaces says another protocol of."""
    for hosts in Registry.of(manifests).hosts.values():
        entries = [host for host in hosts if not host.is_service]
        for position, other in enumerate(entries):
            for one in entries[:position]:
                if "*" in one.seen_by | other.seen_by or one.seen_by & other.seen_by:
                    yield from _differ(one, other)


def _differ(one: Host, other: Host) -> Iterator[Breach]:
    known: dict[int | None, HostPort] = {port.number: port for port in one.ports}
    for port in other.ports:
        first = known.get(port.number)
        if first is not None and first.protocol and port.protocol and first.protocol != port.protocol:
            message = f"port {port.number} is {port.protocol.upper()} here, {first.protocol.upper()} in"
            related = (Elsewhere("the other one", first.at, one.manifest),)
            yield Breach(f"{message} {one.manifest.id}", port.at, other.manifest, related=related)


RULE = ManifestRule(CODE, find)
