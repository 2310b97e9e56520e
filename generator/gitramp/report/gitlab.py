"""GitLab's code quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format).

Owns its shape and how severities are called there. Must not know other formats.
"""

from __future__ import annotations

import json
from typing import Any

from gitramp.problem import Finding, Severity
from gitramp.report.told import Told, fingerprints, one_line, sentence
from gitramp.workspace import ENVIRONMENTS

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def gitlab(told: Told) -> str:
    """Write a list of findings; what has no place is told of the folder, because GitLab demands a path and a line."""
    known = fingerprints(told.report.findings)
    entries = [_entry(finding, fingerprint) for finding, fingerprint in zip(told.report, known, strict=True)]
    return json.dumps(entries, indent=2) + "\n"


def _entry(finding: Finding, fingerprint: str) -> dict[str, Any]:
    mark = finding.mark
    return {
        "description": f"{finding.code} {sentence(finding)}. To mend it: {one_line(finding.advice)}.",
        "check_name": finding.code.number,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": one_line(mark.path if mark else ENVIRONMENTS),
            "lines": {"begin": mark.line if mark else 1},
        },
    }
