"""GR362: the bound of a disruption budget is a number of pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.forms import breaches, share, word
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR362",
    "a bound of a disruption budget that is no number of pods",
    "The API server takes whole numbers from 0 on, and percentages up to 100%.",
    'write a number such as 1, or a percentage such as "25%"',
    source="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each bound below 0, above 100 % or of another form, and an unknown eviction policy."""
    for bound in ("minAvailable", "maxUnavailable"):
        yield from breaches(manifest, share(manifest.body, ("spec", bound)))
    at = ("spec", "unhealthyPodEvictionPolicy")
    yield from breaches(manifest, word(manifest.body, at, ("IfHealthyBudget", "AlwaysAllow")))


RULE = ObjectRule(CODE, frozenset({"policy/PodDisruptionBudget"}), find)
