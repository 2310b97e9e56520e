"""GR261: a split holds for requests from outside and for callers in the mesh alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp.checks import routes
from gitramp.checks.destinations import destinations, splits
from gitramp.checks.registry import Key, Registry, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR261",
    "a split that holds on one side only",
    "A VirtualService holds for the gateways that it names. Without `mesh` callers in the mesh pass it by; without the "
    "gateway, requests from outside do.",
    "bind one VirtualService to the gateway and to `mesh`, with the public name and the Service among its hosts",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0140/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each split of a Service's own name at gateways only, and each route at a gateway that passes one by."""
    registry = Registry.of(manifests)
    routed = frozenset(_on_mesh(manifests))
    inside: dict[Key, Manifest] = {}
    for split in splits(manifests):
        manifest = split[0].manifest
        for at, host in routes.texts(manifest, "spec", "hosts"):
            meant = key(host, manifest.id.namespace)
            if routes.MESH in split[0].gateways:
                inside.setdefault(meant, manifest)
            elif registry.service(host, manifest.id.namespace) and meant not in routed:
                message = f"callers in the mesh reach {show(host)} past this split"
                yield Breach(message, at, manifest, related=(Elsewhere("the split", split[0].rule, manifest),))
    yield from _passed_by(manifests, inside)


def _on_mesh(manifests: ManifestSet) -> Iterator[Key]:
    for manifest in routes.virtual_services(manifests):
        if routes.MESH in [name for _, name in routes.gateway_names(manifest)]:
            yield from (key(host, manifest.id.namespace) for _, host in routes.texts(manifest, "spec", "hosts"))


def _passed_by(manifests: ManifestSet, inside: Mapping[Key, Manifest]) -> Iterator[Breach]:
    divided = {(id(split[0].manifest), split[0].rule) for split in splits(manifests)}
    for each in destinations(manifests) if inside else ():
        split = inside.get(key(each.host, each.manifest.id.namespace))
        if split is None or routes.MESH in each.gateways or each.subset or (id(each.manifest), each.rule) in divided:
            continue
        message = f"requests from outside reach {show(each.host)} past the split of {split.id}"
        yield Breach(message, (*each.at, "host"), each.manifest, related=(Elsewhere("the split", ("spec",), split),))


RULE = ManifestRule(CODE, find)
