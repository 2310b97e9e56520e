"""The error boundary: one run of the command line, and the exit code it ends with.

Owns that nothing ends as a bare traceback and that every stream takes what is said. Must not know any command.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from gitramp import __version__, secrets
from gitramp.cli.app import app

BUG, MACHINE, INTERRUPT = 3, 4, 130
_ISSUES = "https://github.com/gitramp/gitramp/issues"


def _bug_text() -> str:
    return (
        f"{secrets.masked(traceback.format_exc(), secrets.named(os.environ))}\n"
        f"This is a bug in gitramp {__version__} (Python {sys.version.split()[0]}), not a fault of yours.\n"
        f"Please report it with the lines above: {_ISSUES}\n"
    )


def _prepare_streams() -> None:
    """Make streams that take every word: one that the caller closed is None, and not every terminal has Unicode."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _usage(error: TyperException) -> int:
    """Say what is wrong with the command line itself; to a program that asked for JSON, in its envelope."""
    status: int = getattr(error, "exit_code", 2)
    if not _wants_json(sys.argv):
        error.show()  # type: ignore[attr-defined]
        return status
    from gitramp.problem import Report  # noqa: PLC0415  only here
    from gitramp.report.machine import envelope  # noqa: PLC0415

    context = getattr(error, "ctx", None)
    command = context.command_path.removeprefix("gitramp").strip() if context else ""
    said = error.format_message()
    sys.stdout.write(envelope(command, status, findings=Report(), error=" ".join(said.split())))
    return status


def _wants_json(argv: Sequence[str]) -> bool:
    """Whether a command line that cannot be read asks for JSON all the same."""
    pairs = zip(argv, [*argv[1:], ""], strict=True)
    return any(
        word in {"-ojson", "--output=json"} or (word in {"-o", "--output"} and then == "json") for word, then in pairs
    )


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _prepare_streams()
    try:
        status = app(prog_name="gitramp", standalone_mode=False)
    except TyperException as error:
        status = _usage(error)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("interrupted\n")
        status = INTERRUPT
    except OSError as error:  # what the disk or the reader of our words refuses is no fault of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries again when it ends
        if not isinstance(error, BrokenPipeError):  # as of `head`: there is nobody left to tell
            sys.stderr.write(f"gitramp: the machine refuses: {error}\n")
        status = MACHINE
    except Exception:  # noqa: BLE001  what nothing below has told is our bug, and says so
        sys.stderr.write(_bug_text())
        status = BUG
    sys.exit(status or 0)
