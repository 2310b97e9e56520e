"""Request tests: one request, and who must answer it.

Owns their vocabulary, and what a URL stands for. Must not know routes, nor who answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple
from urllib.parse import urlsplit

from gitramp.model.key import Named, Placed, key
from gitramp.model.match import Method

MESH = "mesh"
_PORTS = {"http": 80, "https": 443}


class Target(NamedTuple):
    """What a URL asks for: `host` in lower case, `port` 0 when any will do, `path` with its query."""

    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRequest(Placed):
    """A request, as a client sends it; a text is its URL."""

    text_form: ClassVar[str] = "url"

    url: str = key(
        "Host, path and query. `http://` is for port 80 and `https://` for port 443; without either, any port will do.",
        example="https://search.example.com/?q=shoes",
        pattern=r"^(https?://)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[1-9][0-9]{0,4})?([/?][^#\s]*)?$",
        x_hint="write a host and a path, such as search.example.com/login; headers and cookies have keys of their own",
    )
    method: Method = key("HTTP method.", example="POST", default="GET")
    headers: Mapping[str, str] = key("Header name -> value.", example={"x-track": "canary"}, default={})
    cookies: Mapping[str, str] = key("Cookie name -> value.", example={"access": "v2"}, default={})
    gateway: str = key(
        "Name of the gateway through which it comes; `mesh` for a call from inside. Default: each gateway that offers "
        "the host, or the mesh when none does.",
        example="public",
        default="",
        minLength=1,
    )
    from_namespace: str = key(
        "Namespace of the calling pod, which is in the mesh.", example="services-v1", default="", minLength=1
    )
    from_labels: Mapping[str, str] = key(
        "Labels of the calling pod, which is in the mesh.", example={"app": "web"}, default={}
    )

    @property
    def target(self) -> Target:
        """What the URL asks for."""
        scheme, _, rest = self.url.rpartition("://")
        parts = urlsplit(f"//{rest}")
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        return Target(parts.hostname or "", parts.port or _PORTS.get(scheme, 0), path)

    @property
    def comes_from_a_pod(self) -> bool:
        """Whether it says who in the mesh sends it."""
        return bool(self.from_namespace or self.from_labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTest(Named):
    """A request and who must answer it, asked of the rendered routes; say a role, a track, a service or a status."""

    request: ClientRequest = key(
        "The request; a text is its URL.", example={"url": "search.example.com/", "cookies": {"access": "v2"}}
    )
    service: str = key(
        "Name of the service that must answer. Default: the one that offers the host.",
        example="search",
        default="",
        minLength=1,
    )
    track: str = key(
        "Name of the track that must answer: every time, unless `atLeast` or `atMost` says how often.",
        example="v2",
        default="",
        minLength=1,
    )
    role: Literal["stable", "canary"] | None = key(
        "What the track that must answer is now, whatever its name: so the test outlives a promotion. One for the "
        "canary is not asked while there is none.",
        example="canary",
        default=None,
    )
    at_least: int | None = key("The least share, in percent.", example=90, default=None, minimum=1, maximum=100)
    at_most: int | None = key("The greatest share, in percent.", example=10, default=None, minimum=0, maximum=99)
    status: int | None = key(
        "The status of an answer by the proxy itself: of a redirect or a direct response, 404 where nothing takes the "
        "request, 503 where nobody is there.",
        example=404,
        default=None,
        minimum=200,
        maximum=599,
    )

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest share in percent that who must answer may have."""
        if self.at_least is None and self.at_most is None:
            return 100, 100
        return self.at_least or 0, 100 if self.at_most is None else self.at_most
