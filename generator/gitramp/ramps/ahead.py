"""What comes next of a ramp, and since when it may: the step rules asked before anybody makes the step.

Owns that question, for people who look and for bots that advance. Pure: the moment and the past are given. Must not
know Git, nor how an edit is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from gitramp import steps
from gitramp.model import Environment, Freeze, Service
from gitramp.ramps.standing import Stay
from gitramp.resource import ManifestSet

_RULES = frozenset({"GR530", "GR531", "GR534"})
"""Rules of steps that look neither at pods nor at the past: what they refuse is refused until an overlay changes."""


class State(StrEnum):
    """Whether the next step of a ramp may be made."""

    READY = "ready"
    WAITING = "waiting"
    APPROVAL = "approval"
    REFUSED = "refused"
    HELD = "held"
    ABORTED = "aborted"
    UNPLANNED = "unplanned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next step of a ramp: a weight or, when that is None, the promotion; nothing without a plan.

    `since` is from when on it may be made, in Unix seconds; None when time does not matter or is not known.
    `approvers` are those of whom one must agree.
    """

    state: State
    weight: int | None = None
    since: int | None = None
    why: str = ""
    approvers: tuple[str, ...] = ()

    @property
    def promotes(self) -> bool:
        """Whether the canary has all the traffic, so that what comes next is that it becomes stable."""
        return self.weight is None and self.state not in {State.ABORTED, State.UNPLANNED}


def ahead(
    environment: Environment, service: Service, stay: Stay | None, others: Mapping[str, Environment], moment: int
) -> Ahead | None:
    """Say what comes next for a service; None without a canary. `others` are all environments, by name."""
    canary = service.canary
    if canary is None:
        return None
    if canary.aborted:
        return Ahead(State.ABORTED, why=canary.aborted)
    if canary.ramp is None and canary.weight < 100:
        return Ahead(State.UNPLANNED)
    weight = canary.ramp.after(canary.weight) if canary.ramp and canary.weight < 100 else None
    told = Ahead(State.READY, weight)
    reason = service.held or (stay.why_held if stay else "")
    if reason:
        return replace(told, state=State.HELD, why=reason)
    refused = _refusal(environment, _moved(service, weight), others, moment)
    if refused:
        return replace(told, state=State.REFUSED, why=refused)
    approve = canary.ramp.approve if canary.ramp else None
    approvers = approve.by if approve and weight is not None and weight >= approve.above else ()
    return _timed(replace(told, approvers=approvers), environment, service, stay, moment)


def _moved(service: Service, weight: int | None) -> Service:
    """Return a service after its next step."""
    canary = service.canary
    assert canary is not None
    if weight is None:
        return replace(service, stable=canary.track, canary=None)
    return replace(service, canary=replace(canary, weight=weight))


def _refusal(environment: Environment, service: Service, others: Mapping[str, Environment], moment: int) -> str:
    """Return why the rules that time does not change refuse a step; "" when they do not."""
    after = replace(environment, services={**environment.services, service.name: service})
    step = steps.Step(after, ManifestSet(()), environment, moment=moment)
    present = {**others, after.name: after}
    change = steps.Change((step,), {**others, environment.name: environment}, present, frozenset(others), moment=moment)
    errors = [code for code in _RULES if environment.policy.severity.get(code, "error") == "error"]
    found = steps.judge(change, errors) if errors else ()
    return next((f"{code} {breach.message}" for _, code, breach in found), "")


def _timed(told: Ahead, environment: Environment, service: Service, stay: Stay | None, moment: int) -> Ahead:
    """Say from when on a step may be made that nothing but time and consent keeps back."""
    ramp = service.canary.ramp if service.canary else None
    bake = ramp.bake_seconds if ramp and service.canary and service.canary.weight else 0
    if stay is None or stay.held is None or (bake and stay.share_since is None):
        return replace(told, state=State.UNKNOWN, why="its history is not here")
    baked = (stay.share_since or 0) + bake if bake else None
    since, frozen = _thawed(environment.policy.freeze, max(baked or moment, moment))
    if since > moment:
        return replace(told, state=State.WAITING, since=since, why=frozen or f"bake time of {steps.lasting(bake)}")
    return replace(told, state=State.APPROVAL if told.approvers else State.READY, since=baked)


def _thawed(freezes: Iterable[Freeze], moment: int) -> tuple[int, str]:
    """Return the first moment from one on that is in no freeze, and the last freeze that moved it."""
    why = ""
    for begin, end, reason in sorted((*freeze.bounds, freeze.reason) for freeze in freezes if freeze.bounds):
        if begin <= moment < end:
            moment, why = end, f"freeze: {reason}"
    return moment, why
