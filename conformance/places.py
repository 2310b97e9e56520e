"""Whether the API server refuses an object for the reason for which gitramp does.

Owns the comparison of places: the server's `spec.containers[0].name` and gitramp's pointer. A fixture that is refused
because somebody left out a field would otherwise prove any rule right. Must not know who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from conformance.corpus import FAMILIES
from conformance.verdict import Document, Verdict, named
from gitramp import checks
from gitramp.pointer import Pointer
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId

STEP = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


def pointer(field: str) -> Pointer:
    """Read a path as the API server writes it; a key in brackets may have dots."""
    steps = ((key or name) for key, name in STEP.findall(field.replace("LoadBalancerSource", "loadBalancerSource")))
    return tuple(int(step) if step.isdecimal() else step for step in steps)


def told(documents: Iterable[Document]) -> set[tuple[str, Pointer]]:
    """Return where gitramp finds fault with objects: the object's name for people, and the field.

    Advice about security posture is about whole pods, and would lie near to any refusal.
    """
    manifests = ManifestSet.of(_manifest(document) for document in documents)
    breaches = (breach for code, breach in checks.check_manifests(manifests) if code.family in FAMILIES)
    return {(named(each.manifest.body), each.pointer) for each in breaches if each.manifest}


def agree(verdicts: Sequence[Verdict], ours: set[tuple[str, Pointer]]) -> bool:
    """Say whether any refusal is about what gitramp found, or does not say what it is about."""
    refusals = [verdict for verdict in verdicts if verdict.refused]
    return any(not refusal.causes or _about(refusal, ours) for refusal in refusals)


def _about(refusal: Verdict, ours: set[tuple[str, Pointer]]) -> bool:
    subject = refusal.subject.rpartition(" of ")[2]  # a pod of it
    pairs = ((cause, at) for cause in refusal.causes for name, at in ours if name == subject)
    return any(_near(pointer(cause.field), at, required=cause.required) for cause, at in pairs)


def _near(theirs: Pointer, at: Pointer, *, required: bool) -> bool:
    """Say whether one place is inside the other, or both are in one: of two that contradict each other, one is named.

    What is left out must be inside or beside the place, for otherwise anything that a fixture lacks were near.
    """
    shorter = min(len(theirs), len(at))
    inside = theirs[:shorter] == at[:shorter]
    beside = theirs[: shorter - 1] == at[: shorter - 1] and not (required and len(at) > len(theirs) + 1)
    return inside or beside


def _manifest(document: Document) -> Manifest:
    body = document.body
    group, _, version = body["apiVersion"].rpartition("/")
    gvk = GroupVersionKind(group, version, body["kind"])
    metadata = body["metadata"]
    return Manifest(ResourceId(gvk, metadata.get("namespace", ""), metadata["name"]), body, {}, ())
