"""The plan of a canary: how its weight grows, how long it bakes, who approves; and which services go together.

Owns the vocabulary of plans, and what is next in one. Must not know revisions: what compares two of them is in `steps`.
"""

from __future__ import annotations

from dataclasses import dataclass

from gitramp.model.key import Named, Placed, key

_SECONDS = {"m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Placed):
    """Who must agree to a step upwards, as a trailer of a commit says: `Approved-by: Ada <ada@example.com>`."""

    by: tuple[str, ...] = key(
        "Who may approve: e-mail addresses or names, as the trailer says them. One is enough, and never who wrote the "
        "step.",
        example=["ada@example.com"],
        minItems=1,
        uniqueItems=True,
    )
    above: int = key("The first weight that needs it.", name="from", example=50, default=1, minimum=1, maximum=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp(Placed):
    """The plan by which the canary's weight grows, one step a commit; down it may go at any time."""

    steps: tuple[int, ...] = key(
        "Weights, one after the other; 100 is the last, said or not.", example=[1, 5, 10, 25, 50, 100]
    )
    bake: str = key(
        "The least time that a weight is kept before the next one, or the promotion; counted from the commit that set "
        "it.",
        example="30m",
        default="",
        pattern=r"^[1-9][0-9]{0,4}[mhd]$",
        x_hint="write a whole number of minutes, hours or days, such as 30m, 2h or 1d",
    )
    approve: Approval | None = key(
        "Who must agree to a step upwards.", example={"by": ["ada@example.com"], "from": 50}, default=None
    )
    hold: str = key(
        "Why the weight must not go up for now; remove it in a commit of its own, and no bot goes on before.",
        example="error rate of checkout, see INC-1234",
        default="",
        minLength=1,
    )

    @property
    def bake_seconds(self) -> int:
        """The time between two steps in seconds."""
        return int(self.bake[:-1]) * _SECONDS[self.bake[-1]] if self.bake else 0

    def after(self, weight: int) -> int | None:
        """Return the step that follows a weight; None when nothing does."""
        return next((step for step in (*self.steps, 100) if step > weight), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Named):
    """Tracks of several services that are released together, in an order."""

    order: tuple[str, ...] = key(
        "Tracks as service/track: none ever gets a greater share of its service's traffic than the one before it.",
        example=["catalog/v2", "checkout/v3"],
        minItems=2,
        uniqueItems=True,
    )

    @property
    def members(self) -> tuple[tuple[str, str], ...]:
        """Service and track of each, in order."""
        return tuple((service, track) for service, _, track in (said.partition("/") for said in self.order))
