"""The error boundary: one run of the command line, and the exit code it ends with.

Owns that nothing ends as a bare traceback and that every stream takes what is said. Must not know any command.
"""

from __future__ import annotations

import io
import os
import sys
import traceback

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


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _prepare_streams()
    try:
        status = app(prog_name="gitramp", standalone_mode=False)
    except TyperException as error:
        error.show()  # type: ignore[attr-defined]
        status = getattr(error, "exit_code", 2)
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
