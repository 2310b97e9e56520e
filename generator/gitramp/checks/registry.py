"""The hosts of the mesh: Services and ServiceEntries, found by the names that rules write.

Owns how Istio completes a name, which namespaces a set of objects claims to know, and who may see a host. Must not
know any rule. A name without a dot belongs to the namespace of the object that says it, one with a dot is complete:
https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gitramp import body
from gitramp.checks.index import index
from gitramp.checks.pods import pods
from gitramp.checks.protocols import service_protocol
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

ISTIO = "networking.istio.io"
ROOT_NAMESPACE = "istio-system"
"""Where policies hold for the whole mesh: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/."""
EVERYWHERE = frozenset({"*"})
_MANAGED = "app.kubernetes.io/managed-by"
Key = tuple[str, ...]
"""What a host stands for: name and namespace of a Service, or the host itself."""


class HostPort(NamedTuple):
    """A port of a host; `protocol` is Istio's word in lower case, "" where it would have to guess."""

    at: Pointer
    number: int | None
    name: str
    protocol: str
    target: Any


@dataclass(frozen=True, slots=True)
class Host:
    """A Service or ServiceEntry; `seen_by` are the namespaces whose proxies know it, `*` for all."""

    manifest: Manifest
    ports: tuple[HostPort, ...]
    seen_by: frozenset[str]

    @property
    def is_service(self) -> bool:
        """Whether it is a Service of Kubernetes."""
        return self.manifest.id.gvk.group == ""

    def port(self, number: int | None) -> HostPort | None:
        """Return the port of a number; without a number the only one."""
        if number is None:
            return self.ports[0] if len(self.ports) == 1 else None
        return next((port for port in self.ports if port.number == number), None)


@dataclass(frozen=True, slots=True)
class Registry:
    """The hosts of a set by what they stand for, and the namespaces that it knows whole.

    `held` are those of which the set has Services or pods: what is not there, is nowhere. `namespaces` are those whose
    Namespace it has, of which a chart that is not in the set may fill the rest.
    """

    hosts: Mapping[Key, tuple[Host, ...]]
    held: frozenset[str]
    namespaces: frozenset[str]

    @classmethod
    @index
    def of(cls, manifests: ManifestSet) -> Registry:
        """Index the objects of one environment, once for all rules."""
        hosts: dict[Key, list[Host]] = {}
        for service in services(manifests):
            hosts.setdefault((service.id.name, service.id.namespace), []).append(_service(service))
        for entry in of_istio(manifests, "ServiceEntry"):
            for _, name in body.items(entry.body, "spec", "hosts"):
                if isinstance(name, str):
                    hosts.setdefault(key(name, entry.id.namespace), []).append(_entry(entry))
        namespaces = frozenset(m.id.name for m in manifests.of_kind("Namespace"))
        held = {m.id.namespace for m in services(manifests)} | {pod.manifest.id.namespace for pod in pods(manifests)}
        return cls({k: tuple(of) for k, of in hosts.items()}, frozenset(held), namespaces)

    def find(self, host: str, namespace: str) -> tuple[Host, ...]:
        """Return what a name means to an object in a namespace; nothing when the set has no such host."""
        meant = key(host, namespace)
        found = self.hosts.get(meant, ())
        return found or next((self.hosts[w] for w in _wildcards(meant) if w in self.hosts), ())

    def service(self, host: str, namespace: str) -> Host | None:
        """Return the Service that a name means."""
        return next((each for each in self.find(host, namespace) if each.is_service), None)


def services(manifests: ManifestSet) -> Iterator[Manifest]:
    """Yield the Services of Kubernetes."""
    return (m for m in manifests.of_kind("Service") if m.id.gvk.group == "")


def of_istio(manifests: ManifestSet, kind: str) -> Iterator[Manifest]:
    """Yield the objects of a kind of Istio's networking."""
    return (m for m in manifests.of_kind(kind) if m.id.gvk.group == ISTIO)


def key(host: str, namespace: str) -> Key:
    """Name what a host stands for, as an object in a namespace writes it."""
    host = host.lower().removesuffix(".")
    if "." not in host:
        return (host, namespace) if host and "*" not in host else (host,)
    name, space, *domain = host.split(".", 3)
    return (name, space) if domain[:1] == ["svc"] and len(domain) > 1 and "*" not in host else (host,)


def is_own(manifest: Manifest) -> bool:
    """Whether gitramp rendered an object, now or before: what that refers to is in the same tree."""
    return bool(manifest.service) or body.text(manifest.body, "metadata", "labels", _MANAGED) == "gitramp"


def exported(texts: Any, own: str) -> frozenset[str]:
    """Read an `exportTo`: nothing said is everywhere, `.` the object's own namespace, `~` nowhere."""
    said = [each for each in texts if isinstance(each, str)] if isinstance(texts, (list, tuple)) else []
    if not said or "*" in said:
        return EVERYWHERE
    return frozenset(own if each == "." else each for each in said if each != "~")


def sees(seen_by: frozenset[str], namespace: str) -> bool:
    """Whether proxies of a namespace know what is exported so."""
    return "*" in seen_by or namespace in seen_by


def _wildcards(meant: Key) -> Iterator[Key]:
    """Yield each wildcard that covers a host, the nearest first."""
    host = meant[0] if len(meant) == 1 else f"{meant[0]}.{meant[1]}.svc.cluster.local"
    yield from ((f"*{host[dot:]}",) for dot, letter in enumerate(host) if letter == ".")


def _service(manifest: Manifest) -> Host:
    said = body.text(manifest.body, "metadata", "annotations", "networking.istio.io/exportTo")
    seen_by = exported([each.strip() for each in said.split(",") if each.strip()], manifest.id.namespace)
    ports = tuple(
        HostPort(
            at,
            body.number(port, "port"),
            body.text(port, "name"),
            service_protocol(port),
            body.field(port, "targetPort"),
        )
        for at, port in body.items(manifest.body, "spec", "ports")
    )
    return Host(manifest, ports, seen_by)


def _entry(manifest: Manifest) -> Host:
    seen_by = exported(body.field(manifest.body, "spec", "exportTo"), manifest.id.namespace)
    ports = tuple(
        HostPort(
            at,
            body.number(port, "number"),
            body.text(port, "name"),
            body.text(port, "protocol").lower(),
            body.field(port, "targetPort"),
        )
        for at, port in body.items(manifest.body, "spec", "ports")
    )
    return Host(manifest, ports, seen_by)
