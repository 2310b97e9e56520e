"""The answer to `gitramp diff` for programs.

Owns its shape. Must not know words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gitramp.changes import Asked, Cause, Outcome, Routing
from gitramp.pipeline.diff import Diff, EnvironmentDiff
from gitramp.pointer import show_pointer
from gitramp.report.told import finding_json
from gitramp.router import MESH
from gitramp.secrets import HIDDEN, header_without_secrets


def diff_json(diff: Diff) -> dict[str, Any]:
    """Return a change as JSON holds it."""
    return {
        "since": diff.since or None,
        "until": diff.until or None,
        "differs": diff.differs,
        "same": list(diff.same),
        "environments": [_environment(each) for each in diff.environments],
        "gate": [finding_json(each) for each in diff.gate] if diff.gate is not None else None,
    }


def _environment(each: EnvironmentDiff) -> dict[str, Any]:
    return {
        "name": each.name,
        "change": each.change,
        "sentences": list(each.sentences),
        "traffic": [_routing(routing) for routing in each.routings],
        "matches": [asdict(match) for match in each.matches],
        "rollout": asdict(each.rollout),
        "trust": [asdict(found) for found in each.trust],
        "causes": [_cause(cause) for cause in each.causes],
    }


def _routing(routing: Routing) -> dict[str, Any]:
    return {
        "service": routing.service,
        "gateway": None if routing.way_in == MESH else routing.way_in,
        "host": routing.host,
        "port": routing.port or None,
        "changed": routing.differs,
        "requests": [_asked(each) for each in routing.asked],
    }


def _asked(asked: Asked) -> dict[str, Any]:
    request = asked.request
    example = {
        "method": request.method,
        "host": request.host,
        "path": request.path,
        "headers": {**_discreet(request.headers), **_whole_cookie(asked)},
        "query": _discreet(request.query),
        "port": request.port,
        "labels": dict(request.labels),
        "namespace": request.namespace,
    }
    return {
        "words": asked.words,
        "request": example,
        "changed": asked.differs,
        "before": _outcome(asked.before),
        "after": _outcome(asked.after),
    }


def _discreet(texts: Mapping[str, str]) -> dict[str, str]:
    """Hide what the name of a header, a parameter or a cookie says to be a secret."""
    return {name: header_without_secrets(name, text) for name, text in texts.items()}


def _whole_cookie(asked: Asked) -> dict[str, str]:
    """Hide the header that a match tests as a whole: the names in it may be part of the secret."""
    return {"cookie": HIDDEN} if f"cookie={HIDDEN}" in asked.words else {}


def _outcome(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    shares = [{"track": track, "probability": float(share)} for track, share in outcome.shares]
    said = {"status": outcome.status or None, "says": outcome.says or None, "path": outcome.path or None}
    return {"shares": shares, **said, "treated": {each.name: each.shown or None for each in outcome.treated}}


def _cause(cause: Cause) -> dict[str, Any]:
    path, line, column = cause.mark
    return {
        "path": path,
        "line": line,
        "column": column,
        "gone": cause.gone,
        "says": cause.says,
        "reached": [{"object": each.object, "pointer": show_pointer(each.pointer)} for each in cause.reached],
    }
