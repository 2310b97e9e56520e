"""Services, their tracks, and the canary: who gets which share of the traffic.

Owns the traffic vocabulary. Must not know environments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from gitramp.model.analysis import Analysis
from gitramp.model.external_secret import ExternalSecret
from gitramp.model.job import Job
from gitramp.model.jwt import Jwt
from gitramp.model.key import Named, Placed, injected, key
from gitramp.model.match import Match, StringMatch
from gitramp.model.ramp import Ramp
from gitramp.model.route import Route
from gitramp.model.trust import Caller, PortException
from gitramp.model.workload import Workload
from gitramp.pointer import Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sticky(Placed):
    """Clients stay with the track that first answered them, by a cookie that the answer sets.

    A client is drawn once in the cookie's life, so the share of clients follows `weight`, late by at most `maxAge`.
    """

    cookie: str = key("Name of the cookie.", example="search-track", pattern="^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
    max_age: int = key("Seconds that a client stays with its track.", example=3600, default=3600, minimum=1)

    def keeps(self, track: str) -> Match:
        """Return the match of the clients that stay with a track."""
        return Match(cookies={self.cookie: StringMatch(exact=track, pointer=self.pointer)}, pointer=self.pointer)


class Exposure(NamedTuple):
    """Requests that a track gets whatever the weight; `chosen_by` is the overlay value that chose the track."""

    name: str
    matches: tuple[Match, ...]
    track: str
    chosen_by: Pointer


_ONE_CANARY = "say one track: ramp it, then the next; another is reached at its own address, <service>.services-<track>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary(Placed):
    """The part of a service's traffic that another track than stable gets."""

    keywords: ClassVar[Mapping[str, str]] = {"x-code": "GR232", "x-hint": _ONE_CANARY}

    track: str = key("Track that takes the canary's traffic.", example="v2", x_code="GR232", x_hint=_ONE_CANARY)
    weight: int = key(
        "Percent of the requests that match nothing below; stable gets 100 - weight.",
        example=10,
        default=0,
        minimum=0,
        maximum=100,
        x_code="GR204",
        x_hint="choose a whole number from 0 to 100; stable gets the rest",
    )
    match: tuple[Match, ...] = key(
        "Requests that always reach the canary, whatever the weight; one entry that fits is enough.",
        example=[{"headers": {"x-track": {"exact": "canary"}}}],
        default=(),
    )
    sticky: Sticky | None = key(
        "Keep each client with its track while the traffic is split.", example={"cookie": "search-track"}, default=None
    )
    mirror: int = key(
        "Percent of stable's requests that are sent to the canary too, its answers thrown away; only at weight 0.",
        example=10,
        default=0,
        minimum=0,
        maximum=100,
    )
    aborted: str = key(
        "Why the canary was taken out of the traffic; `gitramp canary abort` says it. Nothing goes on before somebody "
        "starts it again.",
        example="99.2 % of its answers were good, 99.5 % are asked for",
        default="",
        minLength=1,
    )
    ramp: Ramp | None = key(
        "The plan by which the weight grows; a step that it does not have is refused.",
        example={"steps": [1, 5, 10, 25, 50, 100], "bake": "30m"},
        default=None,
    )
    analysis: Analysis | None = key(
        "What the metrics must say before the weight goes up with `--if-healthy`; nothing of it is rendered.",
        example={"interval": "1m", "count": 5, "queries": {"errors": {"successRate": {"min": 99}}}},
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(Workload):
    """A full deployment of a service in a namespace of its own."""

    name: str = injected("")
    namespace: str = key(
        "Namespace of the track; the service's, or `services-<track>`, unless said otherwise.",
        example="services-v2",
        default="",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Named):
    """One address that callers use, and the tracks behind it.

    Besides the keys here an overlay may say every key of `Workload`; merging hands those down to the tracks.
    """

    shared: ClassVar[type] = Workload

    include: tuple[str, ...] = key(
        "Names of `components` that lie beneath what the service says itself, the last one uppermost. A layer that "
        "says it takes the place of the list beneath, as with every list.",
        example=["jvm"],
        default=(),
        uniqueItems=True,
    )
    hosts: tuple[str, ...] = key(
        "Names under which the gateways offer the service; none makes it reachable in the mesh only.",
        example=["search.example.com"],
        default=(),
        uniqueItems=True,
    )
    gateways: tuple[str, ...] | None = key(
        "Gateways that offer the hosts; all of the environment unless said otherwise.",
        example=["public"],
        default=None,
        uniqueItems=True,
    )
    namespace: str = key(
        "One namespace for all tracks, whose objects then carry the track in their names; a namespace for each track "
        "unless said.",
        example="search",
        default="",
    )
    tracks: Mapping[str, Track] = key(
        "Track name -> what differs in it from the service.",
        example={"v1": {"image": "ghcr.io/acme/search:1.4.2"}},
        minProperties=1,
        maxProperties=20,
    )
    stable: str = key(
        "Track that takes the traffic; may be left out while there is one track.", example="v1", default=""
    )
    routes: Mapping[str, Route] = key(
        "Route name -> some of the requests and what is done with them; the canary's share is part of every route.",
        example={"api": {"match": [{"path": {"prefix": "/api"}}], "timeout": "5s"}},
        default={},
    )
    hold: str = key(
        "Why no canary of the service goes on for now, whichever it is; remove it in a commit of its own.",
        example="error rate of checkout, see INC-1234",
        default="",
        minLength=1,
    )
    canary: Canary | None = key(
        "The part of the traffic that another track gets.", example={"track": "v2", "weight": 10}, default=None
    )
    callers: Mapping[str, Caller] | None = key(
        "Who may call the service, on all its tracks: names of services of the environment, and outsiders with their "
        "namespace. The ingress gateways of its hosts always may; `{}` admits nobody else.",
        example={"checkout": {}, "reports": {"namespace": "batch", "serviceAccount": "reports", "methods": ["GET"]}},
        default=None,
    )
    calls: tuple[str, ...] | None = key(
        "What the service calls, of `services` and `external`, beside the services whose `callers` name it, which need "
        "not be repeated. Once said, even `[]`, its sidecars know and reach nothing else.",
        example=["payments"],
        default=None,
        uniqueItems=True,
    )
    jwt: Jwt | None = key(
        "JSON Web Token that every request must bring, on all tracks, besides coming from a caller.",
        example={"issuer": "https://login.example.com", "jwksUri": "https://login.example.com/keys"},
        default=None,
    )
    port_level_mtls: Mapping[str, PortException] = key(
        "Port on which the pods listen -> exception from STRICT mutual TLS, for all tracks; not the Service's port. "
        "Plain text proves no identity, so such a port is open to everybody who reaches it.",
        example={"9090": {"mode": "PERMISSIVE", "reason": "scraped by a Prometheus without a sidecar"}},
        default={},
    )

    external_secrets: Mapping[str, ExternalSecret] = key(
        "Name of a Secret -> the store that has its values; External Secrets Operator makes it in each namespace of "
        "the service's tracks.",
        example={"search-db": {"store": "vault", "keys": {"password": "production/search/db-password"}}},
        default={},
    )
    jobs: Mapping[str, Job] = key(
        "Job name -> pods that end: a migration, a nightly run.",
        example={"migrate": {"args": ["migrate"]}, "reindex": {"args": ["reindex"], "schedule": "15 3 * * *"}},
        default={},
    )

    @property
    def held(self) -> str:
        """Why no canary goes on: the hold of the service, or of the ramp; "" when none is said."""
        return self.hold or (self.canary.ramp.hold if self.canary and self.canary.ramp else "")

    @property
    def stable_track(self) -> Track:
        """The track that takes the traffic; only meaningful once the checks on tracks have passed."""
        return self.tracks[self.stable]

    def jobs_of(self, track: Track) -> tuple[Job, ...]:
        """Return the jobs that live with a track."""
        return tuple(job for _, job in sorted(self.jobs.items()) if (job.track or self.stable) == track.name)

    @property
    def exposures(self) -> tuple[Exposure, ...]:
        """The requests that are not drawn for: what matches the canary, and clients that stay with their track."""
        canary = self.canary
        if canary is None:
            return ()
        sticky = canary.sticky if 0 < canary.weight < 100 else None
        matches = (*canary.match, sticky.keeps(canary.track)) if sticky else canary.match
        found = [Exposure("canary-match", matches, canary.track, canary.at("track"))] if matches else []
        if sticky:
            found.append(Exposure("stable-sticky", (sticky.keeps(self.stable),), self.stable, self.at("stable")))
        return tuple(found)

    @property
    def ordered_routes(self) -> tuple[Route, ...]:
        """The routes as they are tried; the last one takes what no other does."""
        said = sorted(self.routes.values(), key=lambda route: (not route.match, route.order, route.name))
        return tuple(said) if said and said[-1].takes_the_rest else (*said, Route(pointer=self.pointer))
