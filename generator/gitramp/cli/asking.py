"""The commands that answer a question: what a code or field is, what a line reaches, who answers a request.

Owns their names, arguments and help texts; what finds and tells the answer is imported when a command runs. Must not
know how an answer is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gitramp.cli.options import Directory, Format, Output, Quiet, Rating, console_of, names

if TYPE_CHECKING:
    from gitramp.cli.console import Console

app = typer.Typer(rich_markup_mode=None)


@app.command()
def explain(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="CODE|PATH", help="A code such as GR204, or a rendered file with a pointer: FILE:/spec/replicas."
        ),
    ],
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Explain a code, or which overlay lines made a rendered field."""
    from gitramp.cli import answers

    console = console_of(context, output, directory, quiet=quiet)
    return console.run(lambda c: answers.explain(c, target))


@app.command()
def impact(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="FILE:LINE", help="As environments/base.yaml:12.")],
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Say which rendered fields a line of an overlay reaches, in every environment."""
    from gitramp.cli import answers

    console = console_of(context, output, directory, quiet=quiet)
    return console.run(lambda c: answers.impact(c, target))


@app.command()
def codes(
    context: typer.Context,
    family: Annotated[str, typer.Option("--family", metavar="NAME", help="Only this family, such as traffic.")] = "",
    severity: Annotated[Rating | None, typer.Option("--severity", help="Only this severity.")] = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
) -> int:
    """List every code that a finding can have; `explain CODE` tells more."""
    from gitramp.cli import answers

    wanted = severity.value if severity else ""
    return console_of(context, output, None, quiet=quiet).run(lambda c: answers.codes(c, family, wanted))


@app.command()
def route(
    context: typer.Context,
    environment: Annotated[
        str,
        typer.Option("--environment", "-e", metavar="NAME", help="The environment to ask.", autocompletion=names),
    ],
    host: Annotated[str, typer.Option("--host", help="Host that is asked, with a port or without.")],
    target: Annotated[str, typer.Argument(metavar="[PATH]", help="Path that is asked, with its query.")] = "/",
    method: Annotated[str, typer.Option("--method", "-X", help="HTTP method.")] = "GET",
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", metavar="NAME=VALUE", help="A header; may be repeated.")
    ] = None,
    cookie: Annotated[
        list[str] | None, typer.Option("--cookie", metavar="NAME=VALUE", help="A cookie; may be repeated.")
    ] = None,
    gateway: Annotated[
        str,
        typer.Option(
            "--gateway",
            help="Way in: a gateway, or mesh. Default: one that lists the host, else mesh where it is known.",
        ),
    ] = "",
    from_namespace: Annotated[str, typer.Option("--from-namespace", help="Namespace of the calling pod.")] = "",
    from_label: Annotated[
        list[str] | None, typer.Option("--from-label", metavar="NAME=VALUE", help="A label of the calling pod.")
    ] = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Say which track answers a request, by which rule and overlay line; policies are not asked.

    What must stay so is said under `tests` in an overlay: every `validate` asks it.
    """
    from gitramp.cli import answers

    def run(console: Console) -> int:
        headers = (*answers.pairs(header, "header"), *(("cookie", text) for text in cookie or ()))
        labels = dict(answers.pairs(from_label, "label"))
        return answers.route(
            console, environment, answers.Query(host, target, method, headers, gateway, labels, from_namespace)
        )

    return console_of(context, output, directory, quiet=quiet).run(run)
