"""GR164: objects are in the namespaces that the policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import patterns
from gitramp.checks.demands import demand, listed
from gitramp.checks.rule import Breach, PolicyRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR164",
    "an object in a namespace that the policy does not allow",
    "A namespace is the border of rights, quotas and network policies; on the other side somebody else decides.",
    "use a namespace that is allowed, or add it to `policy.namespaces` where that is said",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
)


def find(environment: Environment, manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each object that is in, or is itself, a namespace that fits none of the allowed patterns."""
    allowed = environment.policy.namespaces
    if not allowed:
        return
    sound: dict[str, bool] = {"": True}
    remedy = f"use one of {listed(allowed)}, or add it to `policy.namespaces` where that is said"
    related = demand("namespaces")
    for manifest in manifests:
        is_namespace = manifest.id.gvk.kind == "Namespace" and not manifest.id.gvk.group
        name = manifest.id.name if is_namespace else manifest.id.namespace
        if name not in sound:
            sound[name] = any(patterns.fits(pattern, name) for pattern in allowed)
        if not sound[name]:
            at = ("metadata", "name" if is_namespace else "namespace")
            message = f"namespace {show(name)} fits none of those that the policy allows"
            yield Breach(message, at, manifest, remedy, related)


RULE = PolicyRule(CODE, find)
