"""Write `schemas/result.schema.json`: what `--output json` prints, for whoever reads it by program.

Owns the description of the envelope; that it is true is tested on the output of every command. A key that a command
adds is added here. Must not know how the envelope is made.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gitramp.analysis import Health, State
from gitramp.problem import Severity

Json = dict[str, Any]

TARGET = Path(__file__).resolve().parents[1] / "schemas" / "result.schema.json"
_ID = "https://raw.githubusercontent.com/gitramp/gitramp/main/schemas/result.schema.json"
TEXT: Json = {"type": "string"}
MAYBE: Json = {"type": ["string", "null"]}
WHOLE: Json = {"type": "integer", "minimum": 0}
NUMBER: Json = {"type": "number", "minimum": 0}
FLAG: Json = {"type": "boolean"}
LINE: Json = {"type": ["integer", "null"], "minimum": 1}
PLACE: Json = {"path": MAYBE, "line": LINE, "column": LINE}
SEVERITY: Json = {"enum": [severity.value for severity in Severity]}
CODE: Json = {"type": "string", "pattern": "^GR[0-9]{3}$"}


def ref(name: str) -> Json:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def listed(items: Json) -> Json:
    """Return a list of these."""
    return {"type": "array", "items": items}


def mapped(values: Json) -> Json:
    """Return a mapping to these."""
    return {"type": "object", "additionalProperties": values}


def said(description: str, keys: Json, *, optional: Json | None = None) -> Json:
    """Return an object with these keys; more may come within an apiVersion."""
    properties = {**keys, **(optional or {})}
    return {"description": description, "type": "object", "required": list(keys), "properties": properties}


def definitions() -> Json:
    """Return the parts of the envelope."""
    return {
        "finding": said(
            "Something to mend; without a place path, line and column are null. Columns count characters.",
            {
                "code": CODE, "family": TEXT, "severity": SEVERITY, **PLACE, "object": MAYBE, "message": TEXT,
                "remedy": TEXT, "source": MAYBE, "documentation": TEXT,
                "related": listed(said("Another place, and what it has to do with it.", {"message": TEXT, **PLACE})),
            },
        ),
        "allowed": said(
            "A finding that a comment allows: the place of the comment, its reason, and its last day.",
            {"finding": ref("finding"), "reason": TEXT, "until": MAYBE, **PLACE},
        ),
        "code": _code(),
        "fault": said(
            "What kept the run from ending: of the machine, a tool, or the repository.",
            {**CODE_KEYS, "message": TEXT, "details": MAYBE},
        ),
        "outcome": _outcome(),
        "service": _service(),
        "verified": said(
            "How many objects are valid, how many of them were looked at in this run, and by what.",
            {"objects": WHOLE, "anew": WHOLE, "by": TEXT},
        ),
        "published": said(
            "A commit, null when there was nothing to do.",
            {"commit": MAYBE, "message": TEXT, "paths": listed(TEXT)},
        ),
        "acted": _acted(),
        "waiting": said(
            "A canary that a loop leaves where it is; `until` is in Unix seconds.",
            {
                "service": TEXT, "environment": TEXT, "weight": {"type": ["integer", "null"]}, "state": TEXT,
                "why": MAYBE, "until": {"type": ["integer", "null"]},
            },
        ),
        "judged": said(
            "Manifests that anybody wrote.", {"files": WHOLE, "verified": ref("verified"), "seconds": NUMBER}
        ),
        "field": _field(),
        "cause": _cause(),
        "impact": _impact(),
        "agreement": _agreement(),
        "routed": _routed(),
        "parity": _parity(),
        "started": said("A new repository.", {"folder": TEXT, "written": listed(TEXT)}),
        "plan": _plan(),
        "diff": _diff(),
        "verdict": _verdict(),
        "moment": _moment(),
        "status": _status(),
        "history": _history(),
    }  # fmt: skip


CODE_KEYS: Json = {
    "code": CODE, "family": TEXT, "severity": SEVERITY, "title": TEXT, "why": TEXT, "remedy": TEXT, "source": MAYBE,
}  # fmt: skip


def _code() -> Json:
    example = said(
        "Files that have the code, none when they are long; the finding; lines that mend it, null when they are many.",
        {"files": mapped(TEXT), "finding": TEXT, "mended": MAYBE},
    )
    return said(
        "A code, the rule behind it, and an example of what has it.",
        {**CODE_KEYS, "what": TEXT, "documentation": TEXT, "example": {"anyOf": [example, {"type": "null"}]}},
    )


def _acted() -> Json:
    idle = {"service": TEXT, "environment": TEXT, "reason": TEXT, "waiting": FLAG}
    request = said(
        "A pull request to be opened: its text, and the ways.",
        {"title": TEXT, "body": TEXT, "command": TEXT, "link": TEXT},
    )
    landed = said(
        "A push: where the edit started, where it went, and the commit, null when there was nothing to push.",
        {
            "remote": TEXT,
            "base": TEXT,
            "branch": TEXT,
            "commit": MAYBE,
            "message": TEXT,
            "attempts": WHOLE,
            "untriggered": MAYBE,
            "request": {"anyOf": [request, {"type": "null"}]},
        },
    )
    sentence = said("What changes for traffic.", {"environment": TEXT, "sentence": TEXT})
    return said(
        "What became of an intent: what it changes, as the trailers say it, and what stays as it is, and why.",
        {
            "actions": listed(TEXT), "idle": listed(said("One that stays; `waiting` when it may go on later.", idle)),
            "paths": listed(TEXT), "traffic": listed(sentence), "health": listed(ref("verdict")), "dryRun": FLAG,
            "published": {"anyOf": [ref("published"), {"type": "null"}]},
            "landed": {"anyOf": [landed, {"type": "null"}]},
        },
    )  # fmt: skip


def _outcome() -> Json:
    change = {"path": TEXT, "change": {"enum": ["created", "updated", "deleted"]}}
    environment = {"name": TEXT, "objects": WHOLE, "services": listed(ref("service"))}
    return said(
        "What a run over the whole line rendered, and how that differs from what is in rendered/.",
        {
            "environments": listed(said("One environment.", environment)),
            "against": MAYBE,
            "verified": ref("verified"),
            "requestTests": said(
                "How many request tests passed, and how many of those stand in overlays.",
                {"passed": WHOLE, "written": WHOLE},
            ),
            "changes": listed(said("A file that differs.", change)),
            "seconds": NUMBER,
        },
    )


def _service() -> Json:
    canary = said("The canary, null when there is none.", {"track": TEXT, "weight": WHOLE})
    return said(
        "A service and who answers its requests.",
        {
            "name": TEXT, "hosts": listed(TEXT), "tracks": listed(TEXT), "stable": MAYBE,
            "canary": {"anyOf": [canary, {"type": "null"}]}, "traffic": TEXT,
        },
    )  # fmt: skip


def _field() -> Json:
    return said(
        "A field of a rendered object, the overlay values that made it, and those that made what is inside it.",
        {
            "path": TEXT, "pointer": TEXT, "object": TEXT, "value": {}, "fixed": FLAG, "computed": MAYBE,
            "causes": listed(ref("cause")), "inside": mapped(listed(ref("cause"))),
        },
    )  # fmt: skip


def _cause() -> Json:
    setting = said("One time the value was said.", {"place": TEXT, "value": TEXT, "wins": FLAG})
    return said("An overlay value.", {"overlay": TEXT, "said": FLAG, "settings": listed(setting)})


def _impact() -> Json:
    field = {
        "path": TEXT, "pointer": TEXT, "object": TEXT, "value": {}, "overlay": TEXT, "computed": MAYBE,
    }  # fmt: skip
    environment = {
        "name": TEXT, "overlay": listed(TEXT),
        "fields": listed(said("A rendered field, and the overlay value that it was made from.", field)),
        "objects": listed(said("An object that is rendered for what the line says.", {"path": TEXT, "object": TEXT})),
        "overridden": listed(
            said("A value that a later line replaces or takes away.", {"overlay": TEXT, "by": TEXT, "takenAway": FLAG})
        ),
        "removes": listed(said("A value that the line takes away, and who says it.", {"overlay": TEXT, "said": MAYBE})),
    }  # fmt: skip
    return said(
        "A line of an overlay, and what it reaches in each environment that is made from its file.",
        {"path": TEXT, "line": WHOLE, "environments": listed(said("One environment.", environment))},
    )


def _agreement() -> Json:
    request = {"method": TEXT, "host": TEXT, "target": TEXT, "headers": mapped(TEXT)}
    share = {"destination": TEXT, "track": TEXT, "probability": NUMBER}
    reply = {"status": WHOLE, "destination": MAYBE, "path": TEXT, "times": WHOLE}
    found = {
        "gateway": TEXT, "port": {"type": ["integer", "null"]}, "request": said("The request.", request),
        "status": {"type": ["integer", "null"]}, "shares": listed(said("What the evaluator says.", share)),
        "replies": listed(said("What Envoy did, and how often.", reply)), "differs": MAYBE,
    }  # fmt: skip
    return said(
        "Whether the preview's Envoy and the evaluator agree, request class by request class.",
        {
            "environment": TEXT, "requests": WHOLE, "notAsked": WHOLE,
            "classes": listed(said("A request class, and in what it differs.", found)),
        },
    )  # fmt: skip


def _routed() -> Json:
    request = {
        "host": TEXT, "path": TEXT, "method": TEXT, "headers": mapped(TEXT), "query": mapped(TEXT), "wayIn": TEXT,
        "port": WHOLE, "labels": mapped(TEXT), "namespace": TEXT,
    }  # fmt: skip
    share = {
        "track": MAYBE, "host": TEXT, "port": {"type": ["integer", "null"]}, "probability": NUMBER, "place": MAYBE,
    }  # fmt: skip
    return said(
        "A request and who answers it.",
        {
            "environment": TEXT, "request": said("The request.", request), "object": MAYBE, "rule": MAYBE,
            "name": MAYBE, "match": MAYBE, "matchPlace": MAYBE,
            "status": {"type": ["integer", "null"]}, "says": MAYBE, "path": MAYBE,
            "shares": listed(said("A part of the requests.", share)),
        },
    )  # fmt: skip


def _parity() -> Json:
    side = said(
        "What one of the two has, and where it is said or would be.", {"environment": TEXT, "says": TEXT, **PLACE}
    )
    keys = {"path": TEXT, "pointer": TEXT, "declaredBy": MAYBE, "reason": MAYBE, "sides": listed(side)}
    difference = said("A value in which they differ, and by which path of `parity.allow`.", keys)
    return said("Two environments.", {"environments": listed(TEXT), "differences": listed(difference)})


def _diff() -> Json:
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
    maybe = {"anyOf": [outcome, {"type": "null"}]}
    asked = {
        "words": TEXT, "request": said("The example that was asked.", request), "changed": FLAG,
        "before": maybe, "after": maybe,
    }  # fmt: skip
    routing = {
        "service": TEXT, "gateway": MAYBE, "host": TEXT, "port": status, "changed": FLAG,
        "requests": listed(said("A class of requests; null where it is not routed.", asked)),
    }  # fmt: skip
    environment = {
        "name": TEXT, "change": {"enum": ["added", "removed", "changed"]}, "sentences": listed(TEXT),
        "traffic": listed(said("A service at one way in, the mesh where `gateway` is null.", routing)),
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
                {"kind": {"enum": ["may", "mayNot", "limits", "stops", "starts", "changes"]}, "says": TEXT},
            )
        ),
        "causes": listed(_overlay_line()),
    }  # fmt: skip
    return said(
        "A change between two commits, `until` null for what is on the disk; `same` are environments without one.",
        {
            "since": MAYBE, "until": MAYBE, "differs": FLAG, "same": listed(TEXT),
            "environments": listed(said("One environment.", environment)),
        },
    )  # fmt: skip


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


def _plan() -> Json:
    refused = said(
        "For what the rules of steps refuse a commit; what needs its time, history or approval is not asked.",
        {"code": TEXT, "message": TEXT, "remedy": TEXT},
    )
    commit = said(
        "A commit of the way; `diff` is of overlays, from the commit before.",
        {"title": TEXT, "paths": listed(TEXT), "refused": listed(refused), "diff": TEXT},
    )
    return said(
        "The commits of a change, one when it is `safe` as it is, none when no safe way was found.",
        {"environments": listed(TEXT), "safe": FLAG, "commits": listed(commit)},
    )


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


def maybe(shape: Json) -> Json:
    """Return this or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def _status() -> Json:
    upstream = said(
        "The branch that HEAD's follows, as it was fetched last, and how many commits each has alone.",
        {"name": TEXT, "ahead": WHOLE, "behind": WHOLE},
    )
    track = {"track": MAYBE, "image": MAYBE}
    before = said("The position before.", {"track": TEXT, "weight": WHOLE, "since": maybe(ref("moment"))})
    canary = {
        **track, "weight": WHOLE, "match": MAYBE,
        "step": maybe(said("Which step of its plan, and of how many.", {"number": WHOLE, "of": WHOLE})),
        "weightSince": maybe(ref("moment")), "before": maybe(before), "by": maybe(_deed({})),
    }  # fmt: skip
    hold = said(
        "Why nothing goes on: the overlay says so, or what somebody did by hand.",
        {"by": {"enum": ["overlay", "hand"]}, "reason": TEXT, "commit": MAYBE},
    )
    states = ["ready", "waiting", "approval", "refused", "held", "aborted", "unplanned", "unknown"]
    ahead = {
        "state": {"enum": states}, "weight": {"type": ["integer", "null"]}, "promotes": FLAG,
        "from": maybe(ref("moment")), "why": MAYBE, "approvers": listed(TEXT),
    }  # fmt: skip
    service = {
        "environment": TEXT, "service": TEXT, "stable": said("The stable track.", track),
        "canary": maybe(said("The canary; nulls are not known.", canary)), "holds": listed(hold), "aborted": MAYBE,
        "next": maybe(said("What comes next of the plan, and from when on.", ahead)),
    }  # fmt: skip
    return said(
        "How services stand at a commit, null for files that are in none; `edited` when the disk has others.",
        {
            "commit": MAYBE, "edited": FLAG, "moment": ref("moment"), "upstream": maybe(upstream),
            "services": listed(said("A service of an environment.", service)),
        },
    )  # fmt: skip


