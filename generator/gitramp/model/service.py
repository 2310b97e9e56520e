"""Services, their tracks, and the canary: who gets which share of the traffic.

Owns the traffic vocabulary. Must not know environments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from gitramp.model.key import Named, Placed, injected, key
from gitramp.model.workload import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class StringMatch(Placed):
    """A test on a text; say one of the three."""

    exact: str | None = key("The whole text.", example="canary", default=None)
    prefix: str | None = key("The start of the text.", example="can", default=None, minLength=1)
    regex: str | None = key("An RE2 expression for the whole text.", example="v[2-9]", default=None, maxLength=1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Placed):
    """One way to be sent to the canary: every header and cookie named here must fit."""

    headers: Mapping[str, StringMatch] = key(
        "Header name -> test of its value.", example={"x-track": {"exact": "canary"}}, default={}
    )
    cookies: Mapping[str, StringMatch] = key(
        "Cookie name -> test of its whole value; one cookie a match.",
        example={"access": {"exact": "v2"}},
        default={},
        maxProperties=1,
        x_hint="write a match entry for each cookie: entries are alternatives",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp(Placed):
    """The plan by which the canary's weight grows."""

    steps: tuple[int, ...] = key("Weights, one after the other.", example=[1, 5, 10, 25, 50, 100])


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary(Placed):
    """The part of a service's traffic that another track than stable gets."""

    track: str = key("Track that takes the canary's traffic.", example="v2")
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
    ramp: Ramp | None = key(
        "The plan by which the weight grows.", example={"steps": [1, 5, 10, 25, 50, 100]}, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Track(Workload):
    """A full deployment of a service in a namespace of its own."""

    name: str = injected("")
    namespace: str = key(
        "Namespace of the track; `services-<track>` unless said otherwise.", example="services-v2", default=""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Named):
    """One address that callers use, and the tracks behind it.

    Besides the keys here an overlay may say every key of `Workload`; merging hands those down to the tracks.
    """

    shared: ClassVar[type] = Workload

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
    tracks: Mapping[str, Track] = key(
        "Track name -> what differs in it from the service.",
        example={"v1": {"image": "ghcr.io/acme/search:1.4.2"}},
        minProperties=1,
    )
    stable: str = key(
        "Track that takes the traffic; may be left out while there is one track.", example="v1", default=""
    )
    canary: Canary | None = key(
        "The part of the traffic that another track gets.", example={"track": "v2", "weight": 10}, default=None
    )

    @property
    def stable_track(self) -> Track:
        """The track that takes the traffic; only meaningful once the checks on tracks have passed."""
        return self.tracks[self.stable]
