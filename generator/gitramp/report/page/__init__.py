"""`gitramp report`: all environments on one page, for whoever opens it, on whatever device, without a network.

Owns the order of its parts. Must not know any part.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import __version__
from gitramp.overview import Overview
from gitramp.report.look import frame
from gitramp.report.markup import text
from gitramp.report.page.canaries import canaries
from gitramp.report.page.services import services
from gitramp.report.page.style import STYLE
from gitramp.report.page.summary import environments, header, standing
from gitramp.report.page.troubles import drift, findings, parity

__all__ = ["overview_page", "standing"]

_PARTS = (
    ("environments", "Environments"),
    ("canaries", "Canaries"),
    ("services", "Services"),
    ("findings", "Findings"),
    ("drift", "Drift"),
    ("parity", "Parity"),
)


def overview_page(overview: Overview, title: str = "") -> str:
    """Write everything as one page: the same overview gives the same bytes."""
    title = title or "Releases"
    return "\n".join(line for line in frame(title, STYLE, _body(overview, title)) if line) + "\n"


def _body(overview: Overview, title: str) -> Iterator[str]:
    yield from header(overview, title)
    yield '<nav aria-label="Parts of this page"><ul>'
    has_services = any(each.services or each.own for each in overview.environments)
    yield from (f'<li><a href="#{at}">{name}</a></li>' for at, name in _PARTS if at != "services" or has_services)
    yield "</ul></nav>\n<main>"
    for part in (environments, canaries, services, findings, drift, parity):
        yield from part(overview)
    yield "</main>"
    yield f"<footer><p>Written by gitramp {text(__version__)} from the overlays of a work tree.</p></footer>"
