"""The verbs of a canary, from its start to the end of the track that it replaced.

Owns what each verb sets. Whether a step may be taken is for the rules of steps to say, so no verb asks for the plan
but `advance`, which goes by it. Must not know how an intent is applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gitramp.intents.intent import ANYTHING, UNSET, Aim, Decision, Edits, Expected, Idle, Intent, Now, Setting
from gitramp.intents.release import image_settings
from gitramp.model import Canary, Service
from gitramp.problem import UsageError
from gitramp.source import show

_RAMP = (("canary",), ("stable",), ("hold",))


def start(
    aims: Sequence[Aim], track: str, image: str, match: list[Any] | None, plan: Sequence[Setting], expected: Expected
) -> Intent:
    """Bring a track up beside stable, with no share of the traffic yet; `match` is who may reach it all the same."""

    def decide(now: Now) -> Decision:
        service, canary = now.service, now.service.canary
        if track == service.stable:
            raise UsageError(f"{track} is the stable track of {service.name}; a canary is another one")
        if not image and track not in service.tracks:
            raise UsageError(f"{service.name} has no track {show(track)}; name its image with --image")
        if canary is not None and canary.track != track and (canary.weight or canary.match or canary.mirror):
            raise UsageError(f"canary {canary.track} of {service.name} has traffic; promote it or abort it first")
        settings = list(image_settings(service, track, image)) if image else []
        runs = canary is not None and canary.track == track and not canary.aborted
        if not runs:
            settings += [Setting(("canary", "track"), track), Setting(("canary", "weight"), 0)]
            settings += [Setting(("canary", "aborted"), UNSET)] if canary else []
        if match is not None:
            settings.append(Setting(("canary", "match"), match))
        settings += plan
        return Edits((*_stable_said(service), *settings), f"{track} {_image(service, track, image)}")

    return Intent("canary/start", tuple(aims), decide, (*_RAMP, ("tracks", track)), expected, track)


def _stable_said(service: Service) -> tuple[Setting, ...]:
    """Say which track is stable: while it is the only one, nothing needs to."""
    return (Setting(("stable",), service.stable),) if service.stable else ()


def _image(service: Service, track: str, image: str) -> str:
    return image or service.tracks[track].image.text


def set_traffic(aims: Sequence[Aim], weight: int | None, match: list[Any] | None, expected: Expected) -> Intent:
    """Set weight or matches or both; an empty list of matches takes them away."""

    def decide(now: Now) -> Decision:
        canary = _running(now.service)
        settings = [] if weight is None else [Setting(("canary", "weight"), weight)]
        if match is not None:
            settings.append(Setting(("canary", "match"), match or UNSET))
        words = "match" if weight is None else f"{canary.weight}->{weight}"
        return Edits(tuple(settings), words)

    return Intent("canary/set", tuple(aims), decide, _RAMP, expected)


def _running(service: Service) -> Canary:
    if service.canary is None:
        raise UsageError(f"{service.name} has no canary; `gitramp canary start` begins one")
    return service.canary


def advance(aims: Sequence[Aim], expected: Expected, *, named: bool = True) -> Intent:
    """Go to the next step of the plan, counted from what is committed: done twice before a commit, it is one step.

    A canary without a plan is an error where it is `named`, else one that stays.
    """

    def decide(now: Now) -> Decision:
        canary = now.service.canary
        why = _stays(now, named=named)
        if canary is None or why is not None:
            return why or Idle(f"{now.service.name} has no canary")
        before = _committed(now, canary)
        following = canary.ramp.after(before) if canary.ramp else None
        if canary.weight != before or following is None:
            return Idle(f"{now.service.name} goes from {before} % to {canary.weight} % already, in an edit beside this")
        return Edits((Setting(("canary", "weight"), following),), f"{before}->{following}")

    return Intent("canary/advance", tuple(aims), decide, _RAMP, expected)


def _committed(now: Now, canary: Canary) -> int:
    then = now.committed.canary if now.committed else None
    return then.weight if then and then.track == canary.track else canary.weight


def _stays(now: Now, *, named: bool) -> Idle | None:
    """Say why a canary does not go on, whatever time it is; None when it may."""
    service, canary = now.service, now.service.canary
    if canary is None:
        return Idle(f"{service.name} has no canary")
    what = f"canary {canary.track} of {service.name}"
    if canary.aborted:
        return Idle(f"{what} is aborted: {show(canary.aborted, 120)}; `gitramp canary start` starts it again")
    if service.held or now.holds:
        why = f"{what} is held at {canary.weight} %: {show(service.held or now.holds, 200)}"
        return Idle(f"{why}; `gitramp canary unhold` lifts it", waiting=True)
    if canary.weight == 100:
        return Idle(f"{what} has all the traffic; `gitramp canary promote` makes it stable")
    if canary.ramp is not None:
        return None
    why = f"{what} has no plan to go by: say `ramp`, or set a weight with `gitramp canary set`"
    if named:
        raise UsageError(why)
    return Idle(why)


def promote(aims: Sequence[Aim], expected: Expected) -> Intent:
    """Make the canary stable. Nothing is renamed."""

    def decide(now: Now) -> Decision:
        service, canary = now.service, now.service.canary
        if canary is None:
            return Idle(f"{service.name} has no canary; {service.stable} is stable")
        settings = (Setting(("stable",), canary.track), Setting(("canary",), UNSET))
        return Edits(settings, f"{service.stable}->{canary.track}")

    return Intent("canary/promote", tuple(aims), decide, _RAMP, expected)


def abort(aims: Sequence[Aim], reason: str, expected: Expected = ANYTHING) -> Intent:
    """Take the canary out of the traffic, whatever it had, and say why; it stays until somebody starts it again."""

    def decide(now: Now) -> Decision:
        service, canary = now.service, now.service.canary
        if canary is None:
            return Idle(f"{service.name} has no canary")
        if canary.aborted and not (canary.weight or canary.match or canary.mirror):
            return Idle(f"{service.name} is aborted already")
        settings = [Setting(("canary", "weight"), 0)]
        settings += [Setting(("canary", key), UNSET) for key in ("match", "mirror") if getattr(canary, key)]
        settings.append(Setting(("canary", "aborted"), reason))
        return Edits(tuple(settings), f"{canary.weight}->0")

    return Intent("canary/abort", tuple(aims), decide, _RAMP, expected)


def finish(aims: Sequence[Aim], track: str, expected: Expected = ANYTHING) -> Intent:
    """Retire a track that is neither stable nor canary: the only one, unless one is named."""

    def decide(now: Now) -> Decision:
        service = now.service
        used = {service.stable, *([service.canary.track] if service.canary else [])}
        spare = [name for name in service.tracks if name not in used]
        if track in used:
            raise UsageError(f"{track} of {service.name} is in use; {_way_out(service, track)}")
        if not spare or (track and track not in spare):
            return Idle(f"{service.name} has no track to retire but those in use: {', '.join(sorted(used))}")
        if len(spare) > 1 and not track:
            raise UsageError(f"{service.name} has several tracks to retire: {', '.join(spare)}; name one with --track")
        name = track or spare[0]
        return Edits((Setting(("tracks", name), UNSET),), name)

    return Intent("canary/finish", tuple(aims), decide, (("tracks",), ("stable",), ("canary",)), expected)


def _way_out(service: Service, track: str) -> str:
    if track == service.stable:
        return "promote another track first"
    return f"abort the canary, then take its block away: `gitramp set {service.name} canary null`"


def hold(aims: Sequence[Aim], reason: str, expected: Expected = ANYTHING) -> Intent:
    """Stop every canary of a service where it is, and say why."""

    def decide(now: Now) -> Decision:
        if now.service.hold == reason:
            return Idle(f"{now.service.name} is held already")
        return Edits((Setting(("hold",), reason),))

    return Intent("canary/hold", tuple(aims), decide, (("hold",),), expected)


def unhold(aims: Sequence[Aim], expected: Expected = ANYTHING) -> Intent:
    """Lift every hold of a service: its own, its ramp's, and the one that an edit by hand has left in history."""

    def decide(now: Now) -> Decision:
        service = now.service
        settings = [Setting(("hold",), UNSET)] if service.hold else []
        if service.canary and service.canary.ramp and service.canary.ramp.hold:
            settings.append(Setting(("canary", "ramp", "hold"), UNSET))
        return Edits(tuple(settings)) if settings or now.holds else Idle(f"nothing holds {service.name}")

    return Intent("canary/unhold", tuple(aims), decide, (("hold",), ("canary", "ramp", "hold")), expected)
