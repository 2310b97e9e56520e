"""Which services differ between two revisions of an environment in nothing but what their own objects are made from.

Owns the keys of which that is known. What is not known to stay within a service counts as reaching everything, so that
leaving the other services out can hide nothing. Must not know how objects are made.
"""

from __future__ import annotations

from gitramp.changes import fields
from gitramp.model import Environment
from gitramp.resource import GroupVersionKind, ManifestSet
from gitramp.source import Values

Modelled = tuple[Values, Environment]
_OF_SERVICE = frozenset({"canary", "env", "hold", "image", "replicas", "resources"})
"""Neither a Gateway, nor a namespace, nor what other services know of one is made from these."""
_OF_PARTS = _OF_SERVICE - {"canary", "hold"}
_PARTS = frozenset({"tracks", "jobs"})


def apart(old: Modelled, new: Modelled) -> frozenset[str]:
    """Return the services that differ; none when something differs that others may be made from.

    A patch may be of any object, so that all are needed.
    """
    (was, before), (is_, after) = old, new
    if before.patches or after.patches or before.attached != after.attached:
        return frozenset()
    found: set[str] = set()
    for each in fields.differing(was.plain(), is_.plain()):
        if not _stays_within(each.path):
            return frozenset()
        found.add(each.path[1])
    return frozenset(found)


def _stays_within(path: tuple[str, ...]) -> bool:
    if len(path) < 3 or path[0] != "services":
        return False
    return path[2] in _OF_SERVICE or (len(path) > 4 and path[2] in _PARTS and path[4] in _OF_PARTS)


def kinds_of(manifests: ManifestSet) -> frozenset[tuple[GroupVersionKind, str]]:
    """Return the kinds of objects, each with the namespaces in which there are some."""
    return frozenset((manifest.id.gvk, manifest.id.namespace) for manifest in manifests)
