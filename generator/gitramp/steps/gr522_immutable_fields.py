"""GR522: what the API server lets nobody change stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.pointer import dotted
from gitramp.problem import Code
from gitramp.resource import Breach, Manifest, ManifestSet
from gitramp.steps.immutable import changed
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR522",
    "a field changes that can be set only once",
    "The API server refuses the object, so the change never comes; nor does what the controller applies after it.",
    "give the object another name, so that a new one is made; or delete the old one by hand first",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates",
)
_OPTIONS = "argocd.argoproj.io/sync-options"
_RECREATED = (
    ("kustomize.toolkit.fluxcd.io/force", "enabled"),
    (_OPTIONS, "Replace=true"),
    (_OPTIONS, "Force=true"),
)
_Key = tuple[str, str, str, str]


def find(step: Step) -> Iterator[Breach]:
    """Yield each immutable field that differs in an object that both revisions have."""
    if step.before is None or step.old is step.new:
        return
    past = _by_name(step.old)
    for manifest in step.new:
        old = past.get(_key(manifest))
        if old is None or old.body == manifest.body or _is_recreated(manifest):
            continue
        for at in changed(old, manifest):
            yield Breach(f"{dotted(at)} of {manifest.id} changes, and can be set only once", at, manifest)


def _key(manifest: Manifest) -> _Key:
    return (manifest.id.gvk.group, manifest.id.gvk.kind, manifest.id.namespace, manifest.id.name)


def _by_name(manifests: ManifestSet) -> Mapping[_Key, Manifest]:
    return {_key(manifest): manifest for manifest in manifests}


def _is_recreated(manifest: Manifest) -> bool:
    """Say whether its controller deletes the object and makes it anew."""
    said = body.mapping(manifest.body, "metadata", "annotations")
    hook = any(name in said for name in ("argocd.argoproj.io/hook", "helm.sh/hook"))
    return hook or any(text in str(said.get(name, "")).split(",") for name, text in _RECREATED)


RULE = StepRule(CODE, find)
