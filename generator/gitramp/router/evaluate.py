"""From a request to its answer, whichever kind of object routes it.

Owns who is asked first, and what happens to a host that nobody routes. Must not know how any kind decides.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from gitramp import body
from gitramp.resource import ManifestSet
from gitramp.router import gateway_api, istio
from gitramp.router.answer import Answer, Share
from gitramp.router.request import MESH, Request
from gitramp.router.services import service_of, track_of

_NOTHING = "%00"


def answer(manifests: ManifestSet, request: Request) -> Answer:
    """Say what becomes of a request; of a host that nothing routes, what a proxy does with it."""
    if _NOTHING in request.path:
        return Answer(None, status=400, says=f"a proxy refuses a path with {_NOTHING}")
    request = _with_port(manifests, request)
    found = gateway_api.answer(manifests, request) or istio.answer(manifests, request)
    return found or _unrouted(manifests, request)


def gateways_for(manifests: ManifestSet, host: str) -> tuple[str, ...]:
    """Return the Gateways that list a host, `namespace/name`."""
    return (*istio.gateways_for(manifests, host), *gateway_api.gateways_for(manifests, host))


def ways_in(manifests: ManifestSet, host: str, namespace: str = "") -> tuple[str, ...]:
    """Return where a request comes in when nobody says: at Gateways that list its host, or in the mesh if that does.

    A host that nobody lists is asked at a Gateway, as a stranger would.
    """
    in_the_mesh = answer(manifests, replace(Request.to(host), way_in=MESH, namespace=namespace))
    gateways = (f"{each.id.namespace}/{each.id.name}" for each in manifests.of_kind("Gateway"))
    nobodys = next(gateways, MESH) if in_the_mesh.manifest is None else MESH
    return gateways_for(manifests, host) or (nobodys,)


def _with_port(manifests: ManifestSet, request: Request) -> Request:
    """Return a request of the mesh with its port: the first one of the Service where none was asked for."""
    if request.way_in != MESH or request.port:
        return request
    found = service_of(manifests, request.host, request.namespace)
    port = body.number(found.body, "spec", "ports", 0, "port") if found is not None else None
    return replace(request, port=port or 80)


def _unrouted(manifests: ManifestSet, request: Request) -> Answer:
    """Answer for a host without routes: a Service is reached as it is, anything else is not of the mesh."""
    service = service_of(manifests, request.host, request.namespace) if request.way_in == MESH else None
    if service is None:
        return _unknown(request)
    alias = body.text(service.body, "spec", "externalName")
    meant = (service_of(manifests, alias) if alias else None) or service
    share = Share(alias or request.host, request.port or None, track_of(meant), Fraction(1), ())
    says = f"another name for {alias}" if alias else "no VirtualService: the Service itself"
    return Answer(service, shares=(share,), path=request.path, says=says)


def _unknown(request: Request) -> Answer:
    """Answer for a host that is nobody's; a sidecar sends it on, or has no cluster for it, as its policy has it.

    https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy
    """
    if request.way_in != MESH:
        return Answer(None, status=404, says=f"nothing routes {request.host}")
    where = "a sidecar with ALLOW_ANY sends it to where the name leads"
    return Answer(None, status=502, says=f"nothing routes {request.host}; {where}")
