"""GR533: no more environments change in one step than a policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach, ManifestSet
from gitramp.steps.step import Change, ChangeRule, Step

CODE = Code(
    "GR533",
    "too many environments change at once",
    "A fault in the change then reaches all of them before anybody sees it in the first.",
    "split the change, one environment after the other; what a Layer says is overridden in those that come later",
)


def find(change: Change) -> Iterator[tuple[str, Breach]]:
    """Yield the bound of each environment that changes together with too many others."""
    changing = [step for step in change.steps if step.before is not None and _differs(step.old, step.new)]
    for step in changing:
        bound = _bound(step)
        if bound is not None and len(changing) > bound:
            names = ", ".join(sorted(other.name for other in changing))
            message = f"{len(changing)} environments change at once, {names}; the policy allows {bound}"
            yield step.name, Breach(message, step.after.policy.at("maxEnvironmentsAtOnce"))


def _bound(step: Step) -> int | None:
    """Return the smaller bound of both revisions: no change loosens what it must keep to itself."""
    policies = [environment.policy for environment in (step.before, step.after) if environment is not None]
    return min((p.max_environments_at_once for p in policies if p.max_environments_at_once is not None), default=None)


def _differs(old: ManifestSet, new: ManifestSet) -> bool:
    return {m.id: m.body for m in old} != {m.id: m.body for m in new}


RULE = ChangeRule(CODE, find)
