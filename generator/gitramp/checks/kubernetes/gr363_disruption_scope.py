"""GR363: a pod has one disruption budget, and a budget the pods that are meant."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR363",
    "a disruption budget with other pods than it is for",
    "A pod with two budgets cannot be evicted at all, an empty selector takes every pod of the namespace, and a budget "
    "of no pods lets a drain of nodes take all that were meant at once.",
    "let each budget select the labels that one workload gives its pods",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each budget of all pods, each of none, and each of a pod that has one already."""
    workloads = Workloads.of(manifests)
    owned: dict[tuple[str, str, str], Manifest] = {}
    for budget in manifests.of_kind("PodDisruptionBudget"):
        at = ("spec", "selector")
        selector = body.field(budget.body, *at)
        if isinstance(selector, dict) and not any(selector.values()):
            yield Breach("an empty selector takes every pod of the namespace", at, budget)
        chosen = tuple(workloads.selected(budget.id.namespace, selector))
        labels, known = body.mapping(selector, "matchLabels"), workloads.labelled.get((budget.id.namespace, "", ""))
        if labels and known and not chosen:  # expressions alone, as "all but those", are meant for whoever comes
            yield Breach(f"it chooses no pod of namespace {show(budget.id.namespace)}", at, budget)
        for pod in chosen:
            found = pod.manifest.id
            other = owned.setdefault((found.namespace, found.gvk.kind, found.name), budget)
            if other.id.name != budget.id.name:
                related = (Elsewhere(f"{other.id} selects them", at, other),)
                yield Breach(f"the pods of {found} have {other.id} already", at, budget, related=related)


RULE = ManifestRule(CODE, find)
