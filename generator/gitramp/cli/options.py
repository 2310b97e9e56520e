"""The options that several commands take, as Typer reads them.

Owns their names and help texts. Must not know any command.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gitramp.cli.console import Console


class Output(StrEnum):
    """The formats of results."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"
    GITLAB = "gitlab"


class Rating(StrEnum):
    """The severities of codes."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class CI(StrEnum):
    """Whose pipelines `init` writes."""

    GITHUB = "github"
    GITLAB = "gitlab"


def names(incomplete: str) -> list[str]:
    """Complete the name of an overlay, by the files alone: a shell waits for this."""
    return sorted(path.stem for path in Path("environments").glob("*.yaml") if path.stem.startswith(incomplete))


def named(revision: str | None) -> str | None:
    """Refuse a revision without a name: a variable that is empty must not turn the gate off."""
    if revision == "":
        raise typer.BadParameter("the revision is empty, as of a variable that is not set")
    return revision


def given(context: typer.Context, parameter: typer.CallbackParam, value: str | None) -> str | None:
    """Refuse an option that is there without a value: a variable that is empty must not mean the default."""
    source = context.get_parameter_source(str(parameter.name))
    if value == "" and source is not None and source.name == "COMMANDLINE":
        raise typer.BadParameter("the value is empty, as of a variable that is not set; leave the option out instead")
    return value


Environments = Annotated[
    list[str] | None,
    typer.Option(
        "--environment",
        "-e",
        metavar="NAME",
        help="Only this environment; may be repeated. Default: all.",
        autocompletion=names,
    ),
]
Targets = Annotated[
    list[str] | None,
    typer.Option(
        "--environment",
        "-e",
        metavar="NAME",
        help="The environment. Required where there are several; may be repeated.",
        autocompletion=names,
    ),
]
Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="REV",
        callback=named,
        help="Judge the step from this revision, where HEAD left it: skipped or hasty steps are refused.",
    ),
]
NoSteps = Annotated[bool, typer.Option("--no-steps", help="Judge no step, only the overlays as they are.")]
Format = Annotated[Output, typer.Option("--output", "-o", help="Format of the result on stdout.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Judge anew what an earlier run found sound, too.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print findings and errors only.")]
Directory = Annotated[
    Path | None,
    typer.Option("-C", metavar="DIR", help="Work in DIR, or the nearest folder above it with environments/."),
]
Tree = Annotated[
    str | None,
    typer.Option(
        "--tree", metavar="PATH", help="Judge the manifests in a folder or file, whoever wrote them; - reads stdin."
    ),
]
Kubernetes = Annotated[
    str,
    typer.Option("--kubernetes", metavar="VERSION", help="With --tree: version of the cluster. Default: the newest."),
]
Istio = Annotated[
    str, typer.Option("--istio", metavar="VERSION", help="With --tree: version of the mesh. Default: the newest.")
]
Namespace = Annotated[
    str, typer.Option("--namespace", "-n", help="With --tree: where objects go that say no namespace.")
]
ApprovedBy = Annotated[
    list[str] | None,
    typer.Option(
        "--approved-by", metavar="PERSON", help="Who agreed to the step, for the message: 'Ada <ada@example.com>'."
    ),
]


def console_of(
    context: typer.Context, output: StrEnum, directory: Path | None, *, quiet: bool, strict: bool = False
) -> Console:
    """Return where a command speaks; what that takes is imported when one runs."""
    from gitramp.cli.console import Console

    name = context.command_path.removeprefix("gitramp ")
    return Console(name, output.value, quiet, directory or context.obj, strict)
