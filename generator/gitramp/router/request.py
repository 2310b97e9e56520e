"""A request as a proxy sees it.

Owns its parts and their normal form. Must not know routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

MESH = "mesh"
"""Where a request enters that a pod of the mesh sends; any other way in is a Gateway, `namespace/name`."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are in lower case, `path` is without the query.

    `way_in` is MESH or a Gateway; `port` the port asked for, 0 when any will do. `labels` and `namespace` are those of
    the calling pod.
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

    @classmethod
    def to(cls, host: str, target: str = "/", method: str = "GET", headers: Iterable[tuple[str, str]] = ()) -> Request:
        """Build from what stands on a command line: a host with its port, a target with its query, headers.

        A header given twice counts once, its values joined: by `; ` for cookies, by `,` for others, as proxies do.
        """
        parts = urlsplit(target)
        joined: dict[str, str] = {}
        for name, value in headers:
            known, glue = joined.get(name.lower()), "; " if name.lower() == "cookie" else ","
            joined[name.lower()] = value if known is None else f"{known}{glue}{value}"
        first: dict[str, str] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            first.setdefault(name, value)
        bare, _, port = host.lower().partition(":")
        return cls(bare, parts.path or "/", method.upper(), joined, first, port=int(port) if port.isdecimal() else 0)
