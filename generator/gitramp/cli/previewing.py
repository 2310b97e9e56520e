"""`gitramp preview`: an environment's routes in a real Envoy on this machine.

Owns its name, options and help text; what runs it is imported when it runs. Must not know how a preview works.
"""

from __future__ import annotations

from typing import Annotated

import typer

from gitramp.cli.options import Directory, Format, Output, Quiet, console_of, names

app = typer.Typer(rich_markup_mode=None)


@app.command()
def preview(
    context: typer.Context,
    environment: Annotated[
        str,
        typer.Option("--environment", "-e", metavar="NAME", help="The environment to show.", autocompletion=names),
    ],
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Ask every request class, then end; exit 1 when Envoy and the evaluator disagree."
        ),
    ] = False,
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", min=1, max=65535, help="The local port. Default: a free one.")
    ] = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Show an environment's routes in a real Envoy on this machine, with a back end for each track.

    It prints what to type, counts where requests go, and follows edits of the overlays until it is interrupted.
    """
    if output not in {Output.TEXT, Output.JSON} or (output is Output.JSON and not check):
        raise typer.BadParameter("a preview speaks text; with --check also json", param_hint="--output")
    from gitramp.cli import following

    console = console_of(context, output, directory, quiet=quiet)
    if check:
        return console.run(lambda c: following.check(c, environment, port or 0))
    return console.run(lambda c: following.follow(c, environment, port or 0))
