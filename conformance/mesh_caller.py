"""Where the proxy of a caller inside the mesh listens, without the redirection that a pod has.

Owns the caller's Sidecar. A proxy tells HTTP's hosts apart by name, so one address will do for all of them; what is not
HTTP it tells apart by the Service's address, so each of those has an address of its own here. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from gitramp import body

Body = Mapping[str, Any]
CALLER, CALLER_OF_OTHERS = "gitramp-caller", "gitramp-caller-of-others"
"""The namespaces of two pods that call, by HTTP and otherwise: on a port a proxy has either routes or one host."""
_PORT = 80
SERVICE: Body = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "caller", "namespace": CALLER},
    "spec": {"clusterIP": "10.99.0.1", "ports": [{"name": "http", "port": _PORT, "appProtocol": "http"}]},
}
"""A Service that is always there, so that the usual port is one of the mesh's, as hosts without a Service need it."""
_NOT_HTTP = frozenset({"tcp", "tls", "https", "udp", "mongo", "mysql", "redis"})


class Listeners(NamedTuple):
    """The address of all that is HTTP, with its ports and hosts, and those of what is not, by `host:port`."""

    http: str
    ports: tuple[int, ...]
    hosts: tuple[str, ...]
    others: Mapping[str, str]

    def address(self, host: str, port: int) -> str:
        """Return where a host of the mesh is asked."""
        return self.others.get(f"{host}:{port}", self.http)

    def of_caller(self, namespace: str) -> Iterator[tuple[str, int]]:
        """Yield the addresses, with their ports, at which a caller's proxy listens."""
        if namespace == CALLER:
            yield from ((self.http, port) for port in self.ports)
        else:
            yield from ((address, int(name.rpartition(":")[2])) for name, address in self.others.items())


def listeners(services: Iterable[Body], routes: Iterable[Body], addresses: Iterator[str]) -> Listeners:
    """Return where the caller's proxy listens for these Services, and for the hosts of Istio's objects."""
    http = next(addresses)
    ports, others = {_PORT}, {}
    hosts = [body.text(each, *at) for each in routes for at, _ in body.items(each, "spec", "hosts")]
    for service in services:
        name = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc.cluster.local"
        for _, each in body.items(service, "spec", "ports"):
            number = body.number(each, "port") or _PORT
            if is_http(each):
                ports.add(number)
                hosts.append(name)
            elif body.text(each, "protocol") != "UDP":
                others[f"{name}:{number}"] = next(addresses)
    return Listeners(http, tuple(sorted(ports)), tuple(dict.fromkeys(hosts)), others)


def is_http(port: Any) -> bool:
    """Whether a Service's port says that it is for HTTP, or does not say what it is for."""
    return (body.text(port, "appProtocol") or body.text(port, "name").partition("-")[0]).lower() not in _NOT_HTTP


def sidecars(where: Listeners) -> list[Body]:
    """Return the Sidecars of both callers."""
    others: list[Body] = [_of_one(name, address) for name, address in where.others.items()]
    hosts = [f"*/{host}" for host in where.hosts] if others else ["*/*"]
    http = {"bind": where.http, "captureMode": "NONE", "hosts": [*hosts, f"{CALLER}/*"]}
    return [_sidecar(CALLER, [http]), *([_sidecar(CALLER_OF_OTHERS, others)] if others else [])]


def _sidecar(namespace: str, egress: list[Body]) -> Body:
    metadata = {"name": "caller", "namespace": namespace}
    return {"apiVersion": "networking.istio.io/v1", "kind": "Sidecar", "metadata": metadata, "spec": {"egress": egress}}


def _of_one(name: str, address: str) -> Body:
    host, _, port = name.rpartition(":")
    listener = {"number": int(port), "name": f"tcp-{port}", "protocol": "TCP"}
    return {"port": listener, "bind": address, "captureMode": "NONE", "hosts": [f"*/{host}"]}
