"""The catalogue of codes as text: one line a code, or one code whole.

Owns its layout. Must not know how codes are found.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from gitramp.pipeline import Entry
from gitramp.report.source_lines import printable

_WIDTH = 100


def entries_text(entries: Iterable[Entry]) -> str:
    """Write one line a code."""
    return "".join(f"{e.code.number}  {e.code.severity.value:<7}  {e.code.title}\n" for e in entries)


def entry_text(entry: Entry) -> str:
    """Write all that is known about a code: the rule, why, the remedy, and an example."""
    code = entry.code
    paragraphs = [
        f"{code.number} ({code.severity.value}, {code.family}): {code.title}",
        *([textwrap.fill(entry.what, _WIDTH)] if entry.states_more else []),
        textwrap.fill(code.why, _WIDTH),
        textwrap.fill(f"To mend it: {code.remedy}.", _WIDTH) + (f"\nSee {code.source}" if code.source else ""),
        *_example(entry),
    ]
    return printable("\n\n".join(paragraphs) + "\n")


def _example(entry: Entry) -> Iterator[str]:
    if entry.example is None:
        return
    for path, content in entry.example.files.items():
        yield f"{path}:\n\n{_indented(content)}"
    yield f"is told as\n\n{_indented(entry.example.finding)}" if entry.example.files else entry.example.finding.rstrip()
    if entry.example.mended:
        yield f"and mended, for one, by\n\n{_indented(entry.example.mended)}"


def _indented(text: str) -> str:
    return textwrap.indent(text.rstrip("\n"), "    ")
