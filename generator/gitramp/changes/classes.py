"""The requests that a service tells apart, each with one example of it.

Owns which classes there are, in the order in which their rules are tried, and the request that is an example of one.
Must not know how a text is found, nor who answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from gitramp import passing, traffic, wire
from gitramp.model import Match, PathMatch, Service, StringMatch
from gitramp.model.plan import connections, steps
from gitramp.passing import Test
from gitramp.router import MESH

REST = "no match"
"""What people call the requests that no rule picks out."""


@dataclass(frozen=True, slots=True)
class RequestClass:
    """Requests that one rule is about, in words, and an example; `only_mesh` and `only_edge` say whence they come."""

    words: str
    path: str = "/"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""
    port: int = 0
    only_mesh: bool = False
    only_edge: bool = False

    @property
    def key(self) -> str:
        """What tells it from others: the words alone keep a value back that may be a secret."""
        return repr(self)

    def comes_by(self, way_in: str) -> bool:
        """Whether such requests can come in there."""
        return not (self.only_edge if way_in == MESH else self.only_mesh)


def classes(service: Service) -> Iterator[RequestClass]:
    """Yield the classes of a service, each once; of what no example is found for, none."""
    told: set[str] = set()
    for found in _classes(service):
        if found.key not in told:
            told.add(found.key)
            yield found


def _classes(service: Service) -> Iterator[RequestClass]:
    for step in steps(service):
        port = step.port.offered if step.port else 0
        suffix = f"port {port}" if port else ""
        if not step.alternatives:
            yield RequestClass(suffix or REST, port=port, only_mesh=bool(port))
        for matches in step.alternatives:
            made = example(matches, port)
            if made is not None:
                yield made
    main = service.stable_track.every_port[0]
    for port_, _ in connections(service):
        number = 0 if port_ == main else port_.offered
        words = f"connections to port {port_.offered}"
        yield RequestClass(words, port=number, only_mesh=bool(number))


def example(matches: tuple[Match, ...], port: int) -> RequestClass | None:
    """Make a request that fits all of some matches; None where no text is found that passes the tests of one thing."""
    words = traffic.said(matches) + (f" on port {port}" if port else "")
    headers = _texts([match.headers for match in matches], wire.header, lower=True)
    cookies = _texts([match.cookies for match in matches], wire.header)
    query = _texts([match.query for match in matches], wire.query)
    path = _texts([{"": match.path} for match in matches if match.path is not None], wire.whole_path)
    if headers is None or cookies is None or query is None or path is None:
        return None
    if any(name != wire.query(name, name=True) for name in query):
        return None
    if cookies:
        headers = {**headers, "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    named = [set(match.gateways) for match in matches if match.gateways]
    labels = {name: value for match in matches for name, value in match.source_labels.items()}
    namespace = next((match.source_namespace for match in matches if match.source_namespace), "")
    mesh = bool(labels or namespace or port) or any(ways == {MESH} for ways in named)
    edge = any(MESH not in ways for ways in named)
    method = next((each for match in matches for each in match.methods if each != "CONNECT"), "GET")
    whole = path.get("", "/")
    return RequestClass(words, whole, method, headers, query, labels, namespace, port, mesh, edge)


def _texts(
    tests: list[Mapping[str, StringMatch]], sent: Callable[[str], str], *, lower: bool = False
) -> dict[str, str] | None:
    """Return a text for each name that passes every test of it."""
    asked: dict[str, list[Test]] = {}
    for each in tests:
        for name, test in each.items():
            asked.setdefault(name.lower() if lower else name, []).append(test_of(test))
    found = {name: passing.example(of, sent) for name, of in asked.items()}
    return None if None in found.values() else {name: text for name, text in found.items() if text is not None}


def test_of(match: StringMatch) -> Test:
    """Return the test that a match is; a prefix of a path is one of whole segments."""
    if match.exact is not None:
        return Test("exact", match.exact)
    if match.prefix is not None:
        return Test("segments" if isinstance(match, PathMatch) else "prefix", match.prefix)
    return Test("regex", match.regex or "")
