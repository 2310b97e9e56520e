"""GR230: the ports of a workload are told apart by name, by number, and by the Service's number."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import tracks
from gitramp.model import Environment, Port, Track
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR230",
    "two ports of a workload that cannot be told apart",
    "A Service has one port of a name and of a number, and the mesh routes by the number that callers use.",
    "give the port a name and numbers of its own; the main port is called by its protocol",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services",
)
_SAME: dict[str, Callable[[Port], object]] = {
    "name": lambda port: port.name,
    "port": lambda port: port.port,
    "servicePort": lambda port: port.offered,
}


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each further port that has the name or a number of one before it."""
    for _, track in tracks(environment):
        for position, port in enumerate(track.every_port):
            yield from _same(track, port, track.every_port[:position])


def _same(track: Track, port: Port, before: tuple[Port, ...]) -> Iterator[Breach]:
    for what, of in _SAME.items():
        for other in before:
            if of(port) == of(other):
                known = "the main port" if other.pointer == track.pointer else f"port {other.name}"
                message = f"{what} {of(port)} of port {show(port.name)} is that of {known} too"
                yield Breach(message, port.pointer if what == "name" else port.at(what))
                break


RULE = EnvironmentRule(CODE, find)
