"""`gitramp diff` and `gitramp report`: what a change does, and how everything stands, for those who look at it.

Owns their names, options and help texts; what finds and tells the result is imported when one runs. Must not know how
states are compared.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from gitramp.cli.options import Directory, Environments, Quiet, console_of, given, named

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


@app.command()
def report(
    context: typer.Context,
    environment: Environments = None,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", callback=given, help="The file to write; - is stdout."),
    ] = "-",
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", callback=given, help="The page's heading. Default: Releases.")
    ] = "",
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Write one HTML page about all environments: traffic as pictures, ramps, findings, drift, parity.

    The page is a single file that needs no network and no script. What stands in the work tree is looked at as
    `validate` does, and findings are part of the page: exit 0 says that it is written, not that all is well.
    """
    from gitramp.cli import pages

    console = console_of(context, Review.TEXT, directory, quiet=quiet)
    return console.run(lambda c: pages.report(c, environment, output, title))
