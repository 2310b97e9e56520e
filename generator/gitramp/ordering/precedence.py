"""Which change certainly comes before which, as far as a controller promises it.

Owns what Argo CD's sync waves and Flux's Kustomizations promise, read off the rendered objects themselves, so that it
holds for whoever wrote them. Must not know what the changed objects are for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitramp import body
from gitramp.ordering.trees import Change, Key, Trees, namespace_key
from gitramp.resource import Manifest, ManifestSet

Before = Callable[[Change, Change], bool]
"""Whether the first change is certainly done, and what it changes healthy, when the second one begins."""

_WAVE = "argocd.argoproj.io/sync-wave"
_ROLLED_OUT = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job"})


@dataclass(frozen=True, slots=True, eq=False)
class Precedence:
    """The order that is promised, and whether what is gone from the tree is deleted at all."""

    trees: Trees
    promised: Before
    controller: str = ""

    def allows(self, decided: Mapping[Key, bool]) -> bool:
        """Whether some order of application passes through a moment in which just these changes are done, or not yet.

        There is such a moment unless a change that is done waits for one that is not: then take all that the done
        ones wait for, and nothing else.
        """
        changes = self.trees.changes
        done = [changes[key] for key, applied in decided.items() if applied]
        open_ = [changes[key] for key, applied in decided.items() if not applied]
        return not any(self.before(first, then) for first in open_ for then in done)

    def before(self, first: Change, then: Change) -> bool:
        """Whether one change comes before another in every order; nothing is created without its namespace."""
        home = self.trees.changes.get(namespace_key(then.key.namespace)) if then.key.namespace else None
        if home is not None and home.before is None and then.before is None:
            return first is home or self.promised(first, home) or self.promised(first, then)
        return self.promised(first, then)


def precedence(base: ManifestSet, head: ManifestSet) -> Precedence:
    """Read what the controller of both states promises; one that only one of them has promises nothing."""
    for promises in (_argo_cd, _flux):
        before, after = promises(base), promises(head)
        if before is not None and after is not None:
            return Precedence(Trees.of(base, head, prune=after.prunes), after.order, after.controller)
    return Precedence(Trees.of(base, head), lambda _first, _then: False)


@dataclass(frozen=True, slots=True)
class _Promise:
    controller: str
    prunes: bool
    order: Before


def _argo_cd(manifests: ManifestSet) -> _Promise | None:
    """Read an Application over the environment's folder: wave by wave, and with PruneLast all deletions at the end.

    https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
    """
    applications = (m for m in manifests.of_kind("Application") if m.beside and body.field(m.body, "spec", "source"))
    application = next(applications, None)
    if application is None:
        return None
    options = [text for _, text in body.items(application.body, "spec", "syncPolicy", "syncOptions")]
    automated = body.mapping(application.body, "spec", "syncPolicy", "automated")
    last = "PruneLast=true" in options

    def order(first: Change, then: Change) -> bool:
        if then.after is None:
            return last and first.after is not None
        return first.after is not None and _wave(first.after) < _wave(then.after)

    return _Promise("Argo CD", automated.get("prune", True) is True, order)


def _wave(manifest: Manifest) -> int:
    said = body.text(manifest.body, "metadata", "annotations", _WAVE)
    return int(said) if re.fullmatch(r"-?\d{1,9}", said) else 0


def _flux(manifests: ManifestSet) -> _Promise | None:
    """Read the Kustomizations: each waits for the one before, and deletes what is its own once it has applied.

    That is before its objects are healthy: https://fluxcd.io/flux/components/kustomize/kustomizations/#prune
    """
    stages = tuple(_in_order([m for m in manifests.of_kind("Kustomization") if m.beside and _left_out(m)]))
    if not stages:
        return None
    left_out = [_left_out(stage) for stage in stages]

    def stage(change: Change) -> int:
        found = (number for number, kinds in enumerate(left_out) if change.key.kind not in kinds)
        return next(found, len(left_out))

    def order(first: Change, then: Change) -> bool:
        if stage(first) != stage(then):
            return stage(first) < stage(then)
        waits = first.after is not None and first.key.kind not in _ROLLED_OUT
        return then.after is None and waits

    prunes = all(body.field(each.body, "spec", "prune") is True for each in stages)
    return _Promise("Flux", prunes, order)


def _in_order(stages: Sequence[Manifest]) -> Iterator[Manifest]:
    after = {
        m.id.name: {body.text(each, "name") for _, each in body.items(m.body, "spec", "dependsOn")} for m in stages
    }
    done: set[str] = set()
    while ready := [m for m in stages if m.id.name not in done and not after[m.id.name] & (after.keys() - done)]:
        yield ready[0]
        done.add(ready[0].id.name)


def _left_out(stage: Manifest) -> frozenset[str]:
    """Return the kinds that a Kustomization deletes from what it applies."""
    patches = [patch for _, patch in body.items(stage.body, "spec", "patches")]
    dropped = (patch for patch in patches if "$patch: delete" in body.text(patch, "patch"))
    return frozenset(kind for patch in dropped for kind in body.text(patch, "target", "kind").split("|"))
