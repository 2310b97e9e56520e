"""From a request to its answer, over Gateways and HTTPRoutes of Gateway API.

Owns what an HTTPRoute's rule does with the request that it takes. Must not know Istio's own objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gitramp import body
from gitramp.resource import Manifest, ManifestSet
from gitramp.router import http_routes, listeners
from gitramp.router.answer import Answer, Share
from gitramp.router.http_routes import Fit
from gitramp.router.listeners import GROUP
from gitramp.router.request import MESH, Request
from gitramp.router.services import service_of, track_of


def gateways_for(manifests: ManifestSet, host: str) -> tuple[str, ...]:
    """Return the Gateways at which some HTTPRoute has a host, `namespace/name`."""
    found = (m for m in manifests.of_kind("Gateway") if m.id.gvk.group == GROUP)
    named = (f"{m.id.namespace}/{m.id.name}" for m in found if http_routes.of_gateway(manifests, m, Request(host)))
    return tuple(named)


def answer(manifests: ManifestSet, request: Request) -> Answer | None:
    """Say what becomes of a request; None when neither its way in nor its host is Gateway API's."""
    routes = _in_mesh(manifests, request) if request.way_in == MESH else _at_gateway(manifests, request)
    if routes is None:
        return None
    fit = http_routes.taken_by(routes, request)
    if fit is None:
        return Answer(None, status=404, says=f"no route at {request.way_in} takes {request.host}")
    return _taken(manifests, fit, replace(request, scheme=request.scheme or _scheme(manifests, request)))


def _scheme(manifests: ManifestSet, request: Request) -> str:
    """Return the scheme of a request: that of the listeners that take it, TLS's where no port is said."""
    heard = listeners.taking(manifests, request.way_in, request)
    return "https" if any(each.protocol == "HTTPS" for each in heard) else "http"


def _in_mesh(manifests: ManifestSet, request: Request) -> list[Manifest] | None:
    service = service_of(manifests, request.host, request.namespace)
    routes = http_routes.of_service(manifests, service, request) if service is not None else []
    return routes or None


def _at_gateway(manifests: ManifestSet, request: Request) -> list[Manifest] | None:
    for each in manifests.elsewhere:
        if f"{each.namespace}/{each.name}" == request.way_in and each.gvk.group == GROUP:
            return http_routes.of_gateway_elsewhere(manifests, request.way_in, request.host)
    for gateway in manifests.of_kind("Gateway"):
        if f"{gateway.id.namespace}/{gateway.id.name}" == request.way_in and gateway.id.gvk.group == GROUP:
            return http_routes.of_gateway(manifests, gateway, request)
    return None


def _taken(manifests: ManifestSet, fit: Fit, request: Request) -> Answer:
    rule = body.field(fit.manifest.body, *fit.rule)
    answer = Answer(fit.manifest, fit.rule, body.text(rule, "name"), fit.entry)
    for _, each in body.items(rule, "filters"):
        if redirect := body.mapping(each, "requestRedirect"):
            status = body.number(redirect, "statusCode") or 302
            return answer.redirected(status, _redirected(redirect, request))
    shares = tuple(_shares(manifests, fit, rule))
    if not shares:
        return replace(answer, status=500, says="no back end has a weight")
    return replace(answer, shares=shares, path=_rewritten(fit, rule, request))


def _redirected(redirect: Any, request: Request) -> str:
    """Return where it leads: without a scheme to the port that was asked, with one to the scheme's usual port."""
    scheme = body.text(redirect, "scheme")
    port = body.number(redirect, "port") or (None if scheme else request.port)
    return request.elsewhere(
        scheme, body.text(redirect, "hostname"), port, body.text(redirect, "path", "replaceFullPath")
    )


def _shares(manifests: ManifestSet, fit: Fit, rule: Any) -> Iterator[Share]:
    backends = list(body.items(rule, "backendRefs"))
    weights = [weight if (weight := body.number(each, "weight")) is not None else 1 for _, each in backends]
    for (at, each), weight in zip(backends, weights, strict=True):
        namespace = body.text(each, "namespace") or fit.manifest.id.namespace
        host = f"{body.text(each, 'name')}.{namespace}.svc"
        service = service_of(manifests, host)
        if weight:
            track = track_of(service) if service else ""
            yield Share(host, body.number(each, "port"), track, Fraction(weight, sum(weights)), (*fit.rule, *at))


def _rewritten(fit: Fit, rule: Any, request: Request) -> str:
    """Return the path that the track sees."""
    for _, each in body.items(rule, "filters"):
        path = body.mapping(each, "urlRewrite", "path")
        if "replaceFullPath" in path:
            return body.text(path, "replaceFullPath")
        if "replacePrefixMatch" in path:
            prefix = (body.text(fit.manifest.body, *fit.entry, "path", "value") if fit.entry else "").rstrip("/")
            target = body.text(path, "replacePrefixMatch").rstrip("/")
            if target:  # of the prefix / istiod replaces the slash, too
                return target + request.path.removeprefix(prefix or "/")
            return "/" + request.path.removeprefix(prefix).removeprefix("/")
    return request.path
