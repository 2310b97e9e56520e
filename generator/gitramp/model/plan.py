"""Which requests of a service go to which of its tracks, in the order of decision.

Owns what canary and routes mean together: one decision, so one module, from which every kind of route is written.
Stable's weight is derived, never said. Must not know the objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gitramp.model.match import Match
from gitramp.model.overlap import both, covers
from gitramp.model.port import Port
from gitramp.model.route import Route
from gitramp.model.service import Canary, Service, Track
from gitramp.pointer import Pointer


@dataclass(frozen=True, slots=True)
class Share:
    """A track that gets some of the requests of a rule.

    `chosen_by` is the overlay value that chose it; `weight`, in percent, is None where it gets all of them; `cookie`
    is what an answer sets to keep its client with the track.
    """

    track: Track
    port: Port
    chosen_by: Pointer
    weight: int | None = None
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One rule of a service: the requests it takes, and who gets them.

    Any of `alternatives` will do, each of matches that must all fit; none take every request. `route` says what is
    done besides. `mirror` is the track that gets copies of some percent of them. `port` limits the rule to callers in
    the mesh who speak to a further port.
    """

    name: str
    alternatives: tuple[tuple[Match, ...], ...]
    route: Route
    shares: tuple[Share, ...] = ()
    mirror: tuple[Share, int] | None = None
    port: Port | None = None


def steps(service: Service) -> Iterator[Step]:
    """Yield the rules for requests, as they are tried: those of further ports, then the routes of the main one.

    Each carries the canary: what matches it comes before the split.
    """
    main, *further = service.stable_track.every_port
    for port in further:
        if port.is_http:
            everything = Route(name=f"port-{port.name}", pointer=port.pointer)
            yield from _of_route(service, everything, port, limited=True)
    if main.is_http:
        for route in service.ordered_routes:
            yield from _of_route(service, route, main)


def rules_at(planned: Iterable[Step], way_in: str) -> Iterator[Step]:
    """Yield the rules of one way in, a gateway's name or `mesh`, without what gets no request there.

    That is what is meant for others, and what stands behind a match for whoever comes in there.
    """
    earlier: list[tuple[Match, ...]] = []
    for step in planned:
        meant: list[tuple[Match, ...]] = []
        for together in step.alternatives or ((),):
            own = tuple(replace(match, gateways=()) for match in together)
            if _comes(together, way_in) and not any(_covers(wide, own) for wide in earlier):
                meant.append(together)
                earlier += [own] if own != together else []
        if meant:
            yield replace(step, alternatives=tuple(filter(None, meant)))


def _comes(together: tuple[Match, ...], way_in: str) -> bool:
    return all(not match.gateways or way_in in match.gateways for match in together)


def _covers(wide: tuple[Match, ...], narrow: tuple[Match, ...]) -> bool:
    """Whether a request that fits all of `narrow` is known to fit all of `wide`."""
    return all(any(covers(own, each) for each in narrow or (Match(),)) for own in wide)


def connections(service: Service) -> Iterator[tuple[Port, tuple[Share, ...]]]:
    """Yield the ports on which the mesh sees no requests, each with the tracks that share its connections."""
    for port in service.stable_track.every_port:
        if not port.is_http:
            yield port, _split(service, port)


def _of_route(service: Service, route: Route, port: Port, *, limited: bool = False) -> Iterator[Step]:
    limit = port if limited else None
    if not route.forwards:
        yield Step(route.name, tuple((match,) for match in route.match), route)
        return
    prefix = f"{route.name}-" if route.name else ""
    for exposure in service.exposures:
        alternatives = tuple(both(exposure.matches, route.match))
        if alternatives:
            chosen = _share(service.tracks[exposure.track], port, exposure.chosen_by)
            yield Step(f"{prefix}{exposure.name}", alternatives, route, (chosen,), port=limit)
    rest = tuple((match,) for match in route.match)
    yield Step(f"{prefix}split", rest, route, _split(service, port), _mirror(service, port), limit)


def _share(track: Track, port: Port, chosen_by: Pointer, weight: int | None = None, cookie: str = "") -> Share:
    offered = next((own for own in track.every_port if own.name == port.name), port)
    return Share(track, offered, chosen_by, weight, cookie)


def _split(service: Service, port: Port) -> tuple[Share, ...]:
    """Share the rest out: a track that gets nothing is left out, as the mesh would drop it anyway."""
    canary, stable, chosen_by = service.canary, service.stable_track, service.at("stable")
    if canary is None or canary.weight == 0:
        return (_share(stable, port, chosen_by),)
    track = service.tracks[canary.track]
    if canary.weight == 100:
        return (_share(track, port, canary.at("track")),)
    return (
        _share(stable, port, chosen_by, 100 - canary.weight, _keeps(canary, service.stable)),
        _share(track, port, canary.at("track"), canary.weight, _keeps(canary, canary.track)),
    )


def _keeps(canary: Canary, track: str) -> str:
    """Return the cookie by which a client stays with the track that answered it."""
    sticky = canary.sticky
    if sticky is None:
        return ""
    return f"{sticky.cookie}={track}; Path=/; Max-Age={sticky.max_age}; HttpOnly; SameSite=Lax"


def _mirror(service: Service, port: Port) -> tuple[Share, int] | None:
    canary = service.canary
    if canary is None or not canary.mirror or canary.weight:
        return None
    return _share(service.tracks[canary.track], port, canary.at("track")), canary.mirror
