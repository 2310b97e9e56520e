"""HTTPRoutes as Envoy's virtual hosts.

Owns their parents and their rank: the entry that asks for most is tried first, of equals the first of the route that
comes first by name. https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gitramp import body, durations
from gitramp.preview import doing, hosts, matching
from gitramp.preview.doing import Destination, Edits
from gitramp.preview.doors import GATEWAY_API, MESH, Door
from gitramp.preview.hosts import Listed
from gitramp.resource import Manifest, ManifestSet

UNSHOWN = {"RequestMirror": "copies", "CORS": "CORS"}


def at(manifests: ManifestSet, door: Door, domain: str) -> Iterator[Listed]:
    """Yield what HTTPRoutes route at a door: a name, its domains, its routes."""
    known = sorted(_routes(manifests), key=lambda each: (each.id.namespace, each.id.name))
    if door.way_in == MESH:
        yield from _in_mesh(manifests, known, domain)
        return
    named: dict[str, list[Manifest]] = {}
    listeners = _listeners(manifests, door)
    for each in known:
        for host in dict.fromkeys(_hosts(each, door, listeners)):
            named.setdefault(host, []).append(each)
    # What a listener takes and none of its routes, no other listener's route gets.
    own = [host for host in listeners.values() if named and host not in {"*", *named}]
    usual = 443 if door.tls else 80
    listed = (named | {host: [] for host in own}).items()
    yield from ((host, [host], list(ranked(routes, door.port, usual))) for host, routes in listed)


def _routes(manifests: ManifestSet) -> Iterator[Manifest]:
    return (each for each in manifests.of_kind("HTTPRoute") if each.id.gvk.group == GATEWAY_API)


def _listeners(manifests: ManifestSet, door: Door) -> dict[str, str]:
    """Return the host of each listener of a door by its name; of a gateway that is elsewhere, one with every host."""
    if not door.port:
        return {"": "*"}
    found = (g for g in manifests.of_kind("Gateway") if f"{g.id.namespace}/{g.id.name}" == door.way_in)
    listed = [each for gateway in found for _, each in body.items(gateway.body, "spec", "listeners")]
    at_port = (each for each in listed if body.number(each, "port") == door.port)
    return {body.text(each, "name"): body.text(each, "hostname").lower() or "*" for each in at_port}


def _hosts(route: Manifest, door: Door, listeners: Mapping[str, str]) -> Iterator[str]:
    """Yield the hosts that a route has at a door: what it has in common with a listener, unless a nearer one has it."""
    own = [body.text(route.body, *name).lower() for name, _ in body.items(route.body, "spec", "hostnames")] or ["*"]
    for name, listener in listeners.items():
        nearer = [each for each in listeners.values() if each != listener and hosts.in_common(listener, each) == each]
        for host in (hosts.in_common(listener, each) for each in own if _is_bound(route, door, name)):
            if host and not any(hosts.in_common(each, host) == host for each in nearer):
                yield host


def _is_bound(route: Manifest, door: Door, listener: str) -> bool:
    for _, parent in body.items(route.body, "spec", "parentRefs"):
        name = f"{body.text(parent, 'namespace') or route.id.namespace}/{body.text(parent, 'name')}"
        here = name == door.way_in and body.text(parent, "kind") in {"", "Gateway"}
        asked = body.text(parent, "sectionName") in {"", listener} and body.number(parent, "port") in {None, door.port}
        if here and (asked or not door.port):
            return True
    return False


def _in_mesh(manifests: ManifestSet, known: Iterable[Manifest], domain: str) -> Iterator[Listed]:
    for service in manifests.of_kind("Service"):
        host = hosts.full_name(service, domain)
        for address in hosts.addresses(manifests, host, domain):
            bound = [each for each in known if _is_of(each, service, address.port)]
            if bound:
                yield f"{host}:{address.port}", hosts.domains(address, domain), list(ranked(bound, address.port))


def _is_of(route: Manifest, service: Manifest, port: int) -> bool:
    for _, parent in body.items(route.body, "spec", "parentRefs"):
        meant = (body.text(parent, "namespace") or route.id.namespace, body.text(parent, "name"))
        if body.text(parent, "kind") == "Service" and meant == (service.id.namespace, service.id.name):
            return body.number(parent, "port") in {None, port}
    return False


def ranked(routes: Iterable[Manifest], port: int, usual: int = 80) -> Iterator[dict[str, Any]]:
    """Yield the routes of HTTPRoutes, at a port, in the order in which a proxy tries them."""
    said = 0 if port == usual else port
    found: list[tuple[tuple[int, ...], dict[str, Any]]] = []
    for each in routes:
        for _, rule in body.items(each.body, "spec", "rules"):
            entries = [entry for _, entry in body.items(rule, "matches")]
            for entry in entries or [{}]:
                done = _done(rule, entry, each.id.namespace, said)
                found.append((_rank(entry), {"match": matching.of_gateway_api(entry), **done, **_edited(rule)}))
    yield from (route for _, route in sorted(found, key=lambda each: each[0], reverse=True))


def _rank(entry: Any) -> tuple[int, ...]:
    kind, path = body.text(entry, "path", "type"), body.text(entry, "path", "value") or "/"
    asked = [len(list(body.items(entry, field))) for field in ("headers", "queryParams")]
    return ({"Exact": 2, "RegularExpression": 0}.get(kind, 1), len(path), bool(body.text(entry, "method")), *asked)


def _filter(rule: Any, name: str) -> Mapping[str, Any]:
    found = (body.mapping(each, name) for _, each in body.items(rule, "filters"))
    return next((each for each in found if each), {})


def _done(rule: Any, entry: Any, namespace: str, port: int) -> dict[str, Any]:
    if redirect := _filter(rule, "requestRedirect"):
        return doing.redirected(
            body.number(redirect, "statusCode") or 302,
            body.text(redirect, "scheme"),
            body.number(redirect, "port") or (0 if body.text(redirect, "scheme") else port),
            path_redirect=body.text(redirect, "path", "replaceFullPath"),
            host_redirect=body.text(redirect, "hostname"),
        )
    found = list(_destinations(rule, namespace))
    if not any(each.weight for each in found):
        return doing.answered(500)
    time = durations.in_seconds(body.text(rule, "timeouts", "request"))
    return doing.forwarded(found, {"timeout": time, **_rewritten(_filter(rule, "urlRewrite"), entry)})


def _destinations(rule: Any, namespace: str) -> Iterator[Destination]:
    for _, each in body.items(rule, "backendRefs"):
        weight = body.number(each, "weight")
        host = f"{body.text(each, 'name')}.{body.text(each, 'namespace') or namespace}.svc"
        edits = (_edits(_filter(each, f"{side}HeaderModifier")) for side in ("request", "response"))
        yield Destination(host, body.number(each, "port"), 1 if weight is None else weight, *edits)


def _rewritten(rewrite: Any, entry: Any) -> dict[str, Any]:
    hostname = body.text(rewrite, "hostname")
    host = {"host_rewrite_literal": hostname} if hostname else {}
    path = body.mapping(rewrite, "path")
    if "replaceFullPath" in path:
        return {**host, **_regex("/.*", body.text(path, "replaceFullPath"))}
    if "replacePrefixMatch" not in path:
        return host
    target = body.text(path, "replacePrefixMatch").rstrip("/")
    prefix = body.text(entry, "path", "value").rstrip("/")
    if target:  # of the prefix / it replaces the slash, too, and so does istiod
        return {**host, "prefix_rewrite": target}
    return {**host, **_regex(f"^{re.escape(prefix)}(/?)(.*)", r"/\2")}


def _regex(pattern: str, substitution: str) -> dict[str, Any]:
    return {"regex_rewrite": {"pattern": {"regex": pattern}, "substitution": substitution}}


def _edited(rule: Any) -> dict[str, Any]:
    return doing.edited(_edits(_filter(rule, "requestHeaderModifier")), _edits(_filter(rule, "responseHeaderModifier")))


def _edits(said: Any) -> Edits:
    named = {
        field: {body.text(each, "name"): body.text(each, "value") for _, each in body.items(said, field)}
        for field in ("set", "add")
    }
    return Edits(named["set"], named["add"], tuple(body.text(said, *name) for name, _ in body.items(said, "remove")))
