"""Who answers the requests of a service: as things stand, and before and after a change.

Owns the questions: every host, every way in, every class that either state tells apart. Must not know how the router
finds an answer.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gitramp import router
from gitramp.changes.classes import REST, RequestClass, classes
from gitramp.changes.own_routes import KINDS, own_classes
from gitramp.changes.ports import is_closed, ports
from gitramp.changes.state import Compared, State
from gitramp.changes.treatment import Treatment, treatments
from gitramp.checks.routes import texts
from gitramp.model import Service
from gitramp.ordering.routing import Entry, entries
from gitramp.resource import Manifest, ManifestSet


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who answers, each with its probability, the likeliest first; or what the proxy answers by itself.

    `path` is what the track sees, "" when it is the one that was asked for; `treated` what is done with the request.
    """

    shares: tuple[tuple[str, Fraction], ...] = ()
    status: int = 0
    says: str = ""
    path: str = ""
    treated: tuple[Treatment, ...] = ()

    def of(self, track: str) -> Fraction:
        """Return the probability with which a track answers."""
        return next((share for name, share in self.shares if name == track), Fraction(0))


@dataclass(frozen=True, slots=True)
class Asked:
    """A class of requests, the example that was asked, and its outcomes; None where nobody could ask it."""

    words: str
    request: router.Request
    before: Outcome | None
    after: Outcome | None

    @property
    def differs(self) -> bool:
        """Whether it is answered otherwise."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Routing:
    """One service, or route of one's own, at one way in and host: its classes of requests, those that changed first.

    `port` is 0 where the ports there stay as they are, for all are then asked alike.
    """

    service: str
    way_in: str
    host: str
    asked: tuple[Asked, ...]
    port: int = 0

    @property
    def differs(self) -> bool:
        """Whether any request is answered otherwise."""
        return any(each.differs for each in self.asked)


def routings(compared: Compared) -> Iterator[Routing]:
    """Yield what becomes of the requests of each service that may have changed, then of routes of one's own."""
    for before, after in compared.services():
        service = after or before
        assert service is not None
        ways = dict.fromkeys((*_ways(compared.after, after), *_ways(compared.before, before)))
        yield from _routings(compared, service.name, ways, (*_classes(before), *_classes(after)))
    for was, is_ in compared.own_routes(KINDS):
        route = is_ or was
        assert route is not None
        ways = dict.fromkeys((*_ways_of(is_), *_ways_of(was)))
        yield from _routings(compared, str(route.id), ways, (*own_classes(was), *own_classes(is_)))


def _routings(
    compared: Compared, name: str, ways: Iterable[tuple[str, str]], found: Iterable[RequestClass]
) -> Iterator[Routing]:
    told = {each.key: each for each in found}
    both = compared.before, compared.after
    for way_in, host in ways:
        here = [each for each in told.values() if each.comes_by(way_in)]
        for port in ports(compared, way_in, host):
            meant = [each for each in here if not port or each.port == port]  # some classes are of one port alone
            meant = meant or [replace(each, port=port) for each in here if not each.port]
            asked = [_asked(*both, way_in, host, each) for each in meant]
            in_order = sorted(asked, key=lambda each: (not each.differs, each.words != REST))
            yield Routing(name, way_in, host, tuple(in_order), port)


def answered(state: State) -> Iterator[Routing]:
    """Yield what becomes of the requests of every service, as things stand: classes in the order of their rules."""
    for service in state.environment.services.values():
        yield from _as_is(state, service.name, _ways(state, service), classes(service))


def answered_by_own_routes(state: State) -> Iterator[Routing]:
    """Yield what becomes of the requests that routes of one's own take, as things stand."""
    for route in (route for kind in KINDS for route in state.manifests.of_kind(kind) if not route.service):
        yield from _as_is(state, str(route.id), _ways_of(route), own_classes(route))


def _as_is(
    state: State, name: str, ways: Iterable[tuple[str, str]], found: Iterable[RequestClass]
) -> Iterator[Routing]:
    told = tuple(found)
    for way_in, host in ways:
        asked = (_asked(None, state, way_in, host, each) for each in told if each.comes_by(way_in))
        yield Routing(name, way_in, host, tuple(asked))


def _ways_of(route: Manifest | None) -> Iterator[tuple[str, str]]:
    """Yield the ways in and hosts of a route of one's own, those from outside first."""
    found = [*entries(route)] if route is not None else []
    yield from sorted({(_named(entry), entry.host) for entry in found if entry.gateway is not None})
    inside = {entry.host for entry in found if entry.gateway is None}
    if inside and route is not None and (hosts := [host for _, host in texts(route, "spec", "hosts")]):
        inside = {host.lower() if "." in host else f"{host.lower()}.{route.id.namespace}" for host in hosts}
    yield from ((router.MESH, host) for host in sorted(inside))


def _classes(service: Service | None) -> Iterator[RequestClass]:
    return classes(service) if service is not None else iter(())


def _ways(state: State | None, service: Service | None) -> Iterator[tuple[str, str]]:
    """Yield the ways in and hosts under which the routes of a service are found, those from outside first."""
    if state is None or service is None:
        return
    found = [entry for route in _routes(state.manifests).get(service.name, ()) for entry in entries(route)]
    edge = [(_named(entry), entry.host) for entry in found if entry.gateway is not None]
    yield from sorted(set(edge))
    yield router.MESH, f"{service.name}.{state.environment.namespaces.apex}"


@functools.lru_cache(maxsize=8)
def _routes(manifests: ManifestSet) -> Mapping[str, Sequence[Manifest]]:
    """Return what routes requests, by service: a thousand services are asked one after the other."""
    found: dict[str, list[Manifest]] = {}
    for kind in KINDS:
        for manifest in manifests.of_kind(kind):
            found.setdefault(manifest.service, []).append(manifest)
    return found


def _named(entry: Entry) -> str:
    assert entry.gateway is not None
    return f"{entry.gateway.namespace}/{entry.gateway.name}"


def _asked(before: State | None, after: State | None, way_in: str, host: str, each: RequestClass) -> Asked:
    request = router.Request(
        router.covered(host),
        each.path,
        each.method,
        each.headers,
        each.query,
        way_in,
        each.port,
        each.labels,
        each.namespace,
    )
    return Asked(each.words, request, _outcome(before, request), _outcome(after, request))


def _outcome(state: State | None, request: router.Request) -> Outcome | None:
    """Return what becomes of a request; None where there is no such host."""
    if state is None:
        return None
    answer = router.answer(state.manifests, request)
    if answer.manifest is None or is_closed(state.manifests, request):
        return None
    shares: dict[str, Fraction] = {}
    for share in answer.shares:
        who = share.track or share.host
        shares[who] = shares.get(who, Fraction(0)) + share.probability
    in_order = sorted(shares.items(), key=lambda each: (-each[1], each[0]))
    says = answer.says.replace(f"://{request.host}", "://(the same host)") if answer.status else ""
    path = answer.path if answer.path != request.path else ""
    treated = treatments(answer.manifest, answer.rule) if answer.rule else ()
    return Outcome(tuple(in_order), answer.status, says, path, treated)
