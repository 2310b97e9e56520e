"""A request as a proxy sees it.

Owns its parts and their normal form. Must not know routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gitramp import wire

MESH = "mesh"
"""Where a request enters that a pod of the mesh sends; any other way in is a Gateway, `namespace/name`."""


USUAL = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are in lower case, `path` is without the query.

    `way_in` is MESH or a Gateway; `port` the port asked for, 0 when any will do; `scheme` is "" where port and way in
    tell it. `labels` and `namespace` are those of the calling pod.
    """

    host: str
    path: str = "/"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    way_in: str = MESH
    port: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""
    scheme: str = ""

    def elsewhere(self, scheme: str, host: str, port: int | None, path: str) -> str:
        """Return the address that a redirect of this request leads to; what is empty stays as it is.

        The query is kept unless there is another one, and the usual port of a scheme is not said.
        """
        scheme = scheme or self.scheme or "http"
        shown = f":{port}" if port and port != USUAL.get(scheme) else ""
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        kept = f"?{query}" if query and "?" not in path else ""
        return f"{scheme}://{host or self.host}{shown}{path or self.path}{kept}"

    @classmethod
    def to(cls, host: str, target: str = "/", method: str = "GET", headers: Iterable[tuple[str, str]] = ()) -> Request:
        """Build from what stands on a command line: a host with its port, a target with its query, headers.

        A header given twice counts once, its values joined: by `; ` for cookies, by `,` for others, as proxies do. The
        path is normalised; of the query nothing is decoded, and the first of two parameters with one name counts.
        """
        path, _, query = wire.target(target).partition("?")
        joined: dict[str, str] = {}
        for name, value in headers:
            known, glue = joined.get(name.lower()), "; " if name.lower() == "cookie" else ","
            joined[name.lower()] = wire.header(value if known is None else f"{known}{glue}{value}")
        first: dict[str, str] = {}
        for pair in filter(None, query.split("&")):
            name, _, value = pair.partition("=")
            first.setdefault(name, value)
        bare, _, port = host.lower().partition(":")
        return cls(
            bare, wire.whole_path(path), method.upper(), joined, first, port=int(port) if port.isdecimal() else 0
        )
