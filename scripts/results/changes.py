"""What `gitramp diff` answers.

Owns its description. Must not know other answers.
"""

from __future__ import annotations

from typing import get_args

from gitramp.changes.trust_change import Kind
from results.shapes import FLAG, MAYBE, NUMBER, PLACE, TEXT, WHOLE, Json, listed, mapped, maybe, ref, said


def parts() -> Json:
    """Return the parts by name."""
    return {"diff": _diff()}


def _diff() -> Json:
    environment = {
        "name": TEXT, "change": {"enum": ["added", "removed", "changed"]}, "sentences": listed(TEXT),
        "traffic": listed(_routing()),
        "matches": listed(
            said(
                "What happens to a match.",
                {"service": TEXT, "kind": {"enum": ["widened", "narrowed", "lost", "shadowed"]}, "says": TEXT},
            )
        ),
        "rollout": _rollout(),
        "trust": listed(
            said(
                "Who may call whom, or what is enforced.",
                {"kind": {"enum": [*get_args(Kind)]}, "says": TEXT},
            )
        ),
        "causes": listed(_overlay_line()),
    }  # fmt: skip
    return said(
        "A change between two commits, `until` null for what is on the disk; `same` are environments without one.",
        {
            "since": MAYBE, "until": MAYBE, "differs": FLAG, "same": listed(TEXT),
            "environments": listed(said("One environment.", environment)),
            "gate": {
                "description": "What the rules say of what differs, and of the step; null when nobody asked.",
                "anyOf": [listed(ref("finding")), {"type": "null"}],
            },
        },
    )  # fmt: skip


def _routing() -> Json:
    request = {
        "method": TEXT, "host": TEXT, "path": TEXT, "headers": mapped(TEXT), "query": mapped(TEXT), "port": WHOLE,
        "labels": mapped(TEXT), "namespace": TEXT,
    }  # fmt: skip
    share = said("A part of the requests.", {"track": TEXT, "probability": NUMBER})
    status = {"type": ["integer", "null"]}
    outcome = said(
        "Who answers, or the proxy's own answer; `path` is what the track sees when it is another one, `treated` what "
        "is done with the request besides, null for what is not shown.",
        {"shares": listed(share), "status": status, "says": MAYBE, "path": MAYBE, "treated": mapped(MAYBE)},
    )
    asked = {
        "words": TEXT, "request": said("The example that was asked.", request), "changed": FLAG,
        "before": maybe(outcome), "after": maybe(outcome),
    }  # fmt: skip
    routing = {
        "service": TEXT, "gateway": MAYBE, "host": TEXT, "port": status, "changed": FLAG,
        "requests": listed(said("A class of requests; null where it is not routed.", asked)),
    }  # fmt: skip
    return said("A service at one way in, the mesh where `gateway` is null.", routing)


def _rollout() -> Json:
    effect = {"enum": ["restart", "start", "stop", "scale", "run", "again", "delete", "schedule", "next", "unschedule"]}
    pods = {"object": TEXT, "service": TEXT, "track": TEXT, "effect": effect, "why": listed(TEXT)}
    kinds = {name: listed(TEXT) for name in ("appear", "go", "change", "labels", "stay", "refused")}
    return said(
        "What a cluster does: with pods, with objects, and what it refuses.",
        {"pods": listed(said("The pods of an object.", pods)), **kinds},
    )


def _overlay_line() -> Json:
    reached = said("A rendered field; the pointer is empty for a whole object.", {"object": TEXT, "pointer": TEXT})
    return said(
        "An overlay line and what it reaches; `gone` when it stands in the revision before.",
        {**PLACE, "gone": FLAG, "says": TEXT, "reached": listed(reached)},
    )
