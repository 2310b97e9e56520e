"""How callers reach a service, said to Gateway API: HTTPRoutes, and the grants that let them cross namespaces.

Owns how the plan of a service's requests becomes HTTPRoutes, one for each way in, because a match may be about some
ways in only. The order of rules there is decided by how much they ask for, not by their place; GR257 refuses a plan
for which that differs. Must not know pods. https://gateway-api.sigs.k8s.io/api-types/httproute/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds, sharing
from gitramp.expand.filters import filters, timeouts
from gitramp.expand.gateway_api import PLAIN, TLS
from gitramp.expand.matching import MESH, header_tests, method_tests, path_test, query_tests
from gitramp.expand.routing import apex_metadata
from gitramp.model import Environment, Gateway, Match, PathMatch, Port, Service
from gitramp.model.plan import Share, Step, rules_at, steps
from gitramp.resource import Manifest, Traced, traced

_GROUP = kinds.API_GATEWAY.group


def http_routes(environment: Environment, service: Service) -> Iterator[Manifest]:
    """Yield a service's HTTPRoutes: for each of its gateways, and for callers in the mesh."""
    planned = list(steps(service))
    if environment.platform.ingress == "gateway-api":
        for gateway in environment.gateways_of(service):
            yield from _at_gateway(environment, service, gateway, planned)
    if environment.has_mesh_routes:
        for port in service.stable_track.every_port:
            if port.is_http:
                yield _in_mesh(environment, service, port, planned)


def _at_gateway(
    environment: Environment, service: Service, gateway: Gateway, planned: list[Step]
) -> Iterator[Manifest]:
    hosts = [traced(host, service.at("hosts", position)) for position, host in enumerate(service.hosts)]
    own = rules_at((step for step in planned if step.port is None), gateway.name)
    rules = [rule for step in own for rule in _rules(environment, service, step)]
    tls, served = gateway.tls, PLAIN
    if tls is not None:
        served = "" if tls.plain_http == "serve" else TLS
        if tls.plain_http == "redirect":
            redirect = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
            sent = {"hostnames": hosts, "rules": [{"filters": [traced(redirect, tls.at("plainHttp"))]}]}
            parent = _parent(environment, gateway, PLAIN)
            yield _route(environment, service, f"{gateway.name}.redirect", parent, sent)
    spec = {"hostnames": hosts, "rules": rules}
    yield _route(environment, service, gateway.name, _parent(environment, gateway, served), spec)


def _parent(environment: Environment, gateway: Gateway, section: str) -> dict[str, Any]:
    namespace, _, name = environment.gateway_object(gateway).partition("/")
    at = gateway.at("ref") if gateway.ref else gateway.pointer
    # Of somebody else's Gateway the names of the listeners are not known.
    named = {"sectionName": section} if section and not gateway.ref else {}
    return {"group": _GROUP, "kind": "Gateway", "namespace": traced(namespace, at), "name": traced(name, at), **named}


def _in_mesh(environment: Environment, service: Service, port: Port, planned: list[Step]) -> Manifest:
    """Return the route of callers in the mesh: its parent is the service's address."""
    main = port.pointer == service.stable_track.pointer
    own = rules_at((s for s in planned if (s.port is None) == main and (main or s.port == port)), MESH)
    rules = [rule for step in own for rule in _rules(environment, service, step)]
    parent = {"group": "", "kind": "Service", "name": service.name, "port": sharing.offered(port)}
    return _route(environment, service, "" if main else f"port-{port.name}", parent, {"rules": rules})


def _route(
    environment: Environment, service: Service, suffix: str, parent: dict[str, Any], said: dict[str, Any]
) -> Manifest:
    metadata = apex_metadata(environment, service)
    if suffix:
        metadata["name"] = f"{service.name}.{suffix}"
    spec = {"parentRefs": [parent], **said}
    return Manifest.of(kinds.HTTP_ROUTE, {"metadata": metadata, "spec": spec}, service.pointer, service.name)


def _rules(environment: Environment, service: Service, step: Step) -> Iterator[dict[str, Any]]:
    matches = [(path_test(together), request) for together in step.alternatives for request in _requests(together)]
    if not any(path is not None and path.prefix for path, _ in matches) or not _replaces_path(step):
        path = matches[0][0] if matches else None
        yield _rule(environment, service, step, step.name, path, [request for _, request in matches])
        return
    # What replaces a prefix goes with one match alone, and the names of rules differ.
    for number, (path, request) in enumerate(matches, start=1):
        name = step.name if number == 1 else f"{step.name}-{number}"
        yield _rule(environment, service, step, name, path, [request])


