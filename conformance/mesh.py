"""An environment as Istio's own code serves it: istiod's, and stock Envoys at the edge and beside a caller.

Use it so, one environment after the other; Istio's code stays up between them::

    with mesh.istiod() as istio:
        with istio.serving(manifests) as ask:  # raises Refused when istiod does not take an object
            replies = ask(probe, 100)          # Counter[Reply], as gitramp.pipeline.agreement wants it
        found = mesh.compare(istio, built)     # every request class of an environment, judged

`ask` names destinations as the evaluator does; `ask.connections()` are request classes for ports that are not for HTTP.
A cluster's domain other than `cluster.local` is the second argument of `serving`. Ports below 1024 are opened on this
machine's loopback addresses, which takes root.

Owns that programs are started in order and end with their context. Must not know what answers mean.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import IO

from conformance import binaries, mesh_caller, mesh_objects
from conformance.mesh_caller import CALLER, CALLER_OF_OTHERS
from conformance.mesh_envoy import Address, Node, Proxy
from conformance.mesh_objects import DOMAIN, Places, Told
from gitramp import body, router
from gitramp.pipeline.agreement import Agreements, agreements, name_of
from gitramp.pipeline.built import Built
from gitramp.pipeline.probes import Probe, probes
from gitramp.preview import MESH, Door, client, doors
from gitramp.preview.back_end import BackEnd
from gitramp.preview.client import Asked, Reply
from gitramp.preview.process import why_not
from gitramp.resource import ManifestSet
from gitramp.router.services import service_of

MOST = 8000
"""Requests to an environment, but for those that are asked again; no environment here needs as many."""
_LOWEST = 10_000  # with the 20,000 above below those that Linux gives out
_AT_ONCE = 4  # as many as the client has connections for
SETTINGS = {"PILOT_ENABLE_ALPN_FILTER": "false", "PILOT_ENABLE_METADATA_EXCHANGE": "false"}
"""A stock Envoy has no filters of Istio's own."""


class Refused(Exception):
    """Istiod does not take an object; the message is its own."""


class BackEnds(BackEnd):
    """Back ends at many addresses of this machine: who is meant is known by the address that is called."""

    names: Mapping[str, str] = {}

    def __init__(self) -> None:
        super().__init__(str, address="0.0.0.0")

    def meant(self, connection: socket.socket, headers: Mapping[str, str]) -> str:
        """Return the Service and port that an address stands for."""
        del headers
        return self.names.get(connection.getsockname()[0], "")


@dataclass(frozen=True, slots=True)
class Served:
    """What asks an environment's Envoys."""

    manifests: ManifestSet
    told: Told
    domain: str

    def __call__(self, probe: Probe, times: int) -> Counter[Reply]:
        """Ask a request class."""
        address, port = self._address(probe.door, probe.request())
        host = mesh_objects.renamed(probe.host, self.domain)
        asked = Asked(port, host, probe.target, probe.method, probe.lines, times, address=address)
        found = client.ask(asked) if address not in self.told.listeners.others.values() else _anew(asked)
        known = dict(self._named(router.answer(self.manifests, probe.request())))
        counted: Counter[Reply] = Counter()
        for reply, count in found.items():
            counted[reply._replace(destination=known.get(reply.destination, reply.destination))] += count
        return counted

    def connections(self) -> Iterator[Probe]:
        """Yield a request class for each port that is not for HTTP, where connections are shared out, not requests."""
        yield from (Probe(Door(MESH), name) for name in self.told.listeners.others)

    def _address(self, door: Door, request: router.Request) -> Address:
        """Return where an Envoy takes a request."""
        if door.way_in == MESH:
            service = service_of(self.manifests, request.host)
            first = body.number(service.body, "spec", "ports", 0, "port") if service is not None else None
            port = request.port or first or 80
            name = f"{service.id.name}.{service.id.namespace}.svc.{DOMAIN}" if service is not None else ""
            return self.told.listeners.address(name, port), port
        return "127.0.0.1", next(edge.port(door) for edge in self.told.edges if door.way_in in edge.ways_in)

    def _named(self, answer: router.Answer) -> Iterator[tuple[str, str]]:
        """Yield the full name of each destination with the name that the evaluator has for it."""
        own = answer.manifest.id.namespace if answer.manifest else ""
        for share in answer.shares:
            service = service_of(self.manifests, share.host, own)
            if service is None:
                continue
            port = share.port or body.number(service.body, "spec", "ports", 0, "port")
            yield f"{service.id.name}.{service.id.namespace}.svc.{DOMAIN}:{port}", name_of(share)


