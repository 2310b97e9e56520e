"""A preview until somebody ends it: edits are followed, and where requests went is told.

Owns the loop, the signals and the table on the screen. Must not know how a preview works.
"""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from gitramp import report
from gitramp.cli.console import FINDINGS, Console
from gitramp.pipeline.preview import Place, Preview
from gitramp.problem import InputRejected, ToolError, UsageError
from gitramp.report.previews import agreements_text, counts_text, preview_text

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK, _TABLE = 0.1, 1.0
"""Seconds between two looks at the overlays, and between two tables."""


def check(console: Console, environment: str, port: int) -> int:
    """Ask every request class, and say whether Envoy and the evaluator agree."""
    with _ended_by_signals(), Preview(console.workspace(), environment, port) as preview:
        found = preview.check()
    text = agreements_text(found)
    if found.differ:
        return console.finish(FINDINGS, notice=text, agreement=found)
    return console.finish(0, text, agreement=found)


def follow(console: Console, environment: str, port: int) -> int:
    """Show an environment, follow its overlays, and tell where requests go, until a signal ends it."""
    with _ended_by_signals(), Preview(console.workspace(), environment, port) as preview:
        gc.freeze()
        gc.enable()  # this run is not short, and what it has read stays
        console.say(preview_text(preview))
        screen = _Screen(console)
        try:
            _watch(console, preview, screen)
        except KeyboardInterrupt:
            screen.tell(preview.counts(), at_last=True)
            raise


def _watch(console: Console, preview: Preview, screen: _Screen) -> NoReturn:
    written = False
    while True:
        time.sleep(_LOOK)
        preview.ensure_alive()
        if preview.edited():
            written = True  # and maybe not to its end: it is read when a look later it is still the same
        elif written:
            written = False
            screen.forget()
            _follow(console, preview)
        screen.tell(preview.counts())


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Have what ends a program end it as Ctrl-C does: with everything cleaned up."""
    known = {each: signal.signal(each, _interrupted) for each in _SIGNALS}
    interrupted = False
    try:
        yield
    except KeyboardInterrupt:
        interrupted = True  # and another one is ignored until the process has ended
        raise
    finally:
        if not interrupted:
            for each, before in known.items():
                signal.signal(each, before)


def _interrupted(*_: object) -> None:
    for each in _SIGNALS:  # a second Ctrl-C would leave an Envoy behind
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _follow(console: Console, preview: Preview) -> None:
    """Show an edit, or say why the routes stay as they are."""
    gc.disable()  # as for every run that is short
    try:
        changed = preview.refresh()
    except InputRejected as rejected:
        console.remark(
            f"{report.findings_text(rejected.report, console.style)}not valid: the routes stay as they were\n"
        )
    except (ToolError, UsageError) as error:  # Envoy does not take them, or the file is away while a branch is switched
        said = report.tool_text(error) if isinstance(error, ToolError) else f"error {error}\n"
        console.remark(f"{said}the routes stay as they were\n")
    else:
        console.say("edited: the new routes are live\n" if changed else "edited: the routes are the same\n")
    gc.enable()


@dataclass(slots=True)
class _Screen:
    """The table of where requests went: redrawn in its place on a terminal, else said anew when it has changed."""

    console: Console
    shown: dict[Place, int] | None = None
    lines: int = 0
    at: float = 0.0

    def forget(self) -> None:
        """Leave what is on the screen where it is: something else is written below."""
        self.lines = 0

    def tell(self, counts: dict[Place, int], *, at_last: bool = False) -> None:
        """Write the table when it has changed and is not too new, or it is the last one."""
        now = time.monotonic()
        if not counts or counts == self.shown or (now - self.at < _TABLE and not at_last):
            return
        text = counts_text(counts)
        up = f"\x1b[{self.lines}A\x1b[J" if self.lines and sys.stdout.isatty() else ""
        self.console.say(f"{up}{text}" if sys.stdout.isatty() else f"{text}\n")
        self.shown, self.lines, self.at = counts, text.count("\n"), now
