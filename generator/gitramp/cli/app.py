"""The commands: what they are called, what they take, and which pipeline function they run.

Owns names, options and help texts. Must not know how a result is found or formatted; what does is
imported when a command runs, not before: `--help` answers in the time that Typer takes.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated

import typer

from gitramp import __version__
from gitramp.cli import asking, canary, looking, previewing, reviewing
from gitramp.cli.carried import Asked, carried_out
from gitramp.cli.options import (
    CI,
    Against,
    ApprovedBy,
    Directory,
    Environments,
    Format,
    Fresh,
    Istio,
    Kubernetes,
    Namespace,
    NoSteps,
    Output,
    Quiet,
    Tree,
    console_of,
    given,
    named,
    names,
)

app = typer.Typer(
    name="gitramp",
    help="One YAML edit becomes a reviewed, validated, committed Istio canary release.",
    epilog="Exit codes: 0 clean, 1 findings or drift, 2 usage, 3 a bug of gitramp, 4 a tool or the repository, "
    "5 superseded, 6 unhealthy or inconclusive, 7 not at its end in time, 130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,  # importing rich costs 46 ms of every start
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:  # noqa: FBT001  Typer calls it with the option's value
    if wanted:
        typer.echo(f"gitramp {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    directory: Directory = None,
    version: Annotated[  # noqa: ARG001  the callback does the work
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before the command."""
    context.obj = directory


@app.command()
def render(
    context: typer.Context,
    environment: Environments = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when rendered/ is not what the overlays render to.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; print what would change as a unified diff.")
    ] = False,
    fail_if_changed: Annotated[
        bool, typer.Option("--fail-if-changed", help="Exit 1 when files were written; for hooks.")
    ] = False,
    fresh: Fresh = False,
    against: Against = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Write what the overlays render to. It is merged, expanded and validated first."""
    from gitramp.cli import commands

    console = console_of(context, output, directory, quiet=quiet)
    origin = commands.From(against, off=against is None)
    if check or diff:
        return console.run(lambda c: commands.preview(c, environment, origin, check=check, diff=diff, fresh=fresh))
    return console.run(lambda c: commands.render(c, environment, origin, fail_if_changed=fail_if_changed, fresh=fresh))


@app.command()
def validate(
    context: typer.Context,
    environment: Environments = None,
    drift: Annotated[bool, typer.Option("--drift/--no-drift", help="Also demand that rendered/ is up to date.")] = True,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings, too.")] = False,
    fresh: Fresh = False,
    against: Against = None,
    no_steps: NoSteps = False,
    tree: Tree = None,
    kubernetes: Kubernetes = "",
    istio: Istio = "",
    namespace: Namespace = "default",
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Check everything, write nothing: overlays, objects, requests, the step to them, and that rendered/ is current.

    Requests are those of `tests`, and those that a canary is about: they must reach whom they are meant for.

    The step is judged from where HEAD left the main branch; on the main branch, from HEAD for edits that are in no
    commit, else from the commit before.
    """
    from gitramp.cli import commands

    console = console_of(context, output, directory, quiet=quiet, strict=strict)
    if tree is not None and environment:
        raise typer.BadParameter("a tree has no environments; leave out --environment or --tree")
    if tree is not None:
        return console.run(lambda c: commands.validate_tree(c, tree, kubernetes, istio, namespace))
    origin = commands.From(against, off=no_steps)
    return console.run(lambda c: commands.preview(c, environment, origin, check=drift, diff=False, fresh=fresh))


@app.command()
def commit(
    context: typer.Context,
    environments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ENVIRONMENT]...", help="What to commit. Default: all.", autocompletion=names),
    ] = None,
    environment: Environments = None,
    approved_by: ApprovedBy = None,
    against: Against = None,
    no_steps: NoSteps = False,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Commit the overlays and what they render to. Nothing else goes along. The step is judged from HEAD."""
    from gitramp.cli import commands

    console = console_of(context, output, directory, quiet=quiet)
    names = [*(environments or ()), *(environment or ())]
    origin = commands.From(against, off=no_steps, approved=tuple(approved_by or ()))
    return console.run(lambda c: commands.commit(c, names, origin))


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder of the new repository.")] = Path(),
    name: Annotated[str, typer.Option("--name", metavar="SERVICE", help="What its first service is called.")] = "web",
    ci: Annotated[CI | None, typer.Option("--ci", help="Also write pipelines for this host.")] = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Make the files of a new repository: environments, rendered and valid, hooks, editor settings, CI.

    No file that is there is touched, and no Git repository made: `git init` is yours.
    """
    from gitramp.cli import commands

    console = console_of(context, output, directory, quiet=quiet)
    return console.run(lambda c: commands.init(c, folder, name, ci.value if ci else ""))


app.add_typer(canary.app)


@app.command("set")
@carried_out
def set_value(
    asked: Asked,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="The service, as in the overlay.")],
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The key below it, dotted: canary.weight, tracks.v2.image.")
    ],
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help="The new value: one text, number or truth value; null removes.")
    ],
) -> int:
    """Set one value of a service. Comments stay, and nothing invalid is written."""
    from gitramp.cli import acting

    return acting.set_value(asked, service, key, value)


@app.command()
@functools.partial(carried_out, everywhere=True)
def release(
    asked: Asked,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="The service, as in the overlay.")],
    track: Annotated[str, typer.Option("--track", callback=given, help="The track, as v2.")],
    image: Annotated[str, typer.Option("--image", metavar="REF", callback=given, help="Its new image.")],
) -> int:
    """Give a track a new image: in the environments that are named, else wherever overlays say it."""
    from gitramp.cli import acting

    return acting.release(asked, service, track, image)


@app.command()
def parity(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="A", help="An environment.", autocompletion=names)],
    other: Annotated[str, typer.Argument(metavar="B", help="The one it is held against.", autocompletion=names)],
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Say in what two environments differ, with both lines."""
    from gitramp.cli import commands

    return console_of(context, output, directory, quiet=quiet).run(lambda c: commands.parity(c, one, other))


@app.command()
def plan(
    context: typer.Context,
    environment: Environments = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="REV",
            callback=named,
            help="Plan the way from this revision, where HEAD left it. Default: where `validate` judges a step from.",
        ),
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="DIR", help="Write the overlays of each commit to DIR/1, DIR/2...")
    ] = None,
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Say whether the edits may be applied in any order, and into which commits to split them when not."""
    from gitramp.cli import commands

    console = console_of(context, output, directory, quiet=quiet)
    return console.run(lambda c: commands.plan(c, environment, against, write))


app.add_typer(asking.app)
app.add_typer(looking.app)
app.add_typer(reviewing.app)
app.add_typer(previewing.app)
