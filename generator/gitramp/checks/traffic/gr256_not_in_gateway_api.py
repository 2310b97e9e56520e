"""GR256: what an overlay says can be said in Gateway API, where that is what is rendered."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.matches import matches
from gitramp.checks.planned import planned
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Gateway, Match, PathMatch, Route, Service
from gitramp.model.overlap import narrower
from gitramp.pointer import Pointer
from gitramp.problem import Code

CODE = Code(
    "GR256",
    "what Gateway API cannot say",
    "HTTPRoutes of the standard channel have no word for it, or leave what it means to each implementation. Left out "
    "in silence, requests would go elsewhere than the overlay says.",
    "leave it out, or render Istio's own objects: `ingress: istio` and `mesh: sidecar`",
    source="https://gateway-api.sigs.k8s.io/reference/spec/#httproute",
)
_Fault = tuple[str, Pointer]
_MOST_HOSTS = 16


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each value that an HTTPRoute or a Gateway of Gateway API cannot hold."""
    by_api = environment.platform.ingress == "gateway-api"
    if not by_api and not environment.has_mesh_routes:
        return
    for _, match in matches(environment):
        yield from (Breach(*fault) for fault in _of_match(match))
    for gateway in environment.gateways.values() if by_api else ():
        yield from (Breach(*fault) for fault in _of_gateway(gateway))
    for service in environment.services.values():
        yield from (Breach(*fault) for fault in _of_service(service))
        for track in service.tracks.values() if environment.has_mesh_routes else ():
            for port in track.every_port:
                if not port.is_http:
                    yield Breach(f"connections of {port.protocol} are not split by HTTPRoutes", port.at("protocol"))


def _of_match(match: Match) -> Iterator[_Fault]:
    if match.source_labels:
        yield "an HTTPRoute does not test the caller's labels", match.at("sourceLabels")
    if match.source_namespace is not None:
        yield "an HTTPRoute does not test the caller's namespace", match.at("sourceNamespace")
    if match.path is not None and match.path.regex is not None:
        yield "where an expression for the path ranks is not laid down", match.path.at("regex")


def _of_gateway(gateway: Gateway) -> Iterator[_Fault]:
    tls = gateway.tls
    if tls is not None and tls.client_certificates != "none":
        yield "a listener does not ask for client certificates", tls.at("clientCertificates")
    if tls is not None and tls.min_version is not None:
        yield "a listener has no lowest version of TLS", tls.at("minVersion")


def _of_service(service: Service) -> Iterator[_Fault]:
    if len(service.hosts) > _MOST_HOSTS:
        yield f"{len(service.hosts)} hosts, an HTTPRoute has {_MOST_HOSTS} at most", service.at("hosts")
    for route in service.routes.values():
        yield from _of_route(route)
    for step in planned(service):
        if step.route.rewrite is not None and step.route.rewrite.path is not None:
            yield from _of_rewrite(step.route, step.alternatives)


def _of_route(route: Route) -> Iterator[_Fault]:
    words = {"directResponse": route.direct_response, "fault": route.fault, "retries": route.retries}
    yield from ((f"an HTTPRoute has no {key}", route.at(key)) for key, said in words.items() if said is not None)
    for origin in route.cors.allow_origins if route.cors else ():
        if origin.exact is None:
            yield "an HTTPRoute takes origins in full only", origin.pointer


def _of_rewrite(route: Route, alternatives: tuple[tuple[Match, ...], ...]) -> Iterator[_Fault]:
    """Yield a rewrite that would give another path.

    Either because of a slash, or because its match is narrowed by the canary's: what is replaced would be the longer
    prefix. Istio joins what replaces the prefix `/` to the rest without a slash, others with one.
    """
    assert route.rewrite is not None
    own = [match.path for match in route.match if match.path is not None]
    if (route.rewrite.path or "") > "/" and str(route.rewrite.path).endswith("/") and any(path.prefix for path in own):
        yield "an HTTPRoute drops the slash at the end of what replaces a prefix", route.rewrite.at("path")
    if (route.rewrite.path or "/") != "/" and any(path.prefix == "/" for path in own):
        yield "what replaces the prefix / is joined to the rest in two ways", route.rewrite.at("path")
    for together in alternatives:
        path = _narrowed([match.path for match in together if match.path is not None])
        if path is not None and path not in own:
            yield "the canary's match has a path of its own, which would be replaced", route.rewrite.at("path")
            return


def _narrowed(paths: list[PathMatch]) -> PathMatch | None:
    return paths[0] if len(paths) == 1 else narrower(*paths) if paths else None


RULE = EnvironmentRule(CODE, find)
