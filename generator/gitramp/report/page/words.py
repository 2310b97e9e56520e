"""The words that several parts of the page use: shares, mutual TLS, anchors.

Owns them, so that a picture and its table say the same. Must not know any part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gitramp.changes import Outcome
from gitramp.model import Canary
from gitramp.overview import Flow, Overview, Rule, TrackSeen
from gitramp.report.answers import answered_by
from gitramp.report.markup import text
from gitramp.source import show

MUTUAL_TLS = {
    "STRICT": "mutual TLS",
    "PERMISSIVE": "mutual TLS or plain",
    "DISABLE": "plain text",
    "none": "no mesh",
    "": "TLS not known",
}
"""What a track's port demands, in words that fit into its box."""

UNBUILT = "errors in the overlays on the disk keep it from being built"
_NAMED = 3

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,80}")


def anchor(kind: str, name: str, number: int) -> str:
    """Return the id of a part: by its name where that can be one, so that links to it last."""
    return f"{kind}-{name}" if _PLAIN.fullmatch(name) else f"{kind}--{number}"


def requests(rule: Rule, flow: Flow) -> str:
    """Say which requests a rule is about."""
    if not rule.rest:
        return " or ".join(rule.words)
    return "everything else" if len(flow.rules) > 1 else "every request"


def ways(flow: Flow) -> str:
    """Say how the requests of a flow come in."""
    return ", ".join(f"{way.host} {way.where}" for way in flow.ways)


def answer(outcome: Outcome) -> str:
    """Say who answers: `v1 90 %, v2 10 %`."""
    who = answered_by(outcome)
    return f"{who}, sent on as {outcome.path}" if outcome.path and not outcome.status else who


def share(canary: Canary) -> str:
    """Say what a canary gets: `10 %`, `by match`."""
    return "by match" if canary.match and not canary.weight and not canary.aborted else f"{canary.weight} %"


def described(track: TrackSeen) -> str:
    """Say what a track is, for those who do not see its box."""
    role = {"stable": "stable", "canary": "the canary"}.get(track.role, "beside the ramp")
    return f"{track.name} is {role}, in {track.namespace}, {MUTUAL_TLS.get(track.mutual_tls, track.mutual_tls)}"


def unknown(overview: Overview) -> tuple[str, ...]:
    """Return the environments of which nothing but findings is known."""
    return tuple(each.name for each in overview.environments if each.environment is None)


def committed(overview: Overview) -> tuple[str, ...]:
    """Return the environments that are told as the commit has them."""
    return tuple(each.name for each in overview.environments if each.committed)


def named(names: Sequence[str]) -> str:
    """Name a few environments, and count many."""
    return ", ".join(map(show, names)) if len(names) <= _NAMED else f"{len(names):,} environments"


def unbuilt(overview: Overview) -> Iterator[str]:
    """Yield what a part of the page cannot say of environments with errors, and what it says as the commit has it."""
    for name in unknown(overview):
        yield f"<p><strong>{text(name)}</strong> is not known: {UNBUILT}.</p>"
    for name in committed(overview):
        yield f"<p><strong>{text(name)}</strong> is told as committed: {UNBUILT}.</p>"
