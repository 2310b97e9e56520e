"""Ask an environment's rendered routes who answers a request, and which overlay lines decided it.

Owns the choice of the way in. Must not know how answers are found or shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gitramp import overlays, provenance, router, wire
from gitramp.pipeline.build import build
from gitramp.pipeline.built import Built
from gitramp.pointer import Pointer
from gitramp.problem import Mark, UsageError
from gitramp.source import show
from gitramp.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Query:
    """A request as people type it; `gateway` is an overlay's name for one, `namespace/name`, `mesh`, or "" for any."""

    host: str
    target: str = "/"
    method: str = "GET"
    headers: Iterable[tuple[str, str]] = ()
    gateway: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Routed:
    """A request, its answer, and the overlay line behind the match and behind each share, None where none decides."""

    environment: str
    request: router.Request
    answer: router.Answer
    match_line: Mark | None
    share_lines: tuple[Mark | None, ...]


def route(workspace: Workspace, name: str, query: Query) -> Routed:
    """Find who answers; raises InputRejected when the environment is not valid, UsageError for an unknown gateway."""
    if "/" in query.host:
        raise UsageError(f"{query.host} is a URL; say its host, and its path as PATH")
    if query.host.startswith("."):
        raise UsageError(f"{show(query.host)} is no host: a name does not begin with a dot")
    if query.method not in wire.METHODS:
        raise UsageError(f"{show(query.method)} is no method that a proxy takes; write one in capitals, such as GET")
    (built,) = build(overlays.snapshot(workspace.root), [name])
    asked = router.Request.to(query.host, query.target, query.method, query.headers)
    way_in = _way_in(built, query, asked.host)
    request = replace(asked, way_in=way_in, labels=query.labels, namespace=query.namespace)
    answer = router.answer(built.manifests, request)
    lines = tuple(_line(built, answer, share.decided_at) for share in answer.shares)
    return Routed(name, request, answer, _line(built, answer, answer.match or ()), lines)


def _way_in(built: Built, query: Query, host: str) -> str:
    """Return the Gateway that is meant; when none was named, the first way in."""
    wanted = query.gateway
    if not wanted:
        return router.ways_in(built.manifests, host, query.namespace)[0]
    rendered = {f"{m.id.namespace}/{m.id.name}" for m in built.manifests.of_kind("Gateway")}
    known = {router.MESH, *rendered}
    found = [name for name in sorted(known) if name == wanted or name.rpartition("/")[2] == wanted]
    if len(found) != 1:
        raise UsageError(f"{wanted} is not one gateway of {built.name}; choose one of {', '.join(sorted(known))}")
    return found[0]


def _line(built: Built, answer: router.Answer, at: Pointer) -> Mark | None:
    """Return the overlay line behind what stands at or below a pointer; the first that an overlay said."""
    if answer.manifest is None or not at:
        return None
    decided = [pointer for pointer in answer.manifest.origins if pointer[: len(at)] == at]
    preferred = sorted(decided, key=lambda pointer: "weight" not in pointer)
    for pointer in preferred:
        for cause in provenance.trace(answer.manifest, pointer, built.values).causes:
            if cause.exact:
                return cause.settings[-1].mark
    return None
