"""`gitramp canary`: the verbs of a ramp.

Owns their names, arguments and help texts; what each means is imported when it runs. Must not know what a verb sets.
"""

from __future__ import annotations

import functools
from typing import Annotated

import typer

from gitramp.cli import looking
from gitramp.cli.carried import Asked, Looked, carried_out
from gitramp.cli.options import Directory, Environments, Format, Output, Quiet, given

app = typer.Typer(
    name="canary",
    help="Start, advance, promote, abort and finish canaries; hold and release them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Services = Annotated[list[str], typer.Argument(metavar="SERVICE...", help="The services, as in the overlay.")]
Track = Annotated[str, typer.Option("--track", callback=given, help="The track, as v2.")]
Match = Annotated[
    list[str] | None,
    typer.Option("--match", metavar="YAML", help="Requests that always reach it: 'headers: {x-track: {exact: v2}}'."),
]

MatchOfOld = Annotated[
    list[str] | None,
    typer.Option(
        "--match",
        metavar="YAML",
        help="Requests that reach it, once it runs: of a new track use `canary set` after the start.",
    ),
]


@app.command()
@carried_out
def start(
    asked: Asked,
    services: Services,
    track: Track,
    image: Annotated[
        str, typer.Option("--image", metavar="REF", callback=given, help="Its image. Default: what the track has.")
    ] = "",
    match: MatchOfOld = None,
    steps: Annotated[
        str, typer.Option("--steps", metavar="LIST", callback=given, help="The plan's weights, as 1,5,25,100.")
    ] = "",
    bake: Annotated[
        str,
        typer.Option(
            "--bake",
            metavar="TIME",
            callback=given,
            help="How long each weight is kept: minutes, hours or days, as 30m; leave it out to try.",
        ),
    ] = "",
) -> int:
    """Bring a track up beside stable: no share of the traffic yet, but what matches."""
    from gitramp.cli import acting

    return acting.start(asked, services, track, image, match, (steps, bake))


@app.command("set")
@carried_out
def set_traffic(
    asked: Asked,
    services: Services,
    weight: Annotated[int | None, typer.Option("--weight", metavar="N", help="Percent of the requests.")] = None,
    match: Match = None,
    no_match: Annotated[bool, typer.Option("--no-match", help="Take all matches away.")] = False,
) -> int:
    """Set the canary's weight, or who always reaches it."""
    from gitramp.cli import acting

    return acting.set_traffic(asked, services, weight, match, no_match=no_match)


IfHealthy = Annotated[
    bool, typer.Option("--if-healthy", help="Only a canary that `canary.analysis` finds healthy; else 6.")
]
Prometheus = Annotated[
    str,
    typer.Option("--prometheus", metavar="URL", envvar="GITRAMP_PROMETHEUS", help="With --if-healthy: whom to ask."),
]
Whom = Annotated[
    str, typer.Option("--prometheus", metavar="URL", envvar="GITRAMP_PROMETHEUS", help="Whom to ask; needed.")
]
OrAbort = Annotated[bool, typer.Option("--or-abort", help="With --if-healthy: abort a canary whose metrics fail.")]


@app.command()
@functools.partial(carried_out, everywhere=True)
def advance(
    asked: Asked,
    services: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Default: each canary whose plan goes on.")
    ] = None,
    if_healthy: IfHealthy = False,
    prometheus: Prometheus = "",
    or_abort: OrAbort = False,
) -> int:
    """Go to the next step of the plan. What must wait says so, and is no failure."""
    from gitramp.cli import acting

    return acting.advance(asked, services or [], acting.Gate(if_healthy, prometheus, or_abort))


@app.command()
def check(
    context: typer.Context,
    services: Annotated[list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Default: all.")] = None,
    environment: Environments = None,
    prometheus: Whom = "",
    output: Format = Output.TEXT,
    quiet: Quiet = False,
    directory: Directory = None,
) -> int:
    """Ask the metrics whether canaries are healthy, and move nothing. Exit 6 for one that is not, or nobody knows."""
    from gitramp.cli import acting

    looked = Looked(context, environment, output, quiet, directory)
    return acting.check(looked, services or [], prometheus)


@app.command()
@functools.partial(
    carried_out,
    without=("dry_run", "branch", "pull_request", "expect_weight", "expect_image"),
    everywhere=True,
)
def run(
    asked: Asked,
    services: Annotated[list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Default: all canaries.")] = None,
    if_healthy: IfHealthy = False,
    prometheus: Prometheus = "",
    or_abort: OrAbort = False,
    promote: Annotated[bool, typer.Option("--promote", help="Promote at the end, after the bake time.")] = False,
    every: Annotated[int, typer.Option("--every", metavar="SECONDS", min=1, help="How often to look again.")] = 30,
    timeout: Annotated[int, typer.Option("--timeout", metavar="SECONDS", min=0, help="Give up then; 0 is never.")] = 0,
) -> int:
    """Advance, wait and check until the plan has ended. Stop it at any time: it starts again where Git is."""
    from gitramp.cli import acting, driving

    gate = acting.Gate(if_healthy, prometheus, or_abort)
    return driving.run(asked, services or [], gate, driving.Drive(promote, every, timeout))


@app.command()
@carried_out
def promote(asked: Asked, services: Services) -> int:
    """Make the canary stable. Nothing is renamed."""
    from gitramp.cli import acting

    return acting.promote(asked, services)


@app.command()
@carried_out
def abort(
    asked: Asked,
    services: Services,
    reason: Annotated[str, typer.Option("--reason", help="Why, for whoever starts it again.")] = "no reason given",
) -> int:
    """Take the canary out of the traffic. It stays out until somebody starts it again."""
    from gitramp.cli import acting

    return acting.abort(asked, services, reason)


@app.command()
@carried_out
def finish(
    asked: Asked,
    services: Services,
    track: Annotated[
        str, typer.Option("--track", callback=given, help="The track. Default: the only one that is not in use.")
    ] = "",
) -> int:
    """Retire the track that was replaced."""
    from gitramp.cli import acting

    return acting.finish(asked, services, track)


@app.command()
@carried_out
def hold(
    asked: Asked,
    services: Services,
    reason: Annotated[str, typer.Option("--reason", help="Why nobody may go on, for everybody who asks.")],
) -> int:
    """Stop every canary of a service where it is. Down is still free."""
    from gitramp.cli import acting

    return acting.hold(asked, services, reason)


@app.command()
@carried_out
def unhold(asked: Asked, services: Services) -> int:
    """Lift what holds a service."""
    from gitramp.cli import acting

    return acting.unhold(asked, services)


app.command("status")(looking.ramps)
