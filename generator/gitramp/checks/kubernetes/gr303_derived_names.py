"""GR303: the names that gitramp puts together still fit into DNS."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import names
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service, Track
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR303",
    "a name that is too long once it is put together",
    "A namespace has 63 characters at most and a host name 253, and both grow by the names around them.",
    "shorten one of its parts, or give the track a shorter namespace",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each namespace and host that is too long although its parts are not."""
    for service in environment.services.values():
        if _too_long(host := environment.host_of(service)):
            yield Breach(_message(host), service.pointer)
        for track in service.tracks.values():
            yield from _of_track(environment, service, track)


def _of_track(environment: Environment, service: Service, track: Track) -> Iterator[Breach]:
    namespace, host = environment.track_namespace(service, track), environment.host_of(service, track)
    parts = (environment.namespaces.apex, track.name)
    if (
        not (track.namespace or service.namespace)
        and names.label(namespace)
        and not any(names.label(part) for part in parts)
    ):
        yield Breach(f"namespace {show(namespace)} {names.label(namespace)}", track.pointer)
    elif _too_long(host):
        yield Breach(_message(host), track.pointer)


def _too_long(host: str) -> bool:
    # A part that is too long by itself is GR301's to tell.
    domain = host.split(".", 3)[-1]
    return len(host) > 253 and not names.subdomain(domain) and all(len(part) <= 63 for part in host.split("."))


def _message(host: str) -> str:
    return f"host {show(host)} is {len(host)} characters long, 253 at most"


RULE = EnvironmentRule(CODE, find)
