"""What runs over the line tell: findings, what is rendered, what is committed, what verbs do.

Owns their description. Must not know what questions are answered.
"""

from __future__ import annotations

from results.shapes import (
    CODE,
    FLAG,
    MAYBE,
    NUMBER,
    PLACE,
    SEVERITY,
    TEXT,
    WHOLE,
    Json,
    listed,
    mapped,
    maybe,
    ref,
    said,
)

CODE_KEYS: Json = {
    "code": CODE, "family": TEXT, "severity": SEVERITY, "title": TEXT, "why": TEXT, "remedy": TEXT, "source": MAYBE,
}  # fmt: skip


def parts() -> Json:
    """Return the parts by name."""
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
        "started": said("A new repository.", {"folder": TEXT, "written": listed(TEXT)}),
    }  # fmt: skip


def _code() -> Json:
    example = said(
        "Files that have the code, none when they are long; the finding; lines that mend it, null when they are many.",
        {"files": mapped(TEXT), "finding": TEXT, "mended": MAYBE},
    )
    return said(
        "A code, the rule behind it, and an example of what has it.",
        {**CODE_KEYS, "what": TEXT, "documentation": TEXT, "example": maybe(example)},
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
            "request": maybe(request),
        },
    )
    sentence = said("What changes for traffic.", {"environment": TEXT, "sentence": TEXT})
    return said(
        "What became of an intent: what it changes, as the trailers say it, and what stays as it is, and why.",
        {
            "actions": listed(TEXT), "idle": listed(said("One that stays; `waiting` when it may go on later.", idle)),
            "paths": listed(TEXT), "traffic": listed(sentence), "health": listed(ref("verdict")), "dryRun": FLAG,
            "published": maybe(ref("published")),
            "landed": maybe(landed),
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
                "How many request tests passed, how many of those stand in overlays; how many want a canary in vain.",
                {"passed": WHOLE, "written": WHOLE, "unasked": WHOLE},
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
            "canary": maybe(canary), "traffic": TEXT,
        },
    )  # fmt: skip
