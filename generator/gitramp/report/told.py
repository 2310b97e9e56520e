"""What every report of findings is written from, and the name by which a finding is known again in the next run.

Owns `Told`, fingerprints, and how JSON holds a finding wherever it stands. Must not know formats of reports.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gitramp.problem import Code, Finding, Mark, Report, Severity, ToolError
from gitramp.report.source_lines import printable

DOCUMENTATION = "https://github.com/gitramp/gitramp/blob/main/docs/codes.md"
_LINE_NUMBER = re.compile(r"\bline \d+")


@dataclass(frozen=True, slots=True)
class Told:
    """The end of a command: its findings, the environments that were looked at, and what went wrong with the run."""

    command: str
    exit_code: int
    report: Report
    environments: tuple[str, ...] = ()
    fault: ToolError | str = ""

    @property
    def fault_text(self) -> str:
        """What went wrong with the run, in one line; "" when nothing did."""
        remedy = f": {self.fault.remedy or self.fault.code.remedy}" if isinstance(self.fault, ToolError) else ""
        return one_line(f"{self.fault}{remedy}")


def one_line(text: str) -> str:
    """Write a text on one line, without characters that steer whoever shows it."""
    return printable(text).replace("\n", "\\n")


def sentence(finding: Finding) -> str:
    """Say what is wrong, and with which object."""
    return one_line(f"{finding.message} ({finding.subject})" if finding.subject else finding.message)


def documented_at(code: Code) -> str:
    """Return where people read about a code."""
    return f"{DOCUMENTATION}#{code.number.lower()}"


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON holds it."""
    code = finding.code
    return {
        "code": code.number,
        "family": code.family,
        "severity": finding.severity.value,
        **place_json(finding.mark),
        "object": finding.subject or None,
        "message": finding.message,
        "remedy": finding.advice,
        "source": code.source or None,
        "documentation": documented_at(code),
        "related": [{"message": other.message, **place_json(other.mark)} for other in finding.related],
    }


def place_json(mark: Mark | None) -> dict[str, Any]:
    """Return a place as JSON holds it, nulls for none."""
    path, line, column = mark or (None, None, None)
    return {"path": path, "line": line, "column": column}


def fingerprints(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Yield what names each finding whatever line it is in: its code, file, object and message, numbered when alike."""
    seen: Counter[str] = Counter()
    for finding in findings:
        path = finding.mark.path if finding.mark else ""
        parts = (finding.code.number, path, finding.subject, _LINE_NUMBER.sub("line", finding.message))
        known = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        seen[known] += 1
        yield f"{known}:{seen[known]}"


def count(report: Report) -> dict[str, int]:
    """Return how many findings of each severity there are."""
    return {severity.value: sum(f.severity is severity for f in report) for severity in Severity}