def _replaces_path(step: Step) -> bool:
    return step.route.rewrite is not None and step.route.rewrite.path is not None


def _rule(
    environment: Environment,
    service: Service,
    step: Step,
    name: str,
    path: PathMatch | None,
    requests: list[dict[str, Any]],
) -> dict[str, Any]:
    done = [*filters(step.route, path), *_copies(environment, service, step)]
    backends = [_backend(environment, service, share) for share in step.shares]
    return {
        "name": name,
        **({"matches": requests} if any(requests) else {}),
        **({"filters": done} if done else {}),
        **timeouts(step.route),
        **({"backendRefs": backends} if backends else {}),
    }


def _copies(environment: Environment, service: Service, step: Step) -> Iterator[dict[str, Any]]:
    if step.mirror is not None:
        copied, percent = step.mirror
        said = {"backendRef": _reference(environment, service, copied), "percent": sharing.mirrored(service, percent)}
        yield {"type": "RequestMirror", "requestMirror": said}


def _backend(environment: Environment, service: Service, share: Share) -> dict[str, Any]:
    weight, cookie = sharing.weight(service, share), sharing.cookie(service, share)
    said: dict[str, Any] = {} if weight is None else {"weight": weight}
    if cookie is not None:
        added = {"add": [{"name": "set-cookie", "value": cookie}]}
        said["filters"] = [{"type": "ResponseHeaderModifier", "responseHeaderModifier": added}]
    return {**_reference(environment, service, share), **said}


def _reference(environment: Environment, service: Service, share: Share) -> dict[str, Any]:
    return {
        "group": "",
        "kind": "Service",
        "name": traced(environment.track_object(service, share.track), share.chosen_by, how="the track's Service"),
        "namespace": traced(environment.track_namespace(service, share.track), share.chosen_by, how="of the track"),
        "port": sharing.offered(share.port),
    }


def _requests(together: tuple[Match, ...]) -> Iterator[dict[str, Any]]:
    """Write matches that must all fit as HTTPRouteMatches: one for each method, of which a match takes one."""
    said: dict[str, Any] = {}
    path = path_test(together)
    if path is not None:
        (kind,) = path.kinds
        name = {"exact": "Exact", "prefix": "PathPrefix", "regex": "RegularExpression"}[kind]
        said["path"] = {"type": name, "value": traced(getattr(path, kind), path.at(kind))}
    tests = {**header_tests(together), **query_tests(together)}
    said |= {field: [_test(name, test) for name, test in named.items()] for field, named in tests.items()}
    methods = method_tests(together)
    if not methods:
        yield said
        return
    ((_, value),) = methods["method"].items()
    yield from ({**said, "method": value._replace(value=method)} for method in value.value.split("|"))


def _test(name: str, test: Any) -> dict[str, Any]:
    pointers, how = (test.pointers, test.how) if isinstance(test, Traced) else ((), "")
    ((kind, value),) = (test.value if isinstance(test, Traced) else test).items()
    if kind == "prefix":
        value = value._replace(value=f"{re.escape(value.value)}.*", how="the start of the text")
    elif pointers:
        value = Traced(value.value, pointers, how)
    return {"type": "Exact" if kind == "exact" else "RegularExpression", "name": name, "value": value}


def grants(environment: Environment, service: Service) -> Iterator[Manifest]:
    """Yield, in the namespaces of the tracks, the grants by which routes at the service's address lead there."""
    if environment.platform.ingress != "gateway-api" and not environment.has_mesh_routes:
        return
    apex = environment.namespaces
    for track in service.tracks.values():
        namespace = environment.track_namespace(service, track)
        if namespace == apex.apex:
            continue
        name = environment.track_object(service, track)
        route = {"group": _GROUP, "kind": "HTTPRoute", "namespace": traced(apex.apex, apex.at("apex"))}
        spec = {"from": [route], "to": [{"group": "", "kind": "Service", "name": name}]}
        metadata = {"name": name, "namespace": namespace, "labels": kinds.track_labels(service, track)}
        yield Manifest.of(kinds.REFERENCE_GRANT, {"metadata": metadata, "spec": spec}, track.pointer, service.name)
