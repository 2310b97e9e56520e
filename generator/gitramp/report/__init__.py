"""Findings and outcomes as people and machines read them: text, json, github, sarif, junit, gitlab.

Owns every output format and its escaping. Must not know how anything was found, nor write to a stream itself.
"""

from collections.abc import Callable, Mapping

from gitramp.report.answers import routed_text
from gitramp.report.catalogue import entries_text, entry_text
from gitramp.report.compared import compared_text
from gitramp.report.github import annotate, harmless
from gitramp.report.gitlab import gitlab
from gitramp.report.junit import junit
from gitramp.report.plans import plan_text
from gitramp.report.sarif import sarif
from gitramp.report.source_lines import SourceLines
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
    "annotate",
    "compared_text",
    "counted",
    "entries_text",
    "entry_text",
    "explained_text",
    "findings_text",
    "harmless",
    "judged_text",
    "outcome_text",
    "plan_text",
    "routed_text",
    "step_summary",
    "tally",
    "tool_text",
]
