"""What came of each case, kept until the report is written.

Owns `Ruling`, which is a case with its verdicts, and the ledger of them. Must not know how it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance import differences
from conformance.corpus import Case
from conformance.verdict import Verdict
from gitramp.pipeline import every_code
from gitramp.problem import Severity

OF_ALL = ("EnvoyFilter exposes internal implementation details",)
"""How warnings begin that every object of a kind gets, good or bad: they agree with no rule."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A case, and what was said of it."""

    case: Case
    verdicts: tuple[Verdict, ...]

    @property
    def refusals(self) -> list[Verdict]:
        """What was refused."""
        return [verdict for verdict in self.verdicts if verdict.refused]

    @property
    def unknown(self) -> list[str]:
        """Which objects are of a kind that nobody here has a definition of."""
        return [verdict.subject for verdict in self.verdicts if not verdict.known]

    @property
    def warned(self) -> bool:
        """Whether the cluster warns of what gitramp only warns of, too."""
        warning = self.case.code in every_code() and every_code()[self.case.code].severity is not Severity.ERROR
        told = (text for verdict in self.verdicts for text in verdict.warnings)
        return warning and not all(text.startswith(OF_ALL) for text in told)

    @property
    def differs(self) -> bool:
        """Whether gitramp and the cluster disagree."""
        return bool(self.refusals) if self.case.good else not (self.refusals or self.warned)


@dataclass(slots=True)
class Ledger:
    """The rulings of a run, in the order in which they came."""

    rulings: list[Ruling] = field(default_factory=list)

    def enter(self, case: Case, verdicts: Iterable[Verdict]) -> Ruling:
        """Keep a ruling."""
        ruling = Ruling(case, tuple(verdicts))
        self.rulings.append(ruling)
        return ruling

    def in_vain(self) -> list[str]:
        """Return the entries of differences without one, as far as their codes were asked."""
        bad = [ruling for ruling in self.rulings if not ruling.case.good]
        codes, fixtures = {r.case.code for r in bad}, {r.case.fixture for r in bad}
        differing = {name for r in bad if r.differs for name in (r.case.code, r.case.fixture)}
        asked = (codes & differences.CODES.keys()) | (fixtures & differences.FIXTURES.keys())
        return sorted(asked - differing)
