"""What is judged: one environment before and after, the moment, and what its history says of it.

Owns the nouns and the shapes of rules. All that a rule may know is in them, clock and history included, so the stage
is pure. Must not know any rule, nor where revisions come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gitramp.model import Environment, Service
from gitramp.problem import Code
from gitramp.resource import Breach, ManifestSet


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when a canary has had its weight, in Unix seconds, and the commit that gave it."""

    since: int
    commit: str


@dataclass(frozen=True, slots=True)
class Approvals:
    """Who approved the commits of a step, each as `Name <address>`, and who wrote them."""

    by: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One environment of two revisions; `before` is None when there was none.

    `moment` is when the step is made, in Unix seconds. `standing` holds, for services whose canary grows, since when
    it has had the weight it comes from; a service of which that is not known is missing. `stable_before` holds, for
    services whose stable track changes, the last track that was stable before the one they come from, with its image.
    `approvals` is None while the step is in no commit.
    """

    after: Environment
    new: ManifestSet
    before: Environment | None = None
    old: ManifestSet = field(default_factory=lambda: ManifestSet(()))
    moment: int = 0
    standing: Mapping[str, Standing] = field(default_factory=dict)
    stable_before: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)
    approvals: Approvals | None = None

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.after.name

    def services(self) -> Iterator[tuple[Service, Service]]:
        """Yield the services that both revisions have, before and after."""
        past = self.before.services if self.before is not None else {}
        yield from ((past[name], service) for name, service in self.after.services.items() if name in past)


@dataclass(frozen=True, slots=True)
class Change:
    """All environments together: the steps of those that change, and each of them as it was and as it is.

    Environments that did not change, or are new, are in `past` or `present` alone as far as they are known. `gone` are
    those that are rendered no more, as they were; `moment` is when that is, in Unix seconds.
    """

    steps: tuple[Step, ...]
    past: Mapping[str, Environment] = field(default_factory=dict)
    present: Mapping[str, Environment] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    gone: Mapping[str, Environment] = field(default_factory=dict)
    moment: int = 0


@dataclass(frozen=True, slots=True)
class StepRule:
    """A rule over the step of one environment; a breach without an object points into the overlay as it is after."""

    code: Code
    find: Callable[[Step], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """A rule over the steps of all environments; each breach goes with the environment that it points into."""

    code: Code
    find: Callable[[Change], Iterator[tuple[str, Breach]]]


Rule = StepRule | ChangeRule


def clock(moment: int) -> str:
    """Write a moment as people read it, in UTC."""
    try:
        return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"{moment} s"


def lasting(seconds: int) -> str:
    """Write a time as people read it: `25 min`, `1 h 5 min`, `2 d`."""
    if 0 <= seconds < 60:
        return f"{seconds} s"
    days, rest = divmod(seconds, 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    said = [f"{number} {unit}" for number, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if number]
    return " ".join(said)
