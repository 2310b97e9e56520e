"""SARIF 2.1.0, as code scanning takes it (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

Owns the shape of the log. Must not know other formats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from gitramp import __version__
from gitramp.problem import Code, Finding, Mark, Severity
from gitramp.report.source_lines import SourceLines
from gitramp.report.told import Told, documented_at, fingerprints, one_line, sentence
from gitramp.workspace import ENVIRONMENTS

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_HOME = "https://github.com/gitramp/gitramp"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


def sarif(told: Told) -> str:
    """Write one run with its results; what comments allow is a result with a suppression."""
    allowed = told.report.allowed
    findings = (*told.report.findings, *(each.finding for each in allowed))
    codes = sorted({finding.code.number: finding.code for finding in findings}.values(), key=str)
    positions = {code.number: position for position, code in enumerate(codes)}
    lines = SourceLines.of(told.report)
    results = [
        _result(finding, positions[finding.code.number], known, lines)
        for finding, known in zip(findings, fingerprints(findings), strict=True)
    ]
    for result, each in zip(results[len(told.report) :], allowed, strict=True):
        result["suppressions"] = [_suppression(each.mark, each.reason, lines)]
    driver = {
        "name": "gitramp",
        "version": __version__,
        "informationUri": _HOME,
        "rules": [_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "invocations": [_invocation(told)],
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: Code) -> dict[str, Any]:
    source = f" [Source]({code.source})" if code.source else ""
    return {
        "id": code.number,
        "shortDescription": {"text": _text(code.title)},
        "fullDescription": {"text": _text(code.why)},
        "help": {
            "text": _text(f"{code.why} To mend it: {code.remedy}."),
            "markdown": f"{code.why}\n\nTo mend it: {code.remedy}.{source}",
        },
        "helpUri": documented_at(code),
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
        "properties": {"tags": [code.family]},
    }


def _result(finding: Finding, position: int, known: str, lines: SourceLines) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code.number,
        "ruleIndex": position,
        "level": _LEVELS[finding.severity],
        "message": {"text": _text(f"{sentence(finding)}. To mend it: {one_line(finding.advice)}.")},
        "locations": [_location(finding.mark, lines, finding.subject)],
        # GitHub compares by this name alone:
        # https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
        "partialFingerprints": {"primaryLocationLineHash": known},
    }
    related = [
        {"id": number, "message": {"text": _text(one_line(other.message))}, **_location(other.mark, lines)}
        for number, other in enumerate(finding.related, 1)
    ]
    return {**result, "relatedLocations": related} if related else result


def _location(mark: Mark | None, lines: SourceLines, subject: str = "") -> dict[str, Any]:
    """Return a place; what has none is the overlays' as a whole, because code scanning refuses results without one."""
    path = mark.path if mark else ENVIRONMENTS
    uri = quote(path.encode("utf-8", "backslashreplace"))
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}}
    if mark:
        column = lines.utf16_column(mark)
        physical["region"] = {"startLine": mark.line, **({"startColumn": column} if column else {})}
    about = [{"fullyQualifiedName": one_line(subject), "kind": "resource"}] if subject else []
    return {"physicalLocation": physical, **({"logicalLocations": about} if about else {})}


def _suppression(mark: Mark, reason: str, lines: SourceLines) -> dict[str, Any]:
    return {
        "kind": "inSource",
        "status": "accepted",
        "justification": one_line(reason),
        "location": _location(mark, lines),
    }


def _invocation(told: Told) -> dict[str, Any]:
    done = {"executionSuccessful": not told.fault, "exitCode": told.exit_code}
    notes: Iterable[dict[str, Any]] = (
        [{"level": "error", "message": {"text": _text(told.fault_text)}}] if told.fault else []
    )
    return {**done, "toolExecutionNotifications": list(notes)} if told.fault else done


def _text(text: str) -> str:
    """Keep a plain message from holding a link: section 3.11.6 reads `[text](target)` in it."""
    return _LINK.sub(r"\\[", text)
