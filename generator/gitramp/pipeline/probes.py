"""Requests that tell routes apart: for each door and host a plain one, one for each match, and near misses.

Owns how they are made, from what the rendered routes say and from nothing that the preview made of it: a match that a
translation lost is asked all the same. Must not know who answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gitramp import body, passing, router, wire
from gitramp.passing import Test
from gitramp.preview import MESH, Door
from gitramp.resource import Manifest, ManifestSet


@dataclass(frozen=True, slots=True)
class Probe:
    """A request to ask at a door; `near` is one that just misses a match; `further` has second lines of headers."""

    door: Door
    host: str
    path: str = "/"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    near: bool = False
    further: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The path with the query."""
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.path}?{query}" if self.query else self.path

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The headers as they are sent."""
        return (*self.headers.items(), *self.further.items())

    def request(self) -> router.Request:
        """Return the request for the evaluator."""
        asked = router.Request.to(self.host, self.target, self.method, self.lines)
        return replace(asked, way_in=self.door.way_in, port=asked.port or self.door.port)


def probes(manifests: ManifestSet, doors: tuple[Door, ...], domain: str) -> tuple[Probe, ...]:
    """Return the requests to ask, each once, near misses last; `domain` is the cluster's."""
    routers = [*manifests.of_kind("VirtualService"), *manifests.of_kind("HTTPRoute")]
    of_host: dict[str, list[Probe]] = {}
    for each in routers:
        for host in _hosts(each, f"svc.{domain}"):
            of_host.setdefault(host, []).extend(_examples(each))
    other = {h for each in routers if not _is_http(each) for h in _hosts(each, f"svc.{domain}")}
    found: dict[str, Probe] = {}
    for door in doors:
        for host in _at(manifests, door, tuple(of_host), f"svc.{domain}"):
            if host in other:
                continue
            for probe in (Probe(door, host), *of_host.get(host, ())):
                asked = replace(probe, door=door, host=router.covered(host))
                known = found.setdefault(str(replace(asked, near=False)), asked)
                if known.near and not asked.near:
                    found[str(replace(asked, near=False))] = asked
    return tuple(sorted(found.values(), key=lambda probe: probe.near))


def _is_http(routes: Manifest) -> bool:
    return any(body.items(routes.body, "spec", "http" if routes.id.gvk.kind == "VirtualService" else "rules"))


def _at(manifests: ManifestSet, door: Door, hosts: tuple[str, ...], suffix: str) -> list[str]:
    if door.way_in != MESH:
        elsewhere = {f"{each.namespace}/{each.name}" for each in manifests.elsewhere}
        return [h for h in hosts if door.way_in in {*router.gateways_for(manifests, router.covered(h)), *elsewhere}]
    services = [f"{s.id.name}.{s.id.namespace}.{suffix}" for s in manifests.of_kind("Service")]
    return list(dict.fromkeys([*(h for h in hosts if h.endswith(suffix)), *services]))


def _hosts(routes: Manifest, suffix: str) -> Iterator[str]:
    for each in ("hosts", "hostnames"):
        for at, _ in body.items(routes.body, "spec", each):
            host = body.text(routes.body, *at).lower()
            yield host if "." in host or host == "*" else f"{host}.{routes.id.namespace}.{suffix}"
    for _, parent in body.items(routes.body, "spec", "parentRefs"):
        if body.text(parent, "kind") == "Service":
            namespace = body.text(parent, "namespace") or routes.id.namespace
            yield f"{body.text(parent, 'name')}.{namespace}.{suffix}"


def _examples(routes: Manifest) -> Iterator[Probe]:
    """Yield a request for each match, and near misses of it: of the headers, said once and twice, and of the path."""
    listed = ("http", "match") if routes.id.gvk.kind == "VirtualService" else ("rules", "matches")
    for _, rule in body.items(routes.body, "spec", listed[0]):
        for _, entry in body.items(rule, listed[1]):
            probe = _of_istio(entry) if listed[0] == "http" else _of_gateway_api(entry)
            if probe is None:
                continue
            yield probe
            if probe.headers:
                missed = {name: f"{value}0" for name, value in probe.headers.items()}
                yield replace(probe, headers=missed, near=True)
                yield from _twice(probe, missed)
            if probe.path != "/":
                yield replace(probe, path=f"{probe.path}x", near=True)


def _twice(probe: Probe, missed: Mapping[str, str]) -> Iterator[Probe]:
    """Yield requests with two lines of headers: the second one passes, and only both joined would.

    Cookies come in one line: proxies join them by one protocol and not by the other.
    """
    said = {name: value for name, value in probe.headers.items() if name != "cookie"}
    if said:
        yield replace(
            probe, headers={**probe.headers, **{name: missed[name] for name in said}}, further=said, near=True
        )
    parts = {name: value.partition(",") for name, value in said.items() if "," in value}
    if parts:
        first = {name: wire.header(part[0]) for name, part in parts.items()}
        second = {name: wire.header(part[2]) for name, part in parts.items()}
        yield replace(probe, headers={**probe.headers, **first}, further=second, near=True)


_SOMEWHERE = Door("")


def _of_istio(entry: Any) -> Probe | None:
    headers = {
        name.lower(): _text(_of_string(test), wire.header) for name, test in body.mapping(entry, "headers").items()
    }
    query = {name: _text(_of_string(test), wire.query) for name, test in body.mapping(entry, "queryParams").items()}
    uri, method = body.mapping(entry, "uri"), body.mapping(entry, "method")
    path = _text(_of_string(uri), wire.whole_path) if uri else "/"
    return _probe(path, _asked_by(_of_string(method)) if method else "GET", headers, query)


def _of_string(test: Any) -> Test:
    """Return an Istio StringMatch; an empty one asks for presence."""
    kinds = body.mapping(test)
    for kind in ("exact", "prefix", "regex"):
        if kind in kinds:
            return Test(kind, body.text(test, kind))
    return Test("present", "any")


def _of_gateway_api(entry: Any) -> Probe | None:
    path = _text(_typed(body.mapping(entry, "path") or {"value": "/"}), wire.whole_path)
    query = {body.text(e, "name"): _text(_typed(e), wire.query) for _, e in body.items(entry, "queryParams")}
    headers = {body.text(e, "name").lower(): _text(_typed(e), wire.header) for _, e in body.items(entry, "headers")}
    return _probe(path, _asked_by(Test("exact", body.text(entry, "method") or "GET")), headers, query)


def _typed(test: Any) -> Test:
    return Test("regex" if body.text(test, "type") == "RegularExpression" else "exact", body.text(test, "value"))


def _asked_by(test: Test) -> str | None:
    """Return a method that passes; CONNECT asks for no path, and comes to no route."""
    known = ("GET", *sorted(wire.METHODS - {"CONNECT"}))
    return next((method for method in known if test.passes(method)), None)


def _text(test: Test, sent: Callable[[str], str]) -> str | None:
    return passing.example([test], sent)


def _probe(
    path: str | None, method: str | None, headers: Mapping[str, str | None], query: Mapping[str, str | None]
) -> Probe | None:
    """Return the request; None where no text is known that passes one of the tests."""
    if path is None or method is None or None in headers.values() or None in query.values():
        return None
    known = {name: value for name, value in headers.items() if value is not None}
    asked = {name: value for name, value in query.items() if value is not None}
    if any(name != wire.query(name, name=True) for name in asked):
        return None
    return Probe(_SOMEWHERE, "", path if path.startswith("/") else f"/{path}", method, known, asked)
