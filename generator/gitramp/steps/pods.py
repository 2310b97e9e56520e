"""What a track's pods are made from, before and after.

Owns the finding of a track's pods among the objects, and the first place where two of them differ. Their number does
not count: a canary must be able to grow with its share. Must not know any rule.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

from gitramp import body
from gitramp.model import Service, Track
from gitramp.pointer import Pointer, dotted
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show
from gitramp.steps.step import Step

_TEMPLATE: Pointer = ("spec", "template")
_IMAGE: Pointer = (*_TEMPLATE, "spec", "containers", 0, "image")  # the track's own container comes first


class Difference(NamedTuple):
    """What differs, in words, and where it stands afterwards."""

    words: str
    pointer: Pointer
    manifest: Manifest


def changed(step: Step, before: Service, after: Service, track: str) -> Difference | None:
    """Return the first difference between the pods of a track that both revisions have."""
    if step.old is step.new:
        return None
    old = _keepers(step.old).get(before.tracks[track].pointer)
    new = _keepers(step.new).get(after.tracks[track].pointer)
    if old is None or new is None:
        return None
    if old.id[1:] != new.id[1:] or old.id.gvk.kind != new.id.gvk.kind:
        return Difference(f"{old.id} becomes {new.id}", ("metadata", "namespace"), new)
    at = _first(body.field(old.body, *_TEMPLATE), body.field(new.body, *_TEMPLATE), _TEMPLATE)
    if at is None:
        return None
    images = _images(before.tracks[track], after.tracks[track])
    return Difference(images or f"{dotted(_named(at))} changes", _IMAGE if images else at, new)


def has_pods(track: Track) -> bool:
    """Say whether a track runs any pods."""
    return track.autoscaling is not None or track.replicas > 0


@functools.lru_cache(maxsize=4)
def _keepers(manifests: ManifestSet) -> Mapping[Pointer, Manifest]:
    """Return what keeps the pods of each track, by the track's pointer."""
    found = (*manifests.of_kind("Deployment"), *manifests.of_kind("StatefulSet"))
    return {manifest.owner: manifest for manifest in found if manifest.service}


def _images(before: Track, after: Track) -> str:
    old, new = before.image.text, after.image.text
    return f"image {show(old, 120)} -> {show(new, 120)}" if old != new else ""


def _named(at: Pointer) -> Pointer:
    """Leave out what is in every such path."""
    return at[len(_TEMPLATE) :] or at


def _first(old: Any, new: Any, at: Pointer) -> Pointer | None:
    """Return where two trees first differ, as deep as the new one goes; None when they are the same."""
    if isinstance(old, dict) and isinstance(new, dict):
        for step in dict.fromkeys((*new, *old)):
            if step not in new:
                return at
            found = _first(old.get(step), new[step], (*at, step))
            if found is not None:
                return found
        return None
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return next((found for i, (a, b) in pairs if (found := _first(a, b, (*at, i))) is not None), None)
    return None if type(old) is type(new) and old == new else at
