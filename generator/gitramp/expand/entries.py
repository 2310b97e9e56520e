"""Which kinds say how requests come in and where they go: Istio's, Gateway API's, or both.

Owns that choice, by platform. Must not know how any of the objects is filled.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.expand import gateway_api, gateways, kinds
from gitramp.expand.http_routes import grants, http_routes
from gitramp.expand.routing import virtual_service
from gitramp.model import Environment, Service
from gitramp.resource import Manifest, ResourceId


def entries(environment: Environment) -> Iterator[Manifest]:
    """Yield the Gateways of an environment, and the waypoint of ambient mode."""
    by_api = environment.platform.ingress == "gateway-api"
    yield from gateway_api.gateways(environment) if by_api else gateways.gateways(environment)
    yield from gateway_api.waypoint(environment)


def entries_elsewhere(environment: Environment) -> Iterator[ResourceId]:
    """Yield the Gateways that exist already."""
    kind = kinds.API_GATEWAY if environment.platform.ingress == "gateway-api" else kinds.GATEWAY
    for gateway in environment.gateways.values():
        if gateway.ref:
            namespace, _, name = gateway.ref.partition("/")
            yield ResourceId(kind, namespace, name)


def routes(environment: Environment, service: Service) -> Iterator[Manifest]:
    """Yield what routes a service's requests."""
    istio = environment.platform.ingress == "istio"
    if istio and (environment.gateways_of(service) or not environment.has_mesh_routes):
        yield virtual_service(environment, service)
    yield from http_routes(environment, service)
    yield from grants(environment, service)
