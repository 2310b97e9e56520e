"""GR533: no more environments change in one step than a policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import Breach, ManifestSet
from gitramp.steps.step import Change, ChangeRule

CODE = Code(
    "GR533",
    "too many environments change at once",
    "A fault in the change then reaches all of them before anybody sees it in the first.",
    "split the change, one environment after the other; what a Layer says is overridden in those that come later",
)


def find(change: Change) -> Iterator[tuple[str, Breach]]:
    """Yield the bound of each environment that changes together with too many others."""
    changing = [step for step in change.steps if step.before is not None and _differs(step.old, step.new)]
    removed = {name: environment for name, environment in change.gone.items() if environment.services}
    names = sorted([*(step.name for step in changing), *(f"{name} (removed)" for name in removed)])
    bounds = [
        *((s.name, _bound(s.before, s.after), s.after.policy.at("maxEnvironmentsAtOnce")) for s in changing),
        *((name, _bound(environment), ()) for name, environment in removed.items()),
    ]
    for name, bound, pointer in bounds:
        if bound is not None and len(names) > bound:
            message = f"{len(names)} environments change at once, {', '.join(names)}; the policy allows {bound}"
            yield name, Breach(message, pointer)


def _bound(*revisions: Environment | None) -> int | None:
    """Return the smaller bound of both revisions: no change loosens what it must keep to itself."""
    policies = [environment.policy for environment in revisions if environment is not None]
    return min((p.max_environments_at_once for p in policies if p.max_environments_at_once is not None), default=None)


def _differs(old: ManifestSet, new: ManifestSet) -> bool:
    return {m.id: m.body for m in old} != {m.id: m.body for m in new}


RULE = ChangeRule(CODE, find)
