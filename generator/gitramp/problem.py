"""What can be wrong, and how it is told: places, codes, findings, and the exceptions with their exit codes.

Owns the words in which every stage reports. Must not know any stage, YAML, Git or the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import ClassVar, NamedTuple


class Mark(NamedTuple):
    """A place in a file of the workspace; `line` and `column` count from 1, in characters."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def below(self, folder: str) -> Mark:
        """Return the place with its path in a folder."""
        return self._replace(path=f"{folder}/{self.path}")


class Severity(StrEnum):
    """How bad a finding is; only an error fails a run."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_WORST_FIRST = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding: a stable number and its documentation, written once and never reused.

    The number's range is its `family`. `unseen` says that the value may be a secret: no report shows the line it is in.
    """

    number: str
    title: str
    why: str
    remedy: str
    severity: Severity = Severity.ERROR
    source: str = ""
    unseen: bool = False

    def __str__(self) -> str:
        return self.number

    @property
    def family(self) -> str:
        """What the code is about, by the range of its number."""
        number = int(self.number.removeprefix("GR"))
        return next(name for first, name in FAMILIES if number >= first)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every code; `final` are the numbers of those that stay errors, `unallowed` of those that no comment allows."""

    codes: Mapping[str, Code]
    final: frozenset[str]
    unallowed: frozenset[str]

    def nearest(self, number: str) -> str:
        """Name the code that was probably meant, as advice; "" when none is near."""
        near = get_close_matches(number.upper(), self.codes, n=1)
        return f"did you mean {near[0]}, {self.codes[near[0]].title}?" if near else ""


FAMILIES = (
    (900, "Istio objects"),
    (800, "Git and tools"),
    (700, "the rendered tree"),
    (600, "schemas"),
    (550, "order of application"),
    (510, "steps"),
    (500, "delivery"),
    (400, "trust"),
    (380, "security posture"),
    (300, "Kubernetes"),
    (200, "traffic"),
    (160, "policy"),
    (150, "parity"),
    (130, "allowances"),
    (100, "overlay and references"),
    (0, "reading"),
)
"""The first number of each family's range, and its name; the last range first."""


class Related(NamedTuple):
    """Another place that a finding is about: the rendered field, the policy, the other environment."""

    mark: Mark
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person must mend: what, where and how.

    `mark` is the place in an overlay, None while nobody knows it; `subject` names the object it is about; `related`
    are further places; `rated` is the severity that a policy gives the code, None for the code's own.
    """

    code: Code
    message: str
    mark: Mark | None = None
    remedy: str = ""
    subject: str = ""
    related: tuple[Related, ...] = ()
    rated: Severity | None = None

    @property
    def severity(self) -> Severity:
        """How bad this finding is."""
        return self.rated or self.code.severity

    @property
    def advice(self) -> str:
        """The remedy for this finding, or the general one of its code."""
        return self.remedy or self.code.remedy

    def below(self, folder: str) -> Finding:
        """Return the finding with its paths in a folder."""
        related = tuple(other._replace(mark=other.mark.below(folder)) for other in self.related)
        return replace(self, mark=self.mark and self.mark.below(folder), related=related)

    def said(self, how: Callable[[str], str]) -> Finding:
        """Return the finding in other words: `how` is asked about each text of it."""
        related = tuple(other._replace(message=how(other.message)) for other in self.related)
        message, remedy, subject = how(self.message), how(self.remedy), how(self.subject)
        return replace(self, message=message, remedy=remedy, subject=subject, related=related)

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order for people: by file and line, findings without a place last."""
        path, line, column = self.mark or ("~", 0, 0)
        return (path, line, column, self.code.number, self.message)


class Allowed(NamedTuple):
    """A finding that a comment at `mark` allows, for a reason and until a day, if it says one."""

    finding: Finding
    mark: Mark
    reason: str
    until: date | None

    def sort_key(self) -> tuple[Mark, tuple[str, int, int, str, str]]:
        """Order for people: by comment."""
        return (self.mark, self.finding.sort_key())


