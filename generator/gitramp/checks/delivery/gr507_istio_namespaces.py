"""GR507: a namespace has one owner, Istio's installation or the environment."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR507",
    "a service in a namespace of Istio's installation",
    "Both would render the Namespace, with different labels: the gateways' pods are refused under one, the service's "
    "sidecars are missing under the other.",
    "choose another namespace; `istio-ingress` is for the gateways",
)
_INGRESS = "istio-ingress"  # GR318 refuses istio-system


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each namespace of services that the installation of Istio has too."""
    if environment.delivery is None or environment.delivery.istio is None:
        return
    if environment.namespaces.apex == _INGRESS:
        yield Breach(f"namespace {_INGRESS} is the gateways'", environment.namespaces.at("apex"))
    for service in environment.services.values():
        for track in service.tracks.values():
            if environment.track_namespace(service, track) == _INGRESS:
                yield Breach(f"namespace {_INGRESS} is the gateways'", track.at("namespace"))


RULE = EnvironmentRule(CODE, find)
