"""Which requests go to which tracks, in the order of decision, before any kind of object says so.

Owns weights and matches: one decision, so one module, from which VirtualServices and HTTPRoutes are written alike.
Stable's weight is derived, never said. Must not know the objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitramp.expand.matching import both
from gitramp.model import Canary, Match, Port, Route, Service, Track
from gitramp.pointer import Pointer
from gitramp.resource import Traced, traced


@dataclass(frozen=True, slots=True)
class Share:
    """A track that gets some of the requests of a rule.

    `chosen_by` is the overlay value that chose it; `weight` is None where it gets all of them; `cookie` is what keeps
    its clients with it.
    """

    track: Track
    port: Port
    chosen_by: Pointer
    weight: Traced | None = None
    cookie: Traced | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One rule of a service: the requests it takes, and who gets them.

    Any of `alternatives` will do, each of matches that must all fit; none take every request. `route` says what is
    done besides. `port` limits the rule to callers in the mesh who speak to a further port.
    """

    name: str
    alternatives: tuple[tuple[Match, ...], ...]
    route: Route
    shares: tuple[Share, ...] = ()
    mirror: tuple[Share, Traced] | None = None
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


def _share(
    track: Track, port: Port, chosen_by: Pointer, weight: Traced | None = None, cookie: Traced | None = None
) -> Share:
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
    weight, how = canary.at("weight"), f"{100 - canary.weight} = 100 - canary.weight"
    rest = traced(100 - canary.weight, weight, how=how)
    share = traced(canary.weight, weight, how=f"canary.weight; stable gets {how}")
    return (
        _share(stable, port, chosen_by, rest, _keeps(canary, service.stable)),
        _share(track, port, canary.at("track"), share, _keeps(canary, canary.track)),
    )


def _keeps(canary: Canary, track: str) -> Traced | None:
    """Return the cookie by which a client stays with the track that answered it."""
    sticky = canary.sticky
    if sticky is None:
        return None
    cookie = f"{sticky.cookie}={track}; Path=/; Max-Age={sticky.max_age}; HttpOnly; SameSite=Lax"
    return traced(cookie, sticky.pointer, how="the track, kept")


def _mirror(service: Service, port: Port) -> tuple[Share, Traced] | None:
    canary = service.canary
    if canary is None or not canary.mirror or canary.weight:
        return None
    copied = _share(service.tracks[canary.track], port, canary.at("track"))
    return copied, traced(canary.mirror, canary.at("mirror"))
