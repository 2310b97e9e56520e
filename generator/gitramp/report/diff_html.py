"""The answer to `gitramp diff` as one page, for an artifact of a pipeline: no script, nothing from elsewhere.

Owns its layout. Must not know the words.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.pipeline.diff import Diff
from gitramp.report.diff_words import Section, nothing, reviews, span
from gitramp.report.look import frame
from gitramp.report.markup import listed, text
from gitramp.report.told import sentence

_STYLE = """\
main { max-width: 60rem; padding-top: 1.5rem; padding-bottom: 2rem }
.environment { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; margin-top: 1rem }
.environment { padding: .9rem 1.1rem 1rem }
h3 { margin-top: .75rem; color: var(--muted) }
ul { margin: .2rem 0 0; padding-left: 1.25rem }
"""


def diff_html(diff: Diff) -> str:
    """Write what changes in each environment as a page."""
    return "\n".join(frame("gitramp diff", _STYLE, _body(diff))) + "\n"


def _body(diff: Diff) -> Iterator[str]:
    yield f"<main>\n<h1>{'What changes' if diff.differs else nothing(diff)} {text(span(diff))}</h1>"
    yield from listed(f"{f.severity.value} {f.code}: {sentence(f)}" for f in diff.report)
    for heading, sections in reviews(diff):
        yield f'<section class="environment"><h2>{text(heading)}</h2>'
        for section in sections:
            yield from _section(section)
        yield "</section>"
    if diff.same:
        yield f"<p>The same: {text(', '.join(diff.same))}.</p>"
    yield "</main>"


def _section(section: Section) -> Iterator[str]:
    yield f"<h3>{text(section.title)}</h3>"
    if section.lines:
        yield "<ul>"
        for line in section.lines:
            yield f"<li>{text(line.text)}"
            yield from listed(line.inside)
            yield "</li>"
        yield "</ul>"
