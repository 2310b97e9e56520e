"""`gitramp diff`: what a change does, for those who review it.

Owns its name, options and help text; what finds and tells the result is imported when it runs. Must not know how two
states are compared.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from gitramp.cli.options import Directory, Environments, Quiet, console_of, named

app = typer.Typer(rich_markup_mode=None)


class Review(StrEnum):
    """The formats of a review."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


@app.command()
def diff(
    context: typer.Context,
    environment: Environments = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="REV",
            callback=named,
            help="Compare with this revision, where HEAD left it. Default: where `validate` judges a step from.",
        ),
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 when anything differs.")] = False,
    output: Annotated[Review, typer.Option("--output", "-o", help="Format of the result on stdout.")] = Review.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Say what a change does: to requests, to pods, to who may call whom, and which overlay lines cause it.

    The revision's overlays are rendered in memory; no file is touched. Nothing is validated: that is `validate`.
    """
    from gitramp.cli import answers

    console = console_of(context, output, directory, quiet=quiet)
    return console.run(lambda c: answers.diff(c, environment, against, fail_if_different=exit_code))
