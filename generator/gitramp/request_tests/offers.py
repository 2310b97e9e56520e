"""Which service a host name stands for, and where requests for it come in.

Owns that question about an environment. Must not know requests, nor who answers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitramp import router
from gitramp.model import Environment, Service
from gitramp.resource import ManifestSet


@dataclass(frozen=True, slots=True)
class Offers:
    """The hosts of an environment's services, and its rendered objects."""

    environment: Environment
    manifests: ManifestSet
    hosts: Mapping[str, Service]

    @classmethod
    def of(cls, environment: Environment, manifests: ManifestSet) -> Offers:
        """Note the hosts of every service: a test asks for one among thousands."""
        services = environment.services.values()
        return cls(environment, manifests, {host.lower(): each for each in services for host in each.hosts})

    def service(self, host: str, namespace: str = "") -> Service | None:
        """Return the service that offers a host from outside or has that address in the mesh."""
        found = next((self.hosts[name] for name in router.covering(host) if name in self.hosts), None)
        return found or self.environment.services.get(self.addressed(host, namespace))

    def addressed(self, host: str, namespace: str = "") -> str:
        """Return the name of the service whose address in the mesh a host is, "" when it is none's."""
        address = router.service_of(self.manifests, host, namespace)
        return address.service if address is not None else ""

    def ways_in(self, host: str) -> tuple[str, ...]:
        """Return the gateways that offer a host, `namespace/name`; the mesh when none does."""
        service = next((self.hosts[name] for name in router.covering(host) if name in self.hosts), None)
        said = self.edges(service) if service else ()
        return tuple(dict.fromkeys((*said, *router.gateways_for(self.manifests, host)))) or router.ways_in(
            self.manifests, host
        )

    def edges(self, service: Service) -> tuple[str, ...]:
        """Return the gateways of a service, `namespace/name`."""
        return tuple(self.environment.gateway_object(gateway) for gateway in self.environment.gateways_of(service))
