"""GR246: a delegate is a VirtualService that is there and may be delegated to."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.registry import Registry, exported, sees
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR246",
    "a delegate that is not there",
    "The rule of the root is dropped in silence with all that its delegate would have routed; requests fall through to "
    "the next rule, or to 404.",
    "name a VirtualService without hosts, with its namespace, that is exported to that of the root",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each delegate of a known namespace that is not there, has hosts of its own, or is not exported."""
    known = {(m.id.namespace, m.id.name): m for m in routes.virtual_services(manifests)}
    held = Registry.of(manifests).held | {namespace for namespace, _ in known}
    for root in known.values():
        for rule, _ in body.items(root.body, "spec", "http"):
            at: Pointer = (*rule, "delegate")
            if not body.mapping(root.body, *at):
                continue
            wanted = body.text(root.body, *at, "namespace") or root.id.namespace, body.text(root.body, *at, "name")
            fault = _fault(known.get(wanted), root) if wanted in known or wanted[0] in held else ""
            if fault:
                yield Breach(f"delegate {show('/'.join(wanted))} {fault}", at, root)


def _fault(delegate: Manifest | None, root: Manifest) -> str:
    if delegate is None:
        return "is not there"
    if next(routes.texts(delegate, "spec", "hosts"), None) is not None:
        return "has hosts of its own, so nobody may delegate to it"
    seen_by = exported(body.field(delegate.body, "spec", "exportTo"), delegate.id.namespace)
    return "" if sees(seen_by, root.id.namespace) else f"is not exported to {root.id.namespace}"


RULE = ManifestRule(CODE, find)
