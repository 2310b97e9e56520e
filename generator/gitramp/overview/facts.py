"""What was seen of a workspace: environments, their services and tracks, who answers whom, and what is wrong.

Owns these shapes: plain data that can be compared, so that what is alike in two environments is seen to be. Must not
know how it is found, nor how it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gitramp import repo
from gitramp.changes import Outcome
from gitramp.model import Environment, Service
from gitramp.pipeline.compare import Comparison
from gitramp.problem import Finding, Mark, Report, Severity
from gitramp.ramps.ahead import Ahead
from gitramp.ramps.standing import Stay


def identity(finding: Finding) -> tuple[str, Mark | None, str]:
    """Return what a finding is known by, whichever environments have it."""
    return finding.code.number, finding.mark, finding.message


@dataclass(frozen=True, slots=True)
class Way:
    """How requests for a host come in: `at services/public`, `in the mesh`; `via` is what a Gateway listens on.

    `inside` says that it is callers in the cluster who use it.
    """

    where: str
    host: str
    via: str = ""
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """Classes of requests, in words, that one after the other are answered alike; `rest` takes what no match picks."""

    words: tuple[str, ...]
    outcome: Outcome
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """Ways in that treat a service's requests alike, and its rules in the order in which they are tried."""

    ways: tuple[Way, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class TrackSeen:
    """A track: what runs, where, and what it is for the service, `stable`, `canary` or "".

    `mutual_tls` is what its main port demands: `STRICT`, `PERMISSIVE`, `DISABLE`, `none` outside of a mesh, "" where
    nothing is known.
    """

    name: str
    image: str
    namespace: str
    role: str
    mutual_tls: str
    pods: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a canary stands; `moved` says that the work tree gives it a position that no commit has."""

    stay: Stay | None
    ahead: Ahead | None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class ServiceSeen:
    """A service of one environment; without `flows` nobody knows who answers: errors keep it from being rendered."""

    service: Service
    tracks: tuple[TrackSeen, ...]
    flows: tuple[Flow, ...]
    standing: Standing | None = None

    @property
    def picture(self) -> tuple[tuple[TrackSeen, ...], tuple[Flow, ...], int]:
        """What is drawn of it: services of two environments that have it in common share one picture."""
        return self.tracks, self.flows, self.service.canary.mirror if self.service.canary else 0


@dataclass(frozen=True, slots=True)
class OwnRoute:
    """A VirtualService or HTTPRoute that no service has, and who answers what it takes."""

    name: str
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One environment.

    `environment` is None when errors keep its overlays from being built, and no commit has it without: `committed` says
    that HEAD has, and that all but `findings` is told as it is there. `drift` is None when nothing could be rendered
    that `rendered/` could be held against. `own` are routes among objects of one's own. `objects` and `tests` count
    what was rendered and which request tests passed.
    """

    name: str
    environment: Environment | None
    services: tuple[ServiceSeen, ...]
    findings: tuple[Finding, ...]
    drift: tuple[Finding, ...] | None
    own: tuple[OwnRoute, ...] = ()
    objects: int = 0
    tests: int = 0
    committed: bool = False

    @property
    def failed(self) -> bool:
        """Whether an error keeps it from being rendered."""
        return self.count(Severity.ERROR) > 0

    @property
    def canaries(self) -> tuple[ServiceSeen, ...]:
        """The services that have a canary."""
        return tuple(each for each in self.services if each.service.canary is not None)

    def count(self, severity: Severity) -> int:
        """Return how many findings are that bad."""
        return sum(finding.severity is severity for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Overview:
    """The environments at a commit, None for files that are in none; `edited` says that the overlays are not its own.

    `report` has each finding once, `gone` is drift of environments that no overlay renders any more. `against` is the
    commit from which the step was judged, "" for none. `touched` are rendered files that are not as committed.
    """

    environments: tuple[Seen, ...]
    commit: repo.Commit | None = None
    edited: bool = False
    report: Report = field(default_factory=Report)
    parities: tuple[Comparison, ...] = ()
    gone: tuple[Finding, ...] = ()
    against: str = ""
    verified_by: str = ""
    touched: frozenset[str] = frozenset()
