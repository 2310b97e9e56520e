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

    `headers` has the first line of each; `further` has the values of more lines, where each is tested by itself.
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
    further: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a header that are tested: a test is passed when one of them passes it."""
        name = name.lower()
        return (self.headers[name], *self.further.get(name, ())) if name in self.headers else ()

    @property
    def tunnels(self) -> bool:
        """Whether it asks for a tunnel: Envoy takes it to a route for that alone, and istiod writes none."""
        return self.method == "CONNECT"

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

        The values of a header given twice are each tested by themselves, or joined, as proxies do. The path is
        normalised; of the query nothing is decoded, and the first of two parameters with one name counts.
        """
        path, _, query = wire.target(target).partition("?")
        said: dict[str, list[str]] = {}
        for name, value in headers:
            said.setdefault(name.lower(), []).append(value)
        sent = {name: wire.lines(name, values) for name, values in said.items()}
        first: dict[str, str] = {}
        for pair in filter(None, query.split("&")):
            name, _, value = pair.partition("=")
            first.setdefault(name, value)
        bare, _, port = host.lower().partition(":")
        return cls(
            bare,
            wire.whole_path(path),
            method,
            {name: values[0] for name, values in sent.items()},
            first,
            port=int(port) if port.isdecimal() else 0,
            further={name: values[1:] for name, values in sent.items() if len(values) > 1},
        )
