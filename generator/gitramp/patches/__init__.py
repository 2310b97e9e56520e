"""Patches: what no key of the format says, done to the objects that were rendered.

Owns which objects a patch is for, that it may not touch routes or identities, and that `explain` leads to it. Pure.
Must not know how the objects came about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from gitramp.model import Environment, Patch
from gitramp.patches import codes, json_patch, merge_patch
from gitramp.patches.edited import Edited, Refused
from gitramp.problem import Code
from gitramp.resource import Breach, Manifest, ManifestSet
from gitramp.source import did_you_mean, show

_ROUTES = frozenset({"VirtualService", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "Gateway", "ReferenceGrant"})
_IDENTITY = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))

Fault = tuple[Code, Breach]


def apply(environment: Environment, manifests: ManifestSet) -> tuple[ManifestSet, tuple[Fault, ...]]:
    """Apply an environment's patches in the order of their names; return the objects and what was wrong.

    A patch that cannot be applied leaves its object as it was.
    """
    objects = list(manifests)
    faults: list[Fault] = []
    positions: dict[tuple[str, str], list[int]] = {}  # no patch changes who an object is
    for position, manifest in enumerate(objects):
        positions.setdefault((manifest.id.gvk.kind, manifest.id.name), []).append(position)
    for _, patch in sorted(environment.patches.items()):
        same = positions.get((patch.target.kind, patch.target.name), [])
        chosen = [position for position in same if patch.target.namespace in {None, objects[position].id.namespace}]
        faults.extend(_apply(patch, objects, chosen))
    return ManifestSet.of(objects, manifests.elsewhere), tuple(faults)


def _apply(patch: Patch, objects: list[Manifest], chosen: list[int]) -> Iterator[Fault]:
    """Replace the chosen objects by what a patch makes of them; yield what was wrong."""
    if patch.target.kind in _ROUTES:
        message = f"patch {show(patch.name)} is for a {patch.target.kind}"
        remedy = "say it in `routes`, `canary` or `gateways`: who gets which requests is rendered from the model alone"
        yield codes.FORBIDDEN, Breach(message, patch.target.at("kind"), remedy=remedy)
        return
    if not chosen:
        yield codes.NO_TARGET, _no_target(patch, objects)
    for position in chosen:
        try:
            objects[position] = _patched(patch, objects[position])
        except Refused as refused:
            at = patch.at(*refused.step)
            message = f"patch {show(patch.name)} of {objects[position].id}: {refused}"
            yield refused.code, Breach(message, at)


def _no_target(patch: Patch, objects: list[Manifest]) -> Breach:
    target = patch.target
    same_kind = {m.id.name for m in objects if m.id.gvk.kind == target.kind}
    same_name = {m.id.namespace for m in objects if (m.id.gvk.kind, m.id.name) == (target.kind, target.name)}
    if same_name:
        where = ", ".join(sorted(same_name))
        message = f"no {target.kind} {show(target.name)} in namespace {show(target.namespace)} is rendered"
        return Breach(message, target.at("namespace"), remedy=f"there is one in {where}")
    message = f"no {target.kind} {show(target.name)} is rendered"
    if not same_kind:
        kinds = {m.id.gvk.kind for m in objects}
        advice = did_you_mean(target.kind, kinds, f"rendered are {', '.join(sorted(kinds))}")
        return Breach(message, target.at("kind"), remedy=advice)
    advice = did_you_mean(target.name, same_kind, f"there are {', '.join(sorted(same_kind)[:10])}")
    return Breach(message, target.at("name"), remedy=advice)


def _patched(patch: Patch, manifest: Manifest) -> Manifest:
    """Return the object with a patch; raises Refused when it cannot be applied or changes who the object is."""
    edited = Edited.of(manifest, how=f"patch {patch.name}")
    if patch.merge is not None:
        merge_patch.apply(edited, patch.merge, patch.at("merge"))
    for position, operation in enumerate(patch.json):
        json_patch.apply(edited, operation, patch.at("json", position))
    for pointer in _IDENTITY:
        if _value(edited.body, pointer) != _value(manifest.body, pointer):
            way = next(iter(patch.ways))
            raise Refused(codes.FORBIDDEN, f"it changes {'.'.join(pointer)}", (way,))
    by = (*manifest.changed_by, patch.pointer)
    return replace(manifest, body=edited.body, origins=edited.origins, changed_by=by)


def _value(body: Mapping[str, Any], pointer: tuple[str, ...]) -> Any:
    value: Any = body
    for step in pointer:
        value = value.get(step) if isinstance(value, dict) else None
    return value
