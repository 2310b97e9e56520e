"""What questions about one revision are answered with: of fields, lines, requests, previews, parity, plans.

Owns their description. Must not know what runs tell.
"""

from __future__ import annotations

from results.shapes import FLAG, MAYBE, NUMBER, PLACE, TEXT, WHOLE, Json, listed, mapped, ref, said


def parts() -> Json:
    """Return the parts by name."""
    return {
        "field": _field(),
        "cause": _cause(),
        "impact": _impact(),
        "agreement": _agreement(),
        "routed": _routed(),
        "parity": _parity(),
        "plan": _plan(),
    }  # fmt: skip


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
    request = {"method": TEXT, "host": TEXT, "target": TEXT, "headers": mapped(TEXT), "further": mapped(TEXT)}
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
        "port": WHOLE, "labels": mapped(TEXT), "namespace": TEXT, "further": mapped(listed(TEXT)),
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
