"""GR318: a namespace that gitramp renders is not one of the cluster's own."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.problem import Code

CODE = Code(
    "GR318",
    "a namespace of the cluster itself",
    "gitramp renders the namespaces of services with sidecar injection, Pod Security and mutual TLS; on a system "
    "namespace these would stop the cluster's or the mesh's own pods.",
    "choose a namespace of your own",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces",
)
_PREFIX = "kube-"  # reserved by Kubernetes
_OWN = {"istio-system", "default"}  # the API server's own Service is default/kubernetes


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each namespace, of the addresses or of a track, that belongs to Kubernetes or Istio."""
    yield from _system(environment.namespaces.apex, environment.namespaces.at("apex"))
    for service in environment.services.values():
        yield from _system(service.namespace, service.at("namespace"))
        for track in service.tracks.values():
            yield from _system(track.namespace, track.at("namespace"))


def _system(name: str, pointer: Pointer) -> Iterator[Breach]:
    if name.startswith(_PREFIX) or name in _OWN:
        yield Breach(f"namespace {name} belongs to the cluster", pointer)


RULE = EnvironmentRule(CODE, find)
