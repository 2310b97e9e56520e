"""Who has how much of a service's traffic, and which plan is in force while that changes.

Owns what counts as traffic: a share of what is drawn for, or requests that match. Copies do not count: nobody waits for
an answer to them. Must not know any rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from gitramp.model import Canary, Ramp, Service
from gitramp.pointer import Pointer
from gitramp.steps.step import Step


@dataclass(frozen=True, slots=True)
class Growth:
    """A canary that gets more of the traffic: from where, to where, and which line says so."""

    track: str
    start: int
    weight: int
    pointer: Pointer
    by_match: bool = False


def share(service: Service | None, track: str) -> int:
    """Return the percent of the requests that match nothing which a track gets."""
    if service is None:
        return 0
    canary = service.canary
    weight = canary.weight if canary else 0
    if track == service.stable:
        return 100 - weight
    return weight if canary and track == canary.track else 0


def has_traffic(service: Service, track: str) -> bool:
    """Say whether any request reaches a track at the service's address."""
    return share(service, track) > 0 or (track != service.stable and bool(exposed(service, track)))


def exposed(service: Service, track: str) -> int:
    """Return the number of matches that lead to a track whatever the weight."""
    canary = service.canary
    return len(canary.match) if canary and canary.track == track else 0


def is_promotion(before: Service, after: Service) -> bool:
    """Say whether the canary that has all the traffic becomes stable."""
    return after.stable != before.stable and share(before, after.stable) == 100


def is_way_back(step: Step, before: Service, after: Service) -> bool:
    """Say whether the track that was stable before the present one becomes stable again, as it was then.

    It does where the history is not there: that is told by whoever reads it, and must keep nobody from going back.
    """
    if before.stable == after.stable or is_promotion(before, after):
        return False
    idle = not any(service.canary and service.canary.weight for service in (before, after))
    now = (after.stable, after.stable_track.image.text)
    return idle and step.stable_before.get(after.name, now) == now


def growing(before: Service, after: Service) -> Growth | None:
    """Return how the canary's share grows; a new match that takes all requests gives it 100 %, whatever the weight."""
    canary, old = after.canary, before.canary
    if canary is None:
        return None
    start = share(before, canary.track)
    wide = _wide(canary)
    if wide is not None and start < 100 and not (old and old.track == canary.track and _wide(old) is not None):
        return Growth(canary.track, start, 100, canary.at("match", wide), by_match=canary.weight < 100)
    return Growth(canary.track, start, canary.weight, canary.at("weight")) if canary.weight > start else None


def _wide(canary: Canary) -> int | None:
    """Return the position of the first match that takes all requests."""
    return next((position for position, match in enumerate(canary.match) if match.takes_all), None)


def plan(before: Service, after: Service) -> Ramp | None:
    """Return the ramp in force: the one before, for another canary too; no step changes its own plan."""
    ramps = (service.canary.ramp for service in (before, after) if service.canary is not None)
    return next((ramp for ramp in ramps if ramp is not None), None)


def baking(before: Service, after: Service) -> Ramp | None:
    """Return the ramp whose bake time counts: a canary goes on from a weight above 0, or is promoted from 100."""
    if is_promotion(before, after):
        return before.canary.ramp if before.canary else None
    canary = growing(before, after)
    return plan(before, after) if canary and share(before, canary.track) > 0 else None


def traffic_said(service: Service, track: str) -> str:
    """Say what traffic a track has: `10 %`, `what matches`, `10 % and what matches`."""
    parts = [f"{share(service, track)} %"] if share(service, track) else []
    parts += ["what matches"] if track != service.stable and exposed(service, track) else []
    return " and ".join(parts) or "no traffic"
