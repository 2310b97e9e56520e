"""The summary of a step of GitHub Actions, in Markdown.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary says what it may be.
Owns its layout, its escaping and its limit. Must not know where it is written to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.problem import Finding, Related
from gitramp.report.text import tally
from gitramp.report.told import Told, documented_at, one_line, sentence

_LIMIT = 512 * 1024
"""Of the MiB that a step has; other commands of the step need some of it, too."""
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~@:>-])")


def step_summary(told: Told, outcome: str) -> str:
    """Write a heading, the counts, a table of findings, and what the command says at its end."""
    title = f"## gitramp {plain(told.command)}: {tally(told.report)}\n"
    parts = [title, *_fault(told), *_table(told)]
    fenced = _block(outcome)
    return "\n".join([*parts, *([fenced] if fenced else [])]) + "\n"


def _fault(told: Told) -> Iterator[str]:
    if told.fault:
        yield f"{plain(told.fault_text)}\n"


def _table(told: Told) -> Iterator[str]:
    if not len(told.report):
        return
    yield "| severity | code | place | finding |\n|---|---|---|---|"
    room = _LIMIT
    for position, finding in enumerate(told.report):
        row = _row(finding)
        room -= len(row.encode("utf-8", "backslashreplace"))
        if room < 0:
            yield f"\n{len(told.report) - position} more findings; run `gitramp validate` to see them all"
            break
        yield row
    yield ""


def _row(finding: Finding) -> str:
    code = f"[{finding.code}]({documented_at(finding.code)})"
    said = "<br>".join([plain(sentence(finding)), plain(finding.advice), *map(_related, finding.related)])
    return f"| {finding.severity.value} | {code} | {plain(str(finding.mark or ''))} | {said} |"


def _related(other: Related) -> str:
    return plain(f"{other.message}: {other.mark}")


def plain(text: str) -> str:
    """Write a text so that Markdown shows it as it is: no markup, no tag, no mention, no cell of its own."""
    escaped = one_line(text).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKUP.sub(r"\\\1", escaped)


def _block(text: str) -> str:
    """Put a text into a code block that it cannot end; "" for none. It is cut when there is too much."""
    if not text.strip():
        return ""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text[: _LIMIT // 4].strip(chr(10))}\n{fence}"
