"""How ramps stand, how they came there, and what the metrics say of canaries.

Owns their description. Must not know other answers.
"""

from __future__ import annotations

from gitramp.analysis import Health, State
from gitramp.ramps import ahead
from results.shapes import FLAG, MAYBE, TEXT, WHOLE, Json, listed, maybe, ref, said

_TRACK: Json = {"track": MAYBE, "image": MAYBE}


def parts() -> Json:
    """Return the parts by name."""
    return {
        "verdict": _verdict(),
        "moment": _moment(),
        "status": _status(),
        "history": _history(),
    }


def _verdict() -> Json:
    health: Json = {"enum": [each.value for each in Health]}
    point = said(
        "An answer: the Unix seconds up to which it looks back, its number or null, and what it counts for.",
        {"moment": WHOLE, "value": {"type": ["number", "null"]}, "state": {"enum": [each.value for each in State]}},
    )
    query = {
        "name": TEXT, "verdict": health, "why": TEXT, "measures": TEXT, "threshold": TEXT, "promql": TEXT,
        "points": listed(point),
    }  # fmt: skip
    return said(
        "What the metrics say of a canary: the moments of the question and of the last step are Unix seconds.",
        {
            "environment": TEXT, "service": TEXT, "track": TEXT, "verdict": health, "why": TEXT, "moment": WHOLE,
            "since": WHOLE, "queries": listed(said("A query.", query)), "warnings": listed(TEXT), "evidence": TEXT,
        },
    )  # fmt: skip


def _moment() -> Json:
    return said(
        "A moment as ISO 8601 in UTC, null beyond the calendar, and in Unix seconds.",
        {"iso": MAYBE, "seconds": {"type": "integer"}},
    )


def _deed(keys: Json) -> Json:
    return said(
        "Who did it by which commit, and what that says gitramp did; `byHand` is null where history is missing.",
        {
            "commit": TEXT, "time": ref("moment"), "author": TEXT, "actions": listed(TEXT),
            "byHand": {"type": ["boolean", "null"]}, **keys,
        },
    )  # fmt: skip


def _status() -> Json:
    upstream = said(
        "The branch that HEAD's follows, as it was fetched last, and how many commits each has alone.",
        {"name": TEXT, "ahead": WHOLE, "behind": WHOLE},
    )
    hold = said(
        "Why nothing goes on: the overlay says so, or what somebody did by hand.",
        {"by": {"enum": ["overlay", "hand"]}, "reason": TEXT, "commit": MAYBE},
    )
    service = {
        "environment": TEXT, "service": TEXT, "stable": said("The stable track.", _TRACK),
        "canary": maybe(_canary()), "holds": listed(hold), "aborted": MAYBE, "next": maybe(_next()),
    }  # fmt: skip
    return said(
        "How services stand at a commit, null for files that are in none; `edited` when the disk has others.",
        {
            "commit": MAYBE, "edited": FLAG, "moment": ref("moment"), "upstream": maybe(upstream),
            "services": listed(said("A service of an environment.", service)),
        },
    )  # fmt: skip


def _canary() -> Json:
    before = said("The position before.", {"track": TEXT, "weight": WHOLE, "since": maybe(ref("moment"))})
    canary = {
        **_TRACK, "weight": WHOLE, "match": MAYBE,
        "step": maybe(said("Which step of its plan, and of how many.", {"number": WHOLE, "of": WHOLE})),
        "weightSince": maybe(ref("moment")), "before": maybe(before), "by": maybe(_deed({})),
    }  # fmt: skip
    return said("The canary; nulls are not known.", canary)


def _next() -> Json:
    following = {
        "state": {"enum": [each.value for each in ahead.State]}, "weight": {"type": ["integer", "null"]},
        "promotes": FLAG, "from": maybe(ref("moment")), "why": MAYBE, "approvers": listed(TEXT),
    }  # fmt: skip
    return said("What comes next of the plan, and from when on.", following)


def _history() -> Json:
    commit = _deed({"changes": listed(TEXT), "approvedBy": listed(TEXT), "evidence": listed(TEXT)})
    return said(
        "A ramp, newest commit first; `more` is null where a shallow clone ends before the first.",
        {
            "service": TEXT, "environment": TEXT, "commit": TEXT, "more": {"type": ["boolean", "null"]},
            "commits": listed(commit),
        },
    )  # fmt: skip
