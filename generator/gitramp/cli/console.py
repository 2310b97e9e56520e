"""Where a command speaks: results to stdout, progress to stderr, and every failure in one place.

Owns how results and failures are said; what is nobody's fault but ours goes up to `main`. Must not know any command.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitramp import report
from gitramp.pipeline import Judged, Outcome
from gitramp.problem import NOTHING_WRITTEN, GitrampError, InputRejected, Report, ToolError, UsageError
from gitramp.secrets import without_secrets
from gitramp.source import show
from gitramp.workspace import ENVIRONMENTS, Workspace

FINDINGS = 1
_ASKING = frozenset(
    {
        "canary check",
        "diff",
        "explain",
        "history",
        "impact",
        "parity",
        "plan",
        "preview",
        "report",
        "route",
        "status",
        "validate",
    }
)
"""Commands that write nothing to begin with."""
_FROM_THE_TOP = frozenset({"github", "sarif", "gitlab"})


@dataclass(frozen=True, slots=True)
class Console:
    """How one run of a command speaks and where it works."""

    command: str
    output: str = "text"
    quiet: bool = False
    directory: Path | None = None
    strict: bool = False
    """Whether warnings fail a run, too."""

    def verdict(self, findings: Report) -> int:
        """Return the exit code for what was found."""
        return FINDINGS if findings.failed or (self.strict and findings.warned) else 0

    @property
    def style(self) -> report.Style:
        """Colour for a terminal that wants it (https://no-color.org)."""
        wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return report.Style(colour=wanted)

    def workspace(self) -> Workspace:
        """Find the workspace: the folder, or the nearest above it, that holds `environments/`."""
        try:
            start = (self.directory or Path.cwd()).absolute()
            if not start.is_dir():
                raise UsageError(f"there is no folder {show(str(self.directory))}")
            for folder in (start, *start.parents):
                if (folder / ENVIRONMENTS).is_dir():
                    return Workspace(folder.resolve())
        except OSError as error:
            where = f"the folder {show(str(self.directory))}" if self.directory else "the current folder"
            raise UsageError(f"{where} cannot be looked into: {error.strerror}") from None
        raise UsageError(f"there is no {ENVIRONMENTS}/ in {start} or above it; name the workspace with -C DIR")

    def workspace_or_folder(self) -> Workspace:
        """Find the workspace, or take the folder for one: what needs no overlay works anywhere."""
        try:
            return self.workspace()
        except UsageError:
            return Workspace((self.directory or Path.cwd()).absolute())

    def diff(self, exit_code: int, diff: str, findings: Report) -> int:
        """Write a diff alone to stdout, so that it can be piped on; findings go to stderr. Return the exit code."""
        self._clear_progress()
        sys.stderr.write(report.findings_text(findings.said(without_secrets), report.Style()))
        _say(diff)
        return exit_code

    def finish(
        self, exit_code: int, text: str = "", findings: Report | None = None, *, notice: str = "", **parts: Any
    ) -> int:
        """Write the result in the wanted format; return the exit code. A notice is said even when quiet."""
        self._clear_progress()
        found = Report() if findings is None else findings  # one without findings may hold what is allowed
        found, text = found.said(without_secrets), without_secrets(text)
        if self.output == "json":
            from gitramp.report.machine import envelope  # noqa: PLC0415  it knows the results of all commands

            _say(envelope(self.command, exit_code, findings=found, **parts))
            return exit_code
        told = report.Told(self.command, exit_code, self._as_wanted(found), _environments(**parts))
        if self.output in report.DOCUMENTS:
            _say(report.DOCUMENTS[self.output](told))
            sys.stderr.write(notice)
            return exit_code
        shown = notice if self.quiet else text + notice
        if self.output == "github":
            _say(report.annotate(told.report) + report.harmless(shown))
            if findings is not None:
                _summarize(report.step_summary(told, text))
        else:
            _say(report.findings_text(told.report, self.style) + shown)
        return exit_code

    def _as_wanted(self, findings: Report) -> Report:
        """Give findings the paths that a format wants: those who show a repository look for files from its top."""
        if self.output not in _FROM_THE_TOP:
            return findings
        try:
            root = self.workspace().root
        except UsageError:
            root = Path.cwd()
        top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
        return findings.below("" if root == top else root.relative_to(top).as_posix())

    def progress(self) -> Callable[[str], None]:
        """Return a teller of progress: one line on a terminal, once a run takes longer than a second."""
        if self.quiet or not sys.stderr.isatty():
            return lambda _: None
        started = time.monotonic()

        def tell(step: str) -> None:
            if time.monotonic() - started > 1:
                sys.stderr.write(f"\r\x1b[K{step}...")
                sys.stderr.flush()

        return tell

    def run(self, action: Callable[[Console], int]) -> int:
        """Run a command; turn the failures that are no bug into words and an exit code."""
        gc.disable()  # a run is short and keeps what it makes: collecting 10^6 live nodes costs a third of it
        try:
            return action(self)
        except GitrampError as error:
            return self._failed(error)
        finally:
            self._clear_progress()

    def say(self, text: str) -> None:
        """Write a part of the result at once, for a command that goes on; other formats have only the end."""
        self._clear_progress()
        if self.output == "text" and not self.quiet:
            _say(without_secrets(text))

    def remark(self, text: str) -> None:
        """Write what is no result to stderr."""
        self._clear_progress()
        if not self.quiet:
            sys.stderr.write(without_secrets(text))
            sys.stderr.flush()

    def bar(self, text: str) -> None:
        """Show on a terminal how long something still takes."""
        if not self.quiet and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def _clear_progress(self) -> None:
        if sys.stderr.isatty() and not self.quiet:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _would(self, said: str) -> bool:
        """Whether a sentence makes sense here: who only asks has no need to hear that nothing was written."""
        return said != NOTHING_WRITTEN or self.command not in _ASKING

    def _failed(self, error: GitrampError) -> int:
        if isinstance(error, InputRejected):
            said = [report.tally(error.report), *([error.said] if self._would(error.said) else ())]
            text = f"{'; '.join(said)}\n" if self.output == "text" else ""
            return self.finish(error.exit_code, text, error.report)
        self._clear_progress()
        fault = error if isinstance(error, ToolError) else str(error)
        if self.output == "json":
            return self.finish(error.exit_code, error=fault)
        sys.stderr.write(report.tool_text(error) if isinstance(error, ToolError) else _refusal(self.command, error))
        if self.output in {"sarif", "junit"}:  # an empty list of GitLab's would say that all is well
            _say(report.DOCUMENTS[self.output](report.Told(self.command, error.exit_code, Report(), fault=fault)))
        return error.exit_code


def _say(text: str) -> None:
    if text:
        sys.stdout.write(text)
        sys.stdout.flush()


def _refusal(command: str, error: GitrampError) -> str:
    return f"gitramp {command}: {error}\n"


def _environments(outcome: Outcome | None = None, judged: Judged | None = None, **_: Any) -> tuple[str, ...]:
    """Name what a command has looked at."""
    return tuple(built.name for built in outcome.built) if outcome else ("manifests",) if judged else ()


def _summarize(summary: str) -> None:
    """Add to the summary of a step of GitHub Actions, when this is one. The verdict does not depend on it."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(summary)
    except OSError as error:
        sys.stderr.write(f"the step's summary cannot be written: {error.strerror}\n")
