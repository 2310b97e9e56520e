"""GR510: a canary goes from one step of its ramp to the next."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.model import Ramp
from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.shares import growing, plan
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR510",
    "a step of a ramp is skipped",
    "Each step of the plan shows a fault to more users than the one before; skipping one shows it to all at once.",
    "go to the next step of the ramp, each in a change of its own; down it may go at any time",
    source="https://sre.google/workbook/canarying-releases/",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each canary that grows to another weight than the next one of its ramp."""
    for before, after in step.services():
        growth, ramp = growing(before, after), plan(before, after)
        if growth is None or ramp is None:
            continue
        following = ramp.after(growth.start)
        if growth.weight != following:
            what = f"canary {growth.track} of {after.name} goes from {growth.start} % to {growth.weight} %"
            why = f"{' by a match that takes all' * growth.by_match}, {_reason(ramp, growth.weight, following)}"
            remedy = "let the match take some requests only, such as a header's value" if growth.by_match else ""
            yield Breach(f"{what}{why}", growth.pointer, remedy=remedy or _remedy(following))


def _reason(ramp: Ramp, weight: int, following: int | None) -> str:
    plan_said = ", ".join(str(step) for step in ramp.steps)
    if following is not None and weight > following:
        return f"past {following}: its ramp is {plan_said}"
    return f"which is no step of its ramp: {plan_said}"


def _remedy(following: int | None) -> str:
    return f"set the weight to {following}" if following is not None else ""


RULE = StepRule(CODE, find)
