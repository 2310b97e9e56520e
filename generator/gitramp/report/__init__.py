"""Findings and outcomes as people and machines read them: text, json, github.

Owns every output format and its escaping. Must not know how anything was found, nor write to a stream itself.
"""

from gitramp.report.answers import routed_text
from gitramp.report.github import annotate
from gitramp.report.machine import envelope
from gitramp.report.text import (
    Style,
    catalogue_text,
    codes_text,
    counted,
    explained_text,
    findings_text,
    judged_text,
    outcome_text,
    tally,
    tool_text,
)

__all__ = [
    "Style",
    "annotate",
    "catalogue_text",
    "codes_text",
    "counted",
    "envelope",
    "explained_text",
    "findings_text",
    "judged_text",
    "outcome_text",
    "routed_text",
    "tally",
    "tool_text",
]
