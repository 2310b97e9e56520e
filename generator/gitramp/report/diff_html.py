"""The answer to `gitramp diff` as one page, for an artifact of a pipeline: no script, nothing from elsewhere.

Owns its layout and escaping. Must not know the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from gitramp.pipeline.diff import Diff
from gitramp.report.diff_words import Section, nothing, reviews, span
from gitramp.report.source_lines import printable
from gitramp.report.told import sentence

_STYLE = """\
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
body { overflow-wrap: anywhere }
h2 { border-top: 1px solid; padding-top: 1rem; font-size: 1.2rem }
h3 { font-size: 1rem; margin-bottom: 0 }
ul { margin: 0; padding-left: 1.5rem }
"""


def diff_html(diff: Diff) -> str:
    """Write what changes in each environment as a page."""
    return "\n".join(_lines(diff)) + "\n"


def _lines(diff: Diff) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>gitramp diff</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{'What changes' if diff.differs else nothing(diff)} {_text(span(diff))}</h1>"
    yield from _listed(f"{f.severity.value} {f.code}: {sentence(f)}" for f in diff.report)
    for heading, sections in reviews(diff):
        yield f"<h2>{_text(heading)}</h2>"
        for section in sections:
            yield from _section(section)
    if diff.same:
        yield f"<p>The same: {_text(', '.join(diff.same))}.</p>"
    yield "</main>\n</body>\n</html>"


def _section(section: Section) -> Iterator[str]:
    yield f"<h3>{_text(section.title)}</h3>"
    if section.lines:
        yield "<ul>"
        for line in section.lines:
            yield f"<li>{_text(line.text)}"
            yield from _listed(line.inside)
            yield "</li>"
        yield "</ul>"


def _listed(texts: Iterable[str]) -> Iterator[str]:
    items = [f"<li>{_text(text)}</li>" for text in texts]
    if items:
        yield from ("<ul>", *items, "</ul>")


def _text(text: str) -> str:
    return escape(printable(text))