@dataclass(frozen=True, slots=True)
class Report:
    """Findings, each once, in the order people read them, and those that comments allow.

    `sources` are the files they are about, as they were read.
    """

    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    allowed: tuple[Allowed, ...] = ()

    @classmethod
    def of(
        cls,
        findings: Iterable[Finding],
        sources: Mapping[str, bytes] | None = None,
        allowed: Iterable[Allowed] = (),
    ) -> Report:
        """Sort findings and drop repetitions: one bad line in a Layer is told once, not once an environment.

        Where the environments' policies rate it differently, the worst counts.
        """
        unique: dict[tuple[str, Mark | None, str, str], Finding] = {}
        for finding in findings:
            known = (finding.code.number, finding.mark, finding.message, "" if finding.mark else finding.subject)
            other = unique.setdefault(known, finding)
            unique[known] = min(finding, other, key=lambda each: _WORST_FIRST.index(each.severity))
        once = {(each.mark, each.finding.code.number, each.finding.message): each for each in allowed}
        in_order = tuple(sorted(once.values(), key=Allowed.sort_key))
        return cls(tuple(sorted(unique.values(), key=Finding.sort_key)), sources or {}, in_order)

    def below(self, folder: str) -> Report:
        """Return the report with paths from further up: `folder` is where those of this one begin, "" for nowhere."""
        if not folder:
            return self
        sources = {f"{folder}/{path}": content for path, content in self.sources.items()}
        allowed = tuple(
            each._replace(finding=each.finding.below(folder), mark=each.mark.below(folder)) for each in self.allowed
        )
        return Report(tuple(finding.below(folder) for finding in self.findings), sources, allowed)

    def said(self, how: Callable[[str], str]) -> Report:
        """Return the report in other words: `how` is asked about each text of each finding."""
        allowed = tuple(each._replace(finding=each.finding.said(how), reason=how(each.reason)) for each in self.allowed)
        return Report(tuple(finding.said(how) for finding in self.findings), self.sources, allowed)

    def plus(self, findings: Iterable[Finding]) -> Report:
        """Return the report with more findings."""
        return Report.of([*self.findings, *findings], self.sources, self.allowed)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(f.severity is Severity.ERROR for f in self.findings)

    @property
    def warned(self) -> bool:
        """Whether any finding is a warning."""
        return any(f.severity is Severity.WARNING for f in self.findings)


NOTHING_WRITTEN = "nothing was written"
"""What a refused run says, where it would have written."""


class GitrampError(Exception):
    """Any end of a run that is not a result; carries the exit code the command line returns."""

    exit_code: ClassVar[int] = 3


class InputRejected(GitrampError):
    """The user's files cannot be used; the report says where and why, `said` what else there is to tell."""

    exit_code = 1

    def __init__(self, report: Report, said: str = NOTHING_WRITTEN) -> None:
        super().__init__(f"{len(report)} findings")
        self.report = report
        self.said = said

    def over(self, sources: Mapping[str, bytes]) -> InputRejected:
        """Return the same with the files that the findings are about."""
        return InputRejected(replace(self.report, sources=sources), self.said)


class UsageError(GitrampError):
    """The command line names something that is not there."""

    exit_code = 2


class Superseded(GitrampError):
    """The repository is not, or not any more, as the command was told to expect it; nothing was written."""

    exit_code = 5


class Unhealthy(GitrampError):
    """The metrics of a canary are bad, or tell nothing, so that it does not go on."""

    exit_code = 6


class NotAtEnd(GitrampError):
    """A loop has run out of the time that it was given, with nothing wrong."""

    exit_code = 7


@dataclass
class ToolError(GitrampError):
    """The machine around us failed: a tool, the disk, the repository; `remedy` is the next step."""

    exit_code = 4

    code: Code
    message: str
    remedy: str = ""
    details: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.code} {self.message}"


class RepoError(ToolError):
    """Git refused, or the repository is in a state in which a commit would lose something."""
