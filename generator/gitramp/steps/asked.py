"""What a step makes rules ask of history, so that nobody reads more of it than is needed.

Owns the questions. Must not know how they are answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitramp.model import Environment
from gitramp.steps.shares import baking, growing, is_promotion, plan


@dataclass(frozen=True, slots=True)
class Question:
    """What must be known of a service: how long its canary has had its weight, which track was stable before.

    `seconds` is how far back the first is worth looking; 0 when it is not asked. `approval` asks who agreed.
    """

    service: str
    seconds: int = 0
    stable: bool = False
    approval: bool = False


def questions(before: Environment, after: Environment) -> Iterator[Question]:
    """Yield what rules will want to know of the services that two revisions of an environment have."""
    for name, now in after.services.items():
        then = before.services.get(name)
        if then is None:
            continue
        ramp = baking(then, now)
        seconds = ramp.bake_seconds if ramp else 0
        switched = now.stable != then.stable and not is_promotion(then, now)
        current = plan(then, now)
        approval = bool(growing(then, now) and current and current.approve)
        if seconds or switched or approval:
            yield Question(name, seconds, switched, approval)
