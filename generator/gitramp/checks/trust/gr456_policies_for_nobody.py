"""GR456: a policy is for pods that are there."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.attached import SELECTORS, idle, selector
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR456",
    "a policy that no pod is under",
    "Its selector chooses nothing, so what it should guard is open, and what it should let in may stay closed.",
    "select labels that the pods of the namespace have",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0127/",
)
_KINDS = ("AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication")


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each selector that no pod of its namespace has, where the set has pods of it."""
    for manifest in idle(manifests, _KINDS):
        at = SELECTORS[(manifest.id.gvk.group, manifest.id.gvk.kind)]
        labels = ", ".join(f"{name}={body.shown(value)}" for name, value in selector(manifest).items())
        yield Breach(f"no pod in {manifest.id.namespace} has {labels}", at, manifest)


RULE = ManifestRule(CODE, find)