def _anew(asked: Asked) -> Counter[Reply]:
    """Ask each time by a connection of its own."""
    found: Counter[Reply] = Counter()
    for _ in range(-(-asked.times // _AT_ONCE)):
        found += client.ask(replace(asked, times=_AT_ONCE))
    return found


class Istiod:
    """The running program of Istio's code, and the back ends."""

    def __init__(self, questions: IO[str], answers: IO[str], back_ends: BackEnds) -> None:
        self._questions, self._answers, self._back_ends = questions, answers, back_ends

    @contextlib.contextmanager
    def serving(self, manifests: ManifestSet, domain: str = DOMAIN) -> Iterator[Served]:
        """Serve an environment until the context ends; raises Refused, and NotReady where an Envoy does not take it."""
        told = mesh_objects.told(
            mesh_objects.in_domain(manifests, domain),
            Places(self._back_ends.port, _own_addresses(), _own_ports()),
        )
        port = self._tell(told)
        self._back_ends.names = told.names
        served = Served(manifests, told, domain)
        with contextlib.ExitStack() as stack:
            proxies = [(stack.enter_context(Proxy(node, port)), where) for node, where in _nodes(told)]
            for proxy, where in proxies:
                proxy.wait(where)
            yield served

    def _tell(self, told: Told) -> int:
        question = {"kubernetes": told.kubernetes, "istio": told.istio, "own": mesh_caller.sidecars(told.listeners)}
        self._questions.write(json.dumps(question, default=str) + "\n")
        self._questions.flush()
        line = self._answers.readline()
        if not line:
            raise RuntimeError("Istio's code has ended over an environment; why stands on standard error")
        said = json.loads(line)
        if "port" not in said:
            raise Refused(said["error"])
        return int(said["port"])


def _nodes(told: Told) -> Iterator[tuple[Node, list[Address]]]:
    """Yield whose proxies there are, each with where it listens."""
    for each in told.edges:
        yield (
            Node("router", each.pod, each.namespace, each.labels),
            [("127.0.0.1", port) for port in each.ports.values()],
        )
    for caller in (CALLER, CALLER_OF_OTHERS):
        if where := list(told.listeners.of_caller(caller)):
            yield Node("sidecar", "caller-0", caller, {}), where


@contextlib.contextmanager
def istiod() -> Iterator[Istiod]:
    """Start Istio's code, and end it with its input."""
    command = [str(binaries.istio_routes())]
    with (
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **SETTINGS}
        ) as process,
        BackEnds() as back_ends,
    ):
        assert process.stdin
        assert process.stdout
        yield Istiod(process.stdin, process.stdout, back_ends)
        process.stdin.close()


def compare(istio: Istiod, built: Built, most: int = MOST) -> Agreements:
    """Ask every request class of an environment of Istio's Envoys and of the evaluator, so many requests in all."""
    domain = built.environment.platform.cluster_domain
    asked = probes(built.manifests, doors(built.manifests), domain)
    with istio.serving(built.manifests, domain) as ask:
        return agreements(built.name, built.manifests, [*asked, *ask.connections()], ask, most)


def _own_addresses() -> Iterator[str]:
    """Yield loopback addresses that no other process has."""
    number = os.getpid()
    yield from (f"127.{192 + number % 60}.{number // 60 % 250}.{last}" for last in range(1, 255))


def _own_ports() -> Iterator[int]:
    """Yield ports that nobody listens on, and that nobody gets who asks for any: an Envoy takes them a moment later."""
    for number in itertools.count(os.getpid() * 31):
        port = _LOWEST + number % 20_000
        if not why_not(port):
            yield port
