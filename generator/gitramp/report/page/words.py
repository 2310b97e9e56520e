"""The words that several parts of the page use: shares, mutual TLS, anchors.

Owns them, so that a picture and its table say the same. Must not know any part.
"""

from __future__ import annotations

import re

from gitramp.changes import Outcome
from gitramp.model import Canary
from gitramp.overview import Flow, Rule, TrackSeen
from gitramp.report.answers import answered_by

MUTUAL_TLS = {
    "STRICT": "mutual TLS",
    "PERMISSIVE": "mutual TLS or plain",
    "DISABLE": "plain text",
    "none": "no mesh",
    "": "TLS not known",
}
"""What a track's port demands, in words that fit into its box."""

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
