"""GR305: a probe asks a port that its container has."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import Container, containers
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR305",
    "a probe on a port that the container does not have",
    "Nothing answers there: the container is never ready, or restarted for ever.",
    "ask a port of the container, or leave the probe's port out",
    source="https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
)

_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_WAYS = ("httpGet", "tcpSocket", "grpc")


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each probe whose port is neither the name nor the number of a port of its container.

    A container may listen on a port that it does not declare, so a number is asked for only in what gitramp renders.
    """
    for container in containers(manifests):
        for probe in _PROBES:
            yield from _of_probe(container, probe)


def _of_probe(container: Container, probe: str) -> Iterator[Breach]:
    known = {said for port in container.ports for said in port if said}
    for way in _WAYS:
        at = (probe, way, "port")
        port = body.number(container.body, *at) or body.text(container.body, *at)
        if port and port not in known and (isinstance(port, str) or not is_foreign(container.manifest)):
            offered = ", ".join(f"{number} ({show(name)})" if name else str(number) for name, number in container.ports)
            message = f"{probe} asks port {body.shown(port)}; the container has {offered or 'none'}"
            yield Breach(message, (*container.pointer, *at), container.manifest)


RULE = ManifestRule(CODE, find)
