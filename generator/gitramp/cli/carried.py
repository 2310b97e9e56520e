"""The options of every command that carries an intent out, said once.

Owns their names and help texts, and that each such command takes all of them. Must not know any verb.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gitramp.cli.options import ApprovedBy, Directory, Environments, Format, Output, Quiet, Targets, console_of, given

if TYPE_CHECKING:
    from gitramp.cli.console import Console

DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Write nothing; show the overlays' diff, the rendered diff, and what traffic does."),
]
Commit = Annotated[bool, typer.Option("--commit", help="Commit the edit and what it renders to.")]
Push = Annotated[
    bool, typer.Option("--push", help="Commit on top of the remote's branch and push; the work tree is not touched.")
]
Remote = Annotated[
    str,
    typer.Option(
        "--remote", metavar="NAME", callback=given, help="With --push: the remote. Default: the upstream's, or origin."
    ),
]
Base = Annotated[
    str,
    typer.Option(
        "--base", metavar="BRANCH", callback=given, help="With --push: the branch. Default: the upstream's, or HEAD's."
    ),
]
Branch = Annotated[
    str,
    typer.Option(
        "--branch", metavar="NAME", callback=given, help="Push to this branch, from which a pull request can be made."
    ),
]
PullRequest = Annotated[
    bool, typer.Option("--pull-request", help="With --branch: print the request's text, and how to open it.")
]
CoAuthors = Annotated[
    list[str] | None,
    typer.Option("--co-author", metavar="PERSON", help="Co-author of the commit: 'Ada <ada@example.com>'."),
]
Author = Annotated[
    str,
    typer.Option(
        "--author", metavar="PERSON", callback=given, help="Author of the commit. Default: as git is configured."
    ),
]
Sign = Annotated[
    bool | None, typer.Option("--sign/--no-sign", help="Sign the commit, or not. Default: as git is configured.")
]
ExpectWeight = Annotated[
    int | None,
    typer.Option("--expect-weight", metavar="N", help="Do nothing, exit 5, unless the canary has this weight."),
]
ExpectImage = Annotated[
    str | None,
    typer.Option("--expect-image", metavar="REF", callback=given, help="Do nothing, exit 5, unless this is its image."),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a command shall carry an intent out, and where it speaks."""

    context: typer.Context
    environment: Environments = None
    dry_run: DryRun = False
    commit: Commit = False
    push: Push = False
    remote: Remote = ""
    base: Base = ""
    branch: Branch = ""
    pull_request: PullRequest = False
    approved_by: ApprovedBy = None
    co_author: CoAuthors = None
    author: Author = ""
    sign: Sign = None
    expect_weight: ExpectWeight = None
    expect_image: ExpectImage = None
    output: Format = Output.TEXT
    quiet: Quiet = False
    directory: Directory = None

    @property
    def console(self) -> Console:
        """Where the command speaks."""
        return console_of(self.context, self.output, self.directory, quiet=self.quiet)


@dataclass(frozen=True, slots=True)
class Looked:
    """Where a command that changes nothing looks and speaks."""

    context: typer.Context
    environment: Environments = None
    output: Format = Output.TEXT
    quiet: Quiet = False
    directory: Directory = None

    @property
    def console(self) -> Console:
        """Where the command speaks."""
        return console_of(self.context, self.output, self.directory, quiet=self.quiet)


def carried_out(
    command: Callable[..., int], without: Collection[str] = (), *, everywhere: bool = False
) -> Callable[..., int]:
    """Give a command, whose first parameter is `asked`, the options of `Asked` beside its own, but for some.

    `everywhere` says that it means all environments where none is named.
    """
    _, *own = inspect.signature(command, eval_str=True).parameters.values()
    shared = [p for p in inspect.signature(Asked, eval_str=True).parameters.values() if p.name not in without]
    if not everywhere:
        shared = [p.replace(annotation=Targets) if p.name == "environment" else p for p in shared]
    names = frozenset(field.name for field in fields(Asked))

    @functools.wraps(command)
    def run(**said: Any) -> int:
        _refuse_bytes(said.values())
        asked = Asked(**{name: value for name, value in said.items() if name in names})
        own = {name: value for name, value in said.items() if name not in names}
        return asked.console.run(lambda _: command(asked, **own))

    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *shared)]
    run.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _refuse_bytes(values: Iterable[Any]) -> None:
    """Refuse what is no text: it could be written to no overlay and no message."""
    texts = [text for value in values for text in (value if isinstance(value, list) else [value])]
    for text in texts:
        if isinstance(text, str) and any("\ud800" <= letter <= "\udfff" for letter in text):  # Python passes bytes so
            raise typer.BadParameter(f"{text!a} is not UTF-8 text")
