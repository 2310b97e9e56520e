"""GR534: a canary grows by no more in one step than the policy allows."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach, Elsewhere
from gitramp.steps.shares import growing
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR534",
    "a greater step than the policy allows",
    "The greater the step, the more users meet a fault before it shows.",
    "go up in smaller steps, each in a change of its own",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each canary that grows by more than the policy of either revision allows."""
    policies = [environment.policy for environment in (step.before, step.after) if environment is not None]
    bound = min(policy.max_weight_step for policy in policies)
    for before, after in step.services():
        growth = growing(before, after)
        if growth is not None and growth.weight - growth.start > bound:
            what = f"canary {growth.track} of {after.name} grows by {growth.weight - growth.start} %"
            message = f"{what}, from {growth.start} % to {growth.weight} %; the policy allows {bound} %"
            policy = Elsewhere("the policy", step.after.policy.at("maxWeightStep"))
            yield Breach(message, growth.pointer, related=(policy,))


RULE = StepRule(CODE, find)
