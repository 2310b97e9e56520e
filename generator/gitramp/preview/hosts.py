"""Host names as Envoy's virtual hosts have them.

Owns the spellings of a Service's name and what two patterns have in common. Must not know routes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from gitramp import body
from gitramp.resource import Manifest, ManifestSet

Listed = tuple[str, list[str], list[dict[str, Any]]]
"""What becomes a virtual host: a name, its domains, its routes."""


class Address(NamedTuple):
    """A host of the mesh and one of its ports; whoever names no port means the `first` one."""

    host: str
    port: int
    first: bool


def addresses(manifests: ManifestSet, host: str, domain: str) -> list[Address]:
    """Return the ports of a host of the mesh: those of its Service, 80 for what is none."""
    found = _services(manifests, domain).get(host)
    ports = [body.number(port, "port") or 80 for _, port in body.items(found.body if found else None, "spec", "ports")]
    return [Address(host, port, position == 0) for position, port in enumerate(ports or [80])]


@functools.lru_cache(maxsize=4)
def _services(manifests: ManifestSet, domain: str) -> Mapping[str, Manifest]:
    """Return the Services by their names in full: each of thousands is asked for."""
    return {full_name(each, domain): each for each in reversed(list(manifests.of_kind("Service")))}


def full_name(service: Manifest, domain: str) -> str:
    """Return the name of a Service in full, with the cluster's domain."""
    return f"{service.id.name}.{service.id.namespace}.svc.{domain}"


def domains(address: Address, domain: str) -> list[str]:
    """Return every spelling of an address that a caller may use, with the port and, for the first one, without."""
    short = address.host.removesuffix(f".svc.{domain}")
    names = [address.host] if short == address.host else [short, f"{short}.svc", address.host, f"{address.host}."]
    bare = names if address.first else []
    return [*bare, *(name if name == "*" else f"{name}:{address.port}" for name in names)]


def in_common(one: str, other: str) -> str:
    """Return the narrower of two host patterns when the other covers it, "" when they are apart."""
    if _covers(one, other):
        return other
    return one if _covers(other, one) else ""


def all_in_common(host: str, patterns: AbstractSet[str]) -> set[str]:
    """Return what a host has in common with each of some patterns, of which there may be thousands."""
    if host.startswith("*"):
        return {in_common(host, each) for each in patterns} - {""}
    _, *above = host.split(".")
    covering = {host, "*", *("*." + ".".join(above[position:]) for position in range(len(above)))}
    return set() if covering.isdisjoint(patterns) else {host}


def _covers(pattern: str, host: str) -> bool:
    return pattern in {"*", host} or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def virtual_hosts(routes: Iterable[Listed]) -> list[dict[str, Any]]:
    """Return Envoy's virtual hosts; of two for one domain the first has it, since Envoy takes no domain twice."""
    taken: set[str] = set()
    found = []
    for name, names, listed in routes:
        free = [domain for domain in dict.fromkeys(names) if domain not in taken]
        taken.update(free)
        if free:
            found.append({"name": name, "domains": free, "routes": listed})
    return found
