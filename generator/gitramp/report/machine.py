"""JSON for programs: one versioned envelope for every command.

Owns its shape, which grows only by new keys within a version. Must not know text formats.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from gitramp import __version__, traffic
from gitramp.analysis import Verdict
from gitramp.model import Environment
from gitramp.model.key import camel
from gitramp.pipeline import Comparison, Entry, Explained, Judged, Outcome, Plan, Published, Routed
from gitramp.pipeline.agreement import Agreements
from gitramp.pipeline.diff import Diff
from gitramp.pipeline.impact import Impact
from gitramp.pipeline.init import Started
from gitramp.pointer import show_pointer
from gitramp.problem import Code, Report, ToolError
from gitramp.provenance import Cause
from gitramp.ramps.history import History
from gitramp.ramps.status import Status
from gitramp.report.acted import tried_json
from gitramp.report.compared import compared_json
from gitramp.report.diff_json import diff_json
from gitramp.report.health import verdict_json
from gitramp.report.impacts import impact_json
from gitramp.report.plans import plan_json
from gitramp.report.previews import agreements_json
from gitramp.report.ramp_history import history_json
from gitramp.report.standings import status_json
from gitramp.report.started import started_json
from gitramp.report.told import count, documented_at, finding_json, place_json
from gitramp.secrets import without_secrets
from gitramp.verbs.act import Acted
from gitramp.verbs.land import Landed

_VERSION = "gitramp/v1alpha1"


def envelope(command: str, exit_code: int, **parts: Any) -> str:
    """Write the result of a command; parts are a report, an outcome, an error, whatever it has."""
    body = {"apiVersion": _VERSION, "kind": "Result", "gitramp": __version__, "command": command, "exitCode": exit_code}
    for name, part in parts.items():
        if isinstance(part, Report):
            body |= {"counts": count(part), name: [finding_json(f) for f in part], "allowed": _allowed(part)}
        elif part is not None:
            body[name] = _shape(part)
    return json.dumps(_unseen(body), indent=2) + "\n"


def _unseen(value: Any) -> Any:
    """Hide in every text what has the form of a secret."""
    if isinstance(value, dict):
        return {_unseen(key): _unseen(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [_unseen(child) for child in value]
    return without_secrets(value) if isinstance(value, str) else value


def _shape(part: Any) -> Any:
    shapes: dict[type, Callable[[Any], Any]] = {
        Outcome: _outcome,
        Judged: _judged,
        Published: _published,
        Acted: _acted,
        Landed: _landed,
        Explained: _explained,
        Routed: _routed,
        Plan: plan_json,
        Entry: _entry,
        Impact: impact_json,
        Agreements: agreements_json,
        Comparison: compared_json,
        Diff: diff_json,
        Started: started_json,
        Verdict: verdict_json,
        Status: status_json,
        History: history_json,
    }
    if isinstance(part, ToolError):
        said = {"message": part.message, "remedy": part.remedy or part.code.remedy, "details": part.details or None}
        return {**_code(part.code), **said}
    if isinstance(part, tuple):
        return [_shape(each) for each in part]
    shape = shapes.get(type(part))
    return shape(part) if shape else part


def _allowed(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "finding": finding_json(each.finding),
            "reason": each.reason,
            "until": each.until and each.until.isoformat(),
            **place_json(each.mark),
        }
        for each in report.allowed
    ]


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "environments": [
            {"name": built.name, "objects": len(built.manifests), "services": _services(built.environment)}
            for built in outcome.built
        ],
        "against": outcome.against or None,
        "verified": {"objects": outcome.verified, "anew": outcome.anew, "by": outcome.verified_by},
        "requestTests": {
            "passed": sum(built.asked.passed for built in outcome.built),
            "written": sum(built.asked.written for built in outcome.built),
            "unasked": sum(built.asked.unasked for built in outcome.built),
        },
        "changes": [
            {"path": c.path, "change": "created" if c.before is None else "deleted" if c.after is None else "updated"}
            for c in outcome.diff.changes
        ],
        "seconds": round(outcome.seconds, 3),
    }


def _published(published: Published) -> dict[str, Any]:
    return {"commit": published.commit, "message": published.message, "paths": list(published.paths)}


def _acted(acted: Acted) -> dict[str, Any]:
    published = _published(acted.published) if acted.published else None
    return {**tried_json(acted.tried), "dryRun": acted.dry_run, "published": published, "landed": None}


def _landed(landed: Landed) -> dict[str, Any]:
    where = {"remote": landed.target.remote, "base": landed.target.branch, "branch": landed.branch}
    told = {"commit": landed.commit, "message": landed.message, "attempts": landed.attempts}
    said = asdict(landed.request) if landed.request else None
    more = {"request": said, "untriggered": landed.untriggered or None}
    return {**tried_json(landed.tried), "dryRun": landed.dry_run, "published": None, "landed": where | told | more}


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "files": judged.files,
        "verified": {"objects": judged.objects, "anew": judged.objects, "by": judged.verified_by},
        "seconds": round(judged.seconds, 3),
    }


def _services(environment: Environment) -> list[dict[str, Any]]:
    return [
        {
            "name": service.name,
            "hosts": list(service.hosts),
            "tracks": list(service.tracks),
            "stable": service.stable,
            "canary": service.canary and {"track": service.canary.track, "weight": service.canary.weight},
            "traffic": traffic.split(service),
        }
        for service in environment.services.values()
    ]


def _code(code: Code) -> dict[str, Any]:
    return {
        "code": code.number,
        "family": code.family,
        "severity": code.severity.value,
        "title": code.title,
        "why": code.why,
        "remedy": code.remedy,
        "source": code.source or None,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    example = entry.example and {**asdict(entry.example), "mended": entry.example.mended or None}
    return {**_code(entry.code), "what": entry.what, "documentation": documented_at(entry.code), "example": example}


def _explained(explained: Explained) -> dict[str, Any]:
    return {
        "path": explained.path,
        "pointer": show_pointer(explained.pointer),
        "object": explained.subject,
        "value": explained.trace.value,
        "fixed": explained.trace.fixed,
        "computed": explained.trace.how or None,
        "causes": [_cause(cause) for cause in explained.trace.causes],
        "inside": {
            show_pointer(pointer): [_cause(cause) for cause in trace.causes]
            for pointer, trace in explained.inside.items()
        },
    }


def _routed(routed: Routed) -> dict[str, Any]:
    answer = routed.answer
    return {
        "environment": routed.environment,
        "request": {camel(name): value for name, value in asdict(routed.request).items() if name != "scheme"},
        "object": str(answer.manifest.id) if answer.manifest else None,
        "rule": show_pointer(answer.rule) or None,
        "name": answer.name or None,
        "match": show_pointer(answer.match) if answer.match is not None else None,
        "matchPlace": str(routed.match_line) if routed.match_line else None,
        "status": answer.status or None,
        "says": answer.says or None,
        "path": answer.path or None,
        "shares": [
            {
                "track": share.track or None,
                "host": share.host,
                "port": share.port,
                "probability": float(share.probability),
                "place": str(line) if line else None,
            }
            for share, line in zip(answer.shares, routed.share_lines, strict=True)
        ],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "overlay": show_pointer(cause.pointer),
        "said": cause.exact,
        "settings": [{"place": str(s.mark), "value": s.shown, "wins": s is cause.settings[-1]} for s in cause.settings],
    }
