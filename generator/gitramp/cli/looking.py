"""`gitramp status` and `gitramp history`: how services stand, and how they came there.

Owns their names, arguments and help texts; what finds and tells the result is imported when a command runs. Must not
know how history is read.
"""

from __future__ import annotations

from typing import Annotated

import typer

from gitramp.cli.options import Directory, Environments, Format, Output, Quiet, console_of, named, names

app = typer.Typer(rich_markup_mode=None)

Services = Annotated[
    list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Only these services. Default: all.")
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="REV", callback=named, help="As of this revision. Default: HEAD."),
]


@app.command()
def status(
    context: typer.Context,
    service: Services = None,
    environment: Environments = None,
    ramps: Annotated[bool, typer.Option("--ramps", help="Only services that have a canary.")] = False,
    at: At = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Say how services stand: stable, canary, step and its age, holds, what comes next and when, who moved it last.

    What is committed is told: edits on the disk are in no cluster yet.
    """
    from gitramp.cli import answers

    console = console_of(context, output, directory, quiet=quiet)
    return console.run(lambda c: answers.status(c, service, environment, at, ramps=ramps))


def ramps(
    context: typer.Context,
    service: Services = None,
    environment: Environments = None,
    at: At = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Say how canaries stand: step and its age, holds, what comes next and when, who moved them last."""
    from gitramp.cli import answers

    console = console_of(context, output, directory, quiet=quiet)
    return console.run(lambda c: answers.status(c, service, environment, at, ramps=True))


@app.command()
def history(
    context: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="The service, as in the overlay.")],
    environment: Annotated[
        str,
        typer.Option("--environment", "-e", metavar="NAME", help="The environment to ask.", autocompletion=names),
    ],
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="The newest N commits of them.")] = 20,
    at: At = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Read a service's ramp out of Git, newest first: what changed for its traffic, when, by whom, who approved.

    A merge is one step, as it is for the step rules: what it brought in counts from the day it came.
    """
    from gitramp.cli import answers

    console = console_of(context, output, directory, quiet=quiet)
    return console.run(lambda c: answers.history(c, service, environment, at, limit))
