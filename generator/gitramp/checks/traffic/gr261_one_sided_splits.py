"""GR261: a split holds for requests from outside and for callers in the mesh alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks import gateway_api, routes
from gitramp.checks.destinations import destinations, splits
from gitramp.checks.registry import Key, Registry, is_own, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
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
        if manifest.id.gvk.kind != "VirtualService":
            continue
        for at, host in routes.texts(manifest, "spec", "hosts"):
            meant = key(host, manifest.id.namespace)
            if routes.MESH in split[0].gateways:
                inside.setdefault(meant, manifest)
            elif registry.service(host, manifest.id.namespace) and meant not in routed:
                message = f"callers in the mesh reach {show(host)} past this split"
                yield Breach(message, at, manifest, related=(Elsewhere("the split", split[0].rule, manifest),))
    yield from _passed_by(manifests, inside)
    yield from _empty(manifests, routed)


def _empty(manifests: ManifestSet, routed: frozenset[Key]) -> Iterator[Breach]:
    """Yield each Service without pods whose routes are at gateways only: that is gitramp's address of a service."""
    divided = {manifest for manifest, _ in _divided(manifests)}
    for manifest in (m for m in routes.virtual_services(manifests) if is_own(m) and id(m) not in divided):
        for at, host in routes.texts(manifest, "spec", "hosts"):
            service = Registry.of(manifests).service(host, manifest.id.namespace)
            if service is not None and key(host, manifest.id.namespace) not in routed:
                spec = body.mapping(service.manifest.body, "spec")
                if not spec.get("selector") and not spec.get("externalName"):
                    yield Breach(f"callers in the mesh reach nobody at {show(host)}", at, manifest)


def _on_mesh(manifests: ManifestSet) -> Iterator[Key]:
    for route in gateway_api.routes(manifests):
        yield from ((to.name, to.namespace) for to, _ in gateway_api.parents(route) if to.kind == "Service")
    for manifest in routes.virtual_services(manifests):
        if routes.MESH in [name for _, name in routes.gateway_names(manifest)]:
            yield from (key(host, manifest.id.namespace) for _, host in routes.texts(manifest, "spec", "hosts"))


def _divided(manifests: ManifestSet) -> frozenset[tuple[int, Pointer]]:
    """Return the rules that are splits, those of which nobody can read the weights among them."""
    unreadable = (each for each in destinations(manifests) if each.is_unreadable)
    return frozenset((id(e.manifest), e.rule) for e in (*(split[0] for split in splits(manifests)), *unreadable))


def _passed_by(manifests: ManifestSet, inside: Mapping[Key, Manifest]) -> Iterator[Breach]:
    divided = _divided(manifests)
    for each in destinations(manifests) if inside else ():
        split = inside.get(key(each.host, each.manifest.id.namespace))
        if split is None or routes.MESH in each.gateways or each.subset or (id(each.manifest), each.rule) in divided:
            continue
        message = f"requests from outside reach {show(each.host)} past the split of {split.id}"
        yield Breach(message, (*each.at, "host"), each.manifest, related=(Elsewhere("the split", ("spec",), split),))


RULE = ManifestRule(CODE, find)
