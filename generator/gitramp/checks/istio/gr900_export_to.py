"""GR900: the namespaces that an object is exported to are said in one way."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, texts
from gitramp.checks.mesh_names import dns_label
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR900",
    "an exportTo that istiod refuses",
    "exportTo lists namespaces, `.` for its own, or `*` alone for all. A DestinationRule for chosen callers holds in "
    "its own namespace only, and `~` is for ServiceEntries.",
    "list each namespace once, or `*` alone",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService",
)
_ALL, _OWN, _NOBODY = "*", ".", "~"


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each entry of exportTo that is no namespace, is said twice or contradicts the others."""
    said = list(texts(manifest.body, "spec", "exportTo", EACH))
    own = manifest.id.namespace or "default"
    is_entry = mesh_objects.kind_of(manifest) == mesh_objects.SERVICE_ENTRY
    seen: dict[str, str] = {}
    for at, entry in said:
        meant = own if entry == _OWN else entry
        if meant in seen:
            same = "" if seen[meant] == entry else f", the other time as {show(seen[meant])}"
            yield Breach(f"exportTo lists {show(entry)} twice{same}", at, manifest)
        elif fault := _fault(meant, is_entry=is_entry):
            yield Breach(f"exportTo lists {show(entry)}, which {fault}", at, manifest)
        seen.setdefault(meant, entry)
    for alone in {_ALL, _NOBODY} & set(seen):
        if len(said) > 1:
            yield Breach(f"exportTo lists {alone} beside others", ("spec", "exportTo"), manifest)
    yield from _beyond(manifest, said, own)


def _fault(entry: str, *, is_entry: bool) -> str:
    if entry == _NOBODY and not is_entry:
        return "only a ServiceEntry may say"
    return "" if entry in {_ALL, _NOBODY} else dns_label(entry)


def _beyond(manifest: Manifest, said: list[tuple[Pointer, str]], own: str) -> Iterator[Breach]:
    chosen = isinstance(body.field(manifest.body, "spec", "workloadSelector"), dict)
    if not chosen or mesh_objects.kind_of(manifest) != mesh_objects.DESTINATION_RULE:
        return
    for at, entry in said:
        if entry not in {_OWN, own}:
            message = f"a DestinationRule with a workloadSelector is exported to {show(entry)}"
            yield Breach(message, at, manifest, remedy="export it to `.` only, or leave out the selector")


RULE = ObjectRule(
    CODE,
    frozenset({mesh_objects.VIRTUAL_SERVICE, mesh_objects.DESTINATION_RULE, mesh_objects.SERVICE_ENTRY}),
    find,
)
