"""Findings and outcomes as people and machines read them: text, json, github, sarif, junit, gitlab.

Owns every output format and its escaping. Must not know how anything was found, nor write to a stream itself.
"""

from collections.abc import Callable, Mapping

from gitramp.report.acted import acted_text, done_text, landed_text, request_text
from gitramp.report.answers import routed_text
from gitramp.report.catalogue import entries_text, entry_text
from gitramp.report.compared import compared_text
from gitramp.report.diff import diff_text
from gitramp.report.diff_html import diff_html
from gitramp.report.diff_markdown import diff_markdown, refused_markdown
from gitramp.report.driven import bar, ended_text, waiting_shape, waiting_text
from gitramp.report.github import annotate, harmless
from gitramp.report.gitlab import gitlab
from gitramp.report.health import health_text
from gitramp.report.impacts import impact_text
from gitramp.report.junit import junit
from gitramp.report.machine import envelope
from gitramp.report.plans import plan_text
from gitramp.report.previews import agreements_text, counts_text, preview_text
from gitramp.report.ramp_history import history_text
from gitramp.report.sarif import sarif
from gitramp.report.source_lines import SourceLines
from gitramp.report.standings import status_text
from gitramp.report.started import started_text
from gitramp.report.step_summary import step_summary
from gitramp.report.text import (
    Style,
    counted,
    explained_text,
    findings_text,
    judged_text,
    outcome_text,
    tally,
    tool_text,
)
from gitramp.report.told import Told

DOCUMENTS: Mapping[str, Callable[[Told], str]] = {"sarif": sarif, "junit": junit, "gitlab": gitlab}
"""Formats that hold findings and nothing else, and what writes each."""

__all__ = [
    "DOCUMENTS",
    "SourceLines",
    "Style",
    "Told",
    "acted_text",
    "agreements_text",
    "annotate",
    "bar",
    "compared_text",
    "counted",
    "counts_text",
    "diff_html",
    "diff_markdown",
    "diff_text",
    "done_text",
    "ended_text",
    "entries_text",
    "entry_text",
    "envelope",
    "explained_text",
    "findings_text",
    "harmless",
    "health_text",
    "history_text",
    "impact_text",
    "judged_text",
    "landed_text",
    "outcome_text",
    "plan_text",
    "preview_text",
    "refused_markdown",
    "request_text",
    "routed_text",
    "started_text",
    "status_text",
    "step_summary",
    "tally",
    "tool_text",
    "waiting_shape",
    "waiting_text",
]
