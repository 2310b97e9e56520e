"""GR162: workloads and namespaces have the labels that the policy demands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body, patterns
from gitramp.checks.demands import demand
from gitramp.checks.pods import pods
from gitramp.checks.rule import Breach, PolicyRule
from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR162",
    "a label that the policy demands is missing or has another value",
    "Who owns it, who pays for it and whom to call are read from labels; without them it is nobody's.",
    "say it under `labels`: of the service or job, or of `namespaces` for all rendered namespaces",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/",
)


def find(environment: Environment, manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each demanded label that pods, or a namespace, have not got."""
    wanted = environment.policy.labels
    if wanted.workloads:
        for pod in pods(manifests):
            yield from _missing("workloads", wanted.workloads, pod.manifest, (*pod.at, "metadata", "labels"))
    if wanted.namespaces:
        for manifest in manifests.of_kind("Namespace"):
            yield from _missing("namespaces", wanted.namespaces, manifest, ("metadata", "labels"))


def _missing(whose: str, wanted: Mapping[str, str], manifest: Manifest, at: Pointer) -> Iterator[Breach]:
    found = body.mapping(manifest.body, *at)
    what = "namespace" if whose == "namespaces" else "pods of"
    for label, pattern in wanted.items():
        value = found.get(label)
        related = demand("labels", whose, label)
        if not isinstance(value, str) or not value:
            yield Breach(f"{what} {manifest.id.name}: no label {show(label)}", at, manifest, related=related)
        elif not patterns.fits(pattern, value):
            message = f"{what} {manifest.id.name}: label {show(label)} is {show(value)}, not {show(pattern)}"
            yield Breach(message, (*at, label), manifest, related=related)


RULE = PolicyRule(CODE, find)
