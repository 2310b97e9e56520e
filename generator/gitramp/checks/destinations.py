"""Where routes send requests: each destination with its rule, its weight and what it names.

Owns the walk over the rules of VirtualServices, and that over the backends of Gateway API's routes, told in the same
words. Must not know any rule, nor which hosts there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gitramp import body
from gitramp.checks import gateway_api, routes
from gitramp.checks.index import index
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

PROTOCOLS = ("http", "tls", "tcp")


@dataclass(frozen=True, slots=True)
class Destination:
    """A place requests go to; `rule` leads to the route rule, `at` to the destination in it.

    `weight` is None where none is said; `gateways` are the names, in full, that the VirtualService is bound to.
    """

    manifest: Manifest
    rule: Pointer
    at: Pointer
    body: Any
    weight: int | None
    gateways: tuple[str, ...]

    @property
    def host(self) -> str:
        """The host as it is written."""
        return body.text(self.body, "host")

    @property
    def subset(self) -> str:
        """The subset, "" for none."""
        return body.text(self.body, "subset")

    @property
    def port(self) -> int | None:
        """The port, None where none is said."""
        return body.number(self.body, "port", "number")

    @property
    def is_copy(self) -> bool:
        """Whether it gets copies of requests."""
        return "mirror" in self.at or "mirrors" in self.at or "filters" in self.at

    @property
    def host_at(self) -> Pointer:
        """The pointer to what names the host."""
        return (*self.at, "host" if "host" in self.named else "name")

    @property
    def weight_at(self) -> Pointer:
        """The pointer to the weight."""
        return (*(self.at[:-1] if self.at[-1] == "destination" else self.at), "weight")

    @property
    def is_unreadable(self) -> bool:
        """Whether its weight is no whole number, which its schema tells (GR601): nobody knows its share."""
        said = body.field(self.manifest.body, *self.weight_at)
        return said is not None and body.number(said) is None

    @property
    def named(self) -> Any:
        """What stands there, as it is written."""
        return body.mapping(self.manifest.body, *self.at)

    @property
    def is_http(self) -> bool:
        """Whether the rule is for requests, not for connections."""
        return self.rule[1] == "http" or self.manifest.id.gvk.kind == "HTTPRoute"


@index
def destinations(manifests: ManifestSet) -> tuple[Destination, ...]:
    """Return every destination of every VirtualService, copies included."""
    return tuple(each for found in routes.virtual_services(manifests) for each in _of(found))


@index
def all_destinations(manifests: ManifestSet) -> tuple[Destination, ...]:
    """Return the destinations of VirtualServices, then the Services behind the routes of Gateway API."""
    return (*destinations(manifests), *(e for found in gateway_api.routes(manifests) for e in _of_route(found)))


@index
def splits(manifests: ManifestSet) -> tuple[tuple[Destination, ...], ...]:
    """Return the destinations of each rule that share its requests: two or more that get some."""
    rules: dict[tuple[int, Pointer], list[Destination]] = {}
    for each in all_destinations(manifests):
        if not each.is_copy and (each.weight or 0) > 0:
            rules.setdefault((id(each.manifest), each.rule), []).append(each)
    return tuple(tuple(of) for of in rules.values() if len(of) > 1)


def _of(manifest: Manifest) -> Iterator[Destination]:
    bound = tuple(name for _, name in routes.gateway_names(manifest))
    for protocol in PROTOCOLS:
        for rule, found in body.items(manifest.body, "spec", protocol):
            for step in ("route", "mirrors"):
                for at, one in body.items(found, step):
                    said = body.field(one, "destination")
                    yield Destination(
                        manifest, rule, (*rule, *at, "destination"), said, body.number(one, "weight"), bound
                    )
            if isinstance(mirror := body.field(found, "mirror"), dict):
                yield Destination(manifest, rule, (*rule, "mirror"), mirror, None, bound)


def _of_route(route: Manifest) -> Iterator[Destination]:
    """Yield the Services behind a route; one attached to a Service is for callers in the mesh."""
    bound = tuple(
        f"{parent.namespace}/{parent.name}" if parent.kind == "Gateway" else routes.MESH
        for parent, _ in gateway_api.parents(route)
    )
    for to in gateway_api.backends(route):
        if (to.group, to.kind) == ("", "Service"):
            said = {"host": f"{to.name}.{to.namespace}.svc.cluster.local", "port": {"number": to.port}}
            weight = body.number(route.body, *to.at, "weight")
            yield Destination(route, to.at[:3], to.at, said, 1 if weight is None else weight, bound)
