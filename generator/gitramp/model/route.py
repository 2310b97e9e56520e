"""What is done with some of a service's requests besides sending them to its tracks.

Owns the vocabulary of routes. The split between stable and canary is not part of it: every route carries that.
Must not know tracks, services or environments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, key
from gitramp.model.match import Match, Method, StringMatch
from gitramp.model.units import DURATION

_HOST = r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$"
_HOST_HINT = "write a host name without scheme, port and path"
_PATH = r"^/[^?#\s\\]*$"
_PATH_HINT = "start it with /, without query"

RetryCondition = Literal[
    "5xx",
    "cancelled",
    "connect-failure",
    "deadline-exceeded",
    "gateway-error",
    "internal",
    "refused-stream",
    "reset",
    "reset-before-request",
    "resource-exhausted",
    "retriable-4xx",
    "unavailable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite(Placed):
    """What the tracks see instead of what was asked."""

    path: str | None = key(
        "Replaces the path, or the prefix of it that the route matches.",
        example="/v1",
        default=None,
        pattern=_PATH,
        x_hint=_PATH_HINT,
    )
    host: str | None = key(
        "Replaces the host.", example="search.internal", default=None, pattern=_HOST, x_hint=_HOST_HINT
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect(Placed):
    """An answer that sends the client elsewhere; what is not said stays as it was asked."""

    scheme: Literal["http", "https"] | None = key("Scheme of the new address.", example="https", default=None)
    host: str | None = key(
        "Host of the new address.", example="www.example.com", default=None, pattern=_HOST, x_hint=_HOST_HINT
    )
    port: int | None = key("Port of the new address.", example=8443, default=None, minimum=1, maximum=65535)
    path: str | None = key("Path of the new address.", example="/new", default=None, pattern=_PATH, x_hint=_PATH_HINT)
    code: Literal[301, 302, 303, 307, 308] = key("Status of the answer.", example=301, default=302)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectResponse(Placed):
    """An answer by the proxy itself; no track is asked."""

    status: int = key("Status of the answer.", example=503, minimum=200, maximum=599)
    body: str = key("Text of the answer.", example="closed for maintenance\n", default="", maxLength=100000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries(Placed):
    """How often, and when, the caller's proxy asks again."""

    attempts: int = key("Most further attempts; 0 turns retries off.", example=2, minimum=0)
    per_try_timeout: str | None = key("Time for each attempt.", example="2s", default=None, **DURATION)
    on: tuple[RetryCondition, ...] = key(
        "Failures that are worth another attempt; the mesh's own choice unless said otherwise.",
        example=["connect-failure", "refused-stream"],
        default=(),
        uniqueItems=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors(Placed):
    """Which pages of other origins may read the answers in a browser."""

    allow_origins: tuple[StringMatch, ...] = key(
        "Tests of the origin; one that fits is enough.", example=[{"exact": "https://www.example.com"}], default=()
    )
    allow_methods: tuple[Method, ...] = key("Methods allowed.", example=["GET", "POST"], default=(), uniqueItems=True)
    allow_headers: tuple[str, ...] = key("Request headers allowed.", example=["x-token"], default=(), uniqueItems=True)
    expose_headers: tuple[str, ...] = key(
        "Response headers that pages may read.", example=["x-request-id"], default=(), uniqueItems=True
    )
    allow_credentials: bool | None = key("Whether cookies may be sent along.", example=True, default=None)
    max_age: str | None = key(
        "How long browsers keep this answer, in whole seconds.",
        example="24h",
        default=None,
        pattern="^[1-9][0-9]{0,5}(h|m|s)$",
        x_hint="write a whole number with a unit, such as 24h or 600s",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderEdits(Placed):
    """Changes to the headers of a message."""

    set: Mapping[str, str] = key("Header -> value that replaces it.", example={"x-env": "production"}, default={})
    add: Mapping[str, str] = key("Header -> value that is added to it.", example={"vary": "origin"}, default={})
    remove: tuple[str, ...] = key("Headers that are taken away.", example=["server"], default=(), uniqueItems=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers(Placed):
    """Changes to the headers of requests and responses."""

    request: HeaderEdits = key(
        "Changes before the request is sent on.", example={"set": {"x-env": "production"}}, default=HeaderEdits()
    )
    response: HeaderEdits = key(
        "Changes before the response is sent back.", example={"remove": ["server"]}, default=HeaderEdits()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay(Placed):
    """Requests held up on purpose."""

    percent: int = key("Share of the requests.", example=10, default=100, minimum=1, maximum=100)
    duration: str = key("How long each is held up.", example="2s", **DURATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abort(Placed):
    """Requests failed on purpose."""

    percent: int = key("Share of the requests.", example=1, default=100, minimum=1, maximum=100)
    status: int = key("Status of the answer.", example=503, minimum=200, maximum=599)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Placed):
    """Failures injected on purpose, to see how callers bear them."""

    delay: Delay | None = key("Hold requests up.", example={"percent": 10, "duration": "2s"}, default=None)
    abort: Abort | None = key("Fail requests.", example={"percent": 1, "status": 503}, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Named):
    """Some of a service's requests, and what is done with them before the tracks share them."""

    order: int = key(
        "Routes are tried from the lowest order up; the one without `match` is always last.",
        example=10,
        default=100,
        minimum=0,
    )
    match: tuple[Match, ...] = key(
        "Requests that are meant; one entry that fits is enough. None: all that no other route takes.",
        example=[{"path": {"prefix": "/api"}}],
        default=(),
    )
    rewrite: Rewrite | None = key("Change path or host on the way.", example={"path": "/v1"}, default=None)
    redirect: Redirect | None = key("Send the client elsewhere.", example={"scheme": "https"}, default=None)
    direct_response: DirectResponse | None = key(
        "Answer at once, without a track.", example={"status": 404}, default=None
    )
    timeout: str | None = key(
        "Time for the whole request, retries included.",
        example="5s",
        default=None,
        **DURATION,
    )
    retries: Retries | None = key("Ask again after a failure.", example={"attempts": 2}, default=None)
    cors: Cors | None = key(
        "Let pages of other origins read the answers.",
        example={"allowOrigins": [{"exact": "https://www.example.com"}]},
        default=None,
    )
    headers: Headers = key(
        "Change headers on the way.", example={"response": {"remove": ["server"]}}, default=Headers()
    )
    fault: Fault | None = key(
        "Inject failures on purpose.", example={"abort": {"percent": 1, "status": 503}}, default=None
    )

    @property
    def takes_the_rest(self) -> bool:
        """Whether it takes all that no other route does: it has no match, or one of the prefix `/` alone."""
        return not self.match or any(match.asks_path_for_nothing for match in self.match)

    @property
    def forwards(self) -> bool:
        """Whether the tracks get the requests."""
        return self.redirect is None and self.direct_response is None
