"""Gate 3: whether a step from one revision to the next is one that the ramps and policies allow.

Owns the order in which rules run. A file named `gr<number>_<subject>.py` with a `RULE` in it is a rule; CONTRIBUTING
says how to add one. Pure: moments and history are given. Must not know Git, files, nor where findings are shown.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Collection, Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.asked import Question, questions
from gitramp.steps.step import Approvals, Change, ChangeRule, Rule, Standing, Step, StepRule, clock, lasting

__all__ = ["Approvals", "Change", "Question", "Standing", "Step", "clock", "judge", "lasting", "questions", "rules"]


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, by number."""
    found = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("gr"))
    return tuple(importlib.import_module(f"{__name__}.{name}").RULE for name in found)


def judge(change: Change, only: Collection[str] = ()) -> Iterator[tuple[str, Code, Breach]]:
    """Yield what is not allowed, each with the environment that it points into; of some codes only, or of all."""
    for rule in (rule for rule in rules() if not only or rule.code.number in only):
        if isinstance(rule, StepRule):
            for step in change.steps:
                yield from ((step.name, rule.code, breach) for breach in rule.find(step))
        elif isinstance(rule, ChangeRule):
            yield from ((name, rule.code, breach) for name, breach in rule.find(change))
