"""Requests that tell routes apart: for each door and host a plain one, one for each match, and near misses.

Owns how they are made, from what the rendered routes say and from nothing that the preview made of it: a match that a
translation lost is asked all the same. Must not know who answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from gitramp import body, re2, router
from gitramp.preview import MESH, Door
from gitramp.resource import Manifest, ManifestSet

_OPTIONAL = re.compile(r"\((?:\\.|[^()\\])*\)[?*]|\[[^\]]*\]\*|\.\*|[\^$]")


@dataclass(frozen=True, slots=True)
class Probe:
    """A request to ask at a door; `near` is one that just misses a match."""

    door: Door
    host: str
    path: str = "/"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    near: bool = False

    @property
    def target(self) -> str:
        """The path with the query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    def request(self) -> router.Request:
        """Return the request for the evaluator."""
        asked = router.Request.to(self.host, self.target, self.method, self.headers.items())
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
                asked = replace(probe, door=door, host=_named(host))
                known = found.setdefault(str(replace(asked, near=False)), asked)
                if known.near and not asked.near:
                    found[str(replace(asked, near=False))] = asked
    return tuple(sorted(found.values(), key=lambda probe: probe.near))


def _is_http(routes: Manifest) -> bool:
    return any(body.items(routes.body, "spec", "http" if routes.id.gvk.kind == "VirtualService" else "rules"))


def _at(manifests: ManifestSet, door: Door, hosts: tuple[str, ...], suffix: str) -> list[str]:
    if door.way_in != MESH:
        elsewhere = {f"{each.namespace}/{each.name}" for each in manifests.elsewhere}
        return [h for h in hosts if door.way_in in {*router.gateways_for(manifests, _named(h)), *elsewhere}]
    services = [f"{s.id.name}.{s.id.namespace}.{suffix}" for s in manifests.of_kind("Service")]
    return list(dict.fromkeys([*(h for h in hosts if h.endswith(suffix)), *services]))


def _named(host: str) -> str:
    """Return a host that a pattern covers."""
    return f"any{host[1:]}" if host.startswith("*.") else "any.example" if host == "*" else host


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
    """Yield a request for each match, and two near misses of it: of the headers, and of the path."""
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
            if probe.path != "/":
                yield replace(probe, path=f"{probe.path}x", near=True)


_SOMEWHERE = Door("")


def _of_istio(entry: Any) -> Probe | None:
    headers = {name.lower(): example(test) for name, test in body.mapping(entry, "headers").items()}
    query = {name: example(test) for name, test in body.mapping(entry, "queryParams").items()}
    path = example(body.mapping(entry, "uri") or {"exact": "/"})
    method = example(body.mapping(entry, "method") or {"exact": "GET"})
    return _probe(path, method, headers, query)


def _of_gateway_api(entry: Any) -> Probe | None:
    def told(field: str) -> dict[str, str | None]:
        return {body.text(each, "name"): example(_test(each)) for _, each in body.items(entry, field)}

    path = example(_test(body.mapping(entry, "path") or {"value": "/"}))
    return _probe(path, body.text(entry, "method") or "GET", told("headers"), told("queryParams"))


def _test(typed: Any) -> dict[str, str]:
    kind = "regex" if body.text(typed, "type") == "RegularExpression" else "exact"
    return {kind: body.text(typed, "value")}


def _probe(
    path: str | None, method: str | None, headers: Mapping[str, str | None], query: Mapping[str, str | None]
) -> Probe | None:
    """Return the request; None where no text is known that passes one of the tests."""
    if path is None or method is None or None in headers.values() or None in query.values():
        return None
    known = {name: value for name, value in headers.items() if value is not None}
    asked = {name: value for name, value in query.items() if value is not None}
    return Probe(_SOMEWHERE, "", path if path.startswith("/") else f"/{path}", method, known, asked)


def example(test: Any) -> str | None:
    """Return a text that passes a test; of an expression one that is found by leaving out what may be left out."""
    regex = body.text(test, "regex")
    if not regex:
        return body.text(test, "exact") or body.text(test, "prefix") or "any"
    for tried in (regex.partition("|")[0], regex):
        plain = (
            _OPTIONAL.sub("", _OPTIONAL.sub("", tried)).replace(".+", "x").replace("[0-9]+", "1").replace(r"\d+", "1")
        )
        found = re.sub(r"\\(.)", r"\1", plain)
        if re2.fits(regex, found):
            return found
    return None
