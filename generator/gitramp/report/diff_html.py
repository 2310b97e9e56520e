"""The answer to `gitramp diff` as one page, for an artifact of a pipeline: no script, nothing from elsewhere.

Owns its layout. Must not know the words.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.pipeline.diff import Diff
from gitramp.report.diff_parts import Line, Section
from gitramp.report.diff_words import closing, nothing, refused, reviews
from gitramp.report.look import frame
from gitramp.report.markup import listed, table, text
from gitramp.report.text import tally
from gitramp.report.told import Told, sentence

_STYLE = """\
main { max-width: 60rem; padding-top: 1.5rem; padding-bottom: 2rem }
.span { color: var(--muted); margin: .25rem 0 0 }
.told { background: var(--warn-soft); color: var(--warn-ink); border-radius: .5rem; margin-top: 1rem }
.told { padding: .5rem 1rem }
.told h2 { margin: 0; font-size: 1rem }
.environment { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; margin-top: 1rem }
.environment { padding: .9rem 1.1rem 1rem }
.environment h2 { margin: 0 }
h3 { margin: 1rem 0 .25rem; color: var(--muted); font-size: .9rem }
h3::first-letter { text-transform: uppercase }
h3 + p, .environment p { margin: 0 }
ul { margin: .2rem 0 0; padding-left: 1.25rem }
.bad { color: var(--bad-ink); font-weight: 600 }
table { border-collapse: collapse; width: 100%; margin: .25rem 0 .75rem; table-layout: fixed }
caption { text-align: left; padding: .25rem 0; font-weight: 600 }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid var(--line) }
thead th { color: var(--muted); font-weight: 400; font-size: .875rem; border-top: 0 }
tbody th { font-weight: 400 }
th:first-child { width: 46%; padding-left: 0 }
.moves { background: var(--canary-soft); color: var(--canary-ink); font-weight: 600; border-radius: .25rem }
.moves { padding: .05rem .35rem; display: inline-block }
.same { color: var(--muted) }
@media (max-width: 34rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  tr, th, td { display: block; padding: .1rem 0; border: 0 }
  tr { border-top: 1px solid var(--line); padding: .35rem 0 }
  th:first-child { width: auto; font-weight: 600 }
  td::before { content: attr(data-of) ": "; color: var(--muted) }
}
"""
_HEAD = ("requests", "before", "after")


def diff_html(diff: Diff) -> str:
    """Write what changes in each environment as a page."""
    return "\n".join(frame("gitramp diff", _STYLE, _body(diff))) + "\n"


def refused_html(told: Told) -> str:
    """Write why there is nothing to compare."""
    return "\n".join(frame("gitramp diff", _STYLE, _refused(told))) + "\n"


def _refused(told: Told) -> Iterator[str]:
    yield f"<main>\n<h1>Nothing was compared: {text(tally(told.report))}</h1>"
    yield '<div class="told">'
    yield from listed(f"{f.mark or ''} {f.severity.value} {f.code}: {sentence(f)}; {f.advice}" for f in told.report)
    yield "</div>\n</main>"


def _body(diff: Diff) -> Iterator[str]:
    yield f"<main>\n<h1>{'What this change does' if diff.differs else nothing(diff)}</h1>"
    yield f'<p class="span">{_text(closing(diff))}</p>'
    if told := refused(diff):
        yield f'<section class="told"><h2>{_text(told.title)}</h2>'
        yield from listed(line.text for line in told.lines)
        yield "</section>"
    if len(diff.report):
        yield '<div class="told">'
        yield from listed(f"{f.severity.value} {f.code}: {sentence(f)}" for f in diff.report)
        yield "</div>"
    for heading, sections in reviews(diff):
        yield f'<section class="environment"><h2>{_text(heading)}</h2>'
        for section in sections:
            yield from _section(section)
        yield "</section>"
    yield "</main>"


def _section(section: Section) -> Iterator[str]:
    title, _, rest = section.title.partition(":")
    yield f"<h3>{_text(title)}</h3>"
    if rest:
        yield f"<p>{_text(rest.strip())}</p>"
    for line in section.lines:
        if line.rows:
            yield from table(
                _arrows(line.text), _HEAD, ([_text(r.requests), _text(r.before), _after(r.after)] for r in line.rows)
            )
    others = [line for line in section.lines if not line.rows]
    if others:
        yield "<ul>"
        for line in others:
            yield from _item(line)
        yield "</ul>"


def _after(said: str) -> str:
    return f'<span class="moves">{_text(said)}</span>' if said else '<span class="same">the same</span>'


def _item(line: Line) -> Iterator[str]:
    opened = '<li class="bad">' if line.is_bad else "<li>"
    yield f"{opened}{_text(line.text)}"
    yield from listed(map(_arrows, line.inside))
    yield "</li>"


def _text(said: str) -> str:
    return text(_arrows(said))


def _arrows(said: str) -> str:
    return said.replace(" -> ", " → ")
