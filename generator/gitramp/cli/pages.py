"""What `gitramp report` does: look at everything, write one page, an exit code.

Owns how a page comes to its place. Imported only when the command runs. Must not know option names.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from gitramp.cli.console import Console
from gitramp.overview import overview
from gitramp.pipeline.codes import PAGE_UNWRITTEN
from gitramp.problem import ToolError
from gitramp.report.page import overview_page, standing
from gitramp.source import show
from gitramp.workspace import Workspace

STREAM = "-"


def report(console: Console, names: list[str] | None, to: str, title: str) -> int:
    """Write everything as one page; what is found is in it, so that it is written whatever is found."""
    if to != STREAM:
        _refuse_kept(console.workspace(), to)
    found = overview(console.workspace(), names or (), console.progress())
    page = overview_page(found, title)
    if to == STREAM:
        return console.finish(0, notice=page)
    _write(Path(to), page)
    return console.finish(0, f"Wrote {show(to, 200)}: {standing(found)}\n")


def _refuse_kept(workspace: Workspace, to: str) -> None:
    """Refuse a page in the place of overlays, of what is rendered from them, of Git's own files."""
    if to.endswith(os.sep):
        raise ToolError(PAGE_UNWRITTEN, f"{show(to, 200)} is the name of a folder")
    place = Path(os.path.realpath(to))
    kept = (workspace.environments, workspace.rendered, workspace.state)
    inside = next((each.name for each in kept if place.is_relative_to(os.path.realpath(each))), "")
    if inside or ".git" in place.parts:
        raise ToolError(PAGE_UNWRITTEN, f"{show(to, 200)} is in {inside or '.git'}/, which holds no pages")


def _write(target: Path, page: str) -> None:
    """Put a page in its place at once: who loads it meanwhile gets the one before, never half of this.

    A link stays one, and what is no file, as a pipe, is written to.
    """
    try:
        place = target.resolve()
        if place.exists() and not place.is_file():
            place.write_text(page, encoding="utf-8", newline="\n")
            return
        passing = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        try:
            passing.write_text(page, encoding="utf-8", newline="\n")
            passing.replace(place)
        finally:
            passing.unlink(missing_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise ToolError(PAGE_UNWRITTEN, f"{show(str(target), 200)} cannot be written: {why}") from None
