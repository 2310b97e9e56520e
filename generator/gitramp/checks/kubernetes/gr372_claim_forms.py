"""GR372: a claim says how its volume is used, and how large it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks.forms import Fault, breaches, word
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR372",
    "a volume claim that the API server refuses",
    "A claim names at least one access mode and asks for storage above 0.",
    "say accessModes and resources.requests.storage; ReadWriteOncePod stands alone",
    source="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#persistentvolumeclaims",
)
_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_ALONE = "ReadWriteOncePod"
_LISTS: Mapping[str, Pointer] = {
    "StatefulSet": ("spec", "volumeClaimTemplates"),
    "Deployment": ("spec", "template", "spec", "volumes"),
}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with the form of each claim, of its own or in a workload."""
    for at in _claims(manifest):
        yield from breaches(manifest, _faults(manifest.body, at))


def _claims(manifest: Manifest) -> Iterator[Pointer]:
    kind = manifest.id.gvk.kind
    if kind == "PersistentVolumeClaim":
        yield ("spec",)
    elif kind == "StatefulSet":
        yield from ((*at, "spec") for at, _ in body.items(manifest.body, *_LISTS[kind]))
    else:
        for at, volume in body.items(manifest.body, *_LISTS[kind]):
            inner = ("ephemeral", "volumeClaimTemplate")
            if body.field(volume, *inner) is not None:
                yield (*at, *inner, "spec")


def _faults(tree: object, at: Pointer) -> Iterator[Fault]:
    modes = [mode for _, mode in body.items(tree, *at, "accessModes")]
    if not modes:
        yield Fault("the claim has no accessModes", at)
    for step, _ in body.items(tree, *at, "accessModes"):
        yield from _mode(tree, step)
    if _ALONE in modes and len(set(map(str, modes))) > 1:
        yield Fault(f"{_ALONE} stands beside other access modes", (*at, "accessModes"))
    size = body.field(tree, *at, "resources", "requests", "storage")
    amount = read_quantity(size)
    if size is None:
        yield Fault("the claim asks for no storage", at)
    elif amount is None or amount <= 0:
        yield Fault(f"storage {body.shown(size)} is no amount above 0", (*at, "resources", "requests", "storage"))
    yield from word(tree, (*at, "volumeMode"), ("Filesystem", "Block"))


def _mode(tree: object, at: Pointer) -> Iterator[Fault]:
    said = body.field(tree, *at)
    if isinstance(said, str) and said not in _MODES:
        yield Fault(f"access mode {body.shown(said)} is none of {', '.join(_MODES)}", at)


RULE = ObjectRule(CODE, frozenset({"/PersistentVolumeClaim", "apps/StatefulSet", "apps/Deployment"}), find)
