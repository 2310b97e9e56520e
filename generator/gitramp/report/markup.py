"""Texts as pages hold them: nothing that a user wrote is markup, steers the page, or shows a secret.

Owns escaping, and the plain shapes that pages are made of. Must not know any page.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from gitramp.report.source_lines import printable
from gitramp.secrets import without_secrets


@functools.lru_cache(maxsize=1 << 16)  # environments say the same
def visible(said: str) -> str:
    """Return a text as people see it: without secrets, and with control and bidirectional characters written out."""
    return printable(without_secrets(said))


@functools.lru_cache(maxsize=1 << 16)
def text(said: str) -> str:
    """Write a text between tags or within quotes."""
    return escape(visible(said))


def code(said: str) -> str:
    """Write what stands in files as such."""
    return f"<code>{text(said)}</code>"


def marked(said: str) -> str:
    """Write a message: what stands between two backticks as code, a backtick alone as it is."""
    parts = said.split("`")
    if len(parts) % 2 == 0:
        return text(said)
    return "".join(code(part) if number % 2 else text(part) for number, part in enumerate(parts))


def listed(texts: Iterable[str]) -> Iterator[str]:
    """Yield a list of texts; nothing for none."""
    items = [f"<li>{text(said)}</li>" for said in texts]
    if items:
        yield from ("<ul>", *items, "</ul>")


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "") -> Iterator[str]:
    """Yield a table whose cells are markup already; the first of each row names it.

    Roles are said because a narrow page lays rows out as blocks, which takes a table's meaning away from some readers.
    """
    yield f'<table role="table" class="{kind or "plain"}">\n<caption>{text(caption)}</caption>'
    columns = "".join(f'<th role="columnheader" scope="col">{text(name)}</th>' for name in head)
    yield f'<thead role="rowgroup"><tr role="row">{columns}</tr></thead>\n<tbody role="rowgroup">'
    for first, *others in rows:
        cells = "".join(
            f'<td role="cell" data-of="{text(name)}">{cell}</td>' for name, cell in zip(head[1:], others, strict=True)
        )
        yield f'<tr role="row"><th role="rowheader" scope="row">{first}</th>{cells}</tr>'
    yield "</tbody>\n</table>"