def _history() -> Json:
    commit = _deed({"changes": listed(TEXT), "approvedBy": listed(TEXT), "evidence": listed(TEXT)})
    return said(
        "A ramp, newest commit first; `more` is null where a shallow clone ends before the first.",
        {
            "service": TEXT, "environment": TEXT, "commit": TEXT, "more": {"type": ["boolean", "null"]},
            "commits": listed(commit),
        },
    )  # fmt: skip


def result_schema() -> Json:
    """Return the schema of the envelope."""
    counts = {severity.value: WHOLE for severity in Severity}
    envelope = said(
        "What a gitramp command prints with --output json. Within an apiVersion keys are only added.",
        {
            "apiVersion": {"const": "gitramp/v1alpha1"}, "kind": {"const": "Result"}, "gitramp": TEXT, "command": TEXT,
            "exitCode": {"enum": [0, 1, 2, 4, 5, 6, 7]}, "counts": said("Findings by severity.", counts),
            "findings": listed(ref("finding")), "allowed": listed(ref("allowed")),
        },
        optional={
            "outcome": ref("outcome"), "published": ref("published"), "judged": ref("judged"),
            "explained": {"anyOf": [ref("code"), ref("field")]}, "codes": listed(ref("code")), "routed": ref("routed"),
            "parity": ref("parity"), "diff": ref("diff"), "started": ref("started"),
            "impact": ref("impact"), "agreement": ref("agreement"),
            "plan": ref("plan"), "health": listed(ref("verdict")),
            "acted": ref("acted"), "aborted": listed(ref("acted")), "ran": listed(ref("acted")),
            "waiting": listed(ref("waiting")), "status": ref("status"), "history": ref("history"),
            "changed": {**FLAG, "description": "Whether a command changes overlays; `path` is the only one, if it is."},
            "path": MAYBE,
            "error": {"anyOf": [ref("fault"), TEXT]},
        },
    )  # fmt: skip
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": _ID, "title": "Result of a command"}
    return {**head, **envelope, "$defs": definitions()}


def text() -> str:
    """Return the file."""
    return json.dumps(result_schema(), indent=2) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
