"""What the tests share: the judges, started once, and the ledger, from which the report is written at the end.

Owns when they start and when the report is written: after a run of everything that found nothing wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance import corpus, judges, report
from conformance.ledger import Ledger
from conformance.routing import Routing

LEDGER, ROUTING = Ledger(), Routing()
DEFINITIONS: list[int] = []


@pytest.fixture(scope="session")
def both() -> Iterator[judges.Judges]:
    """Yield the API server and istiod's webhook."""
    with judges.running() as started:
        DEFINITIONS.append(started.definitions)
        yield started


@pytest.fixture(scope="session")
def ledger() -> Ledger:
    """Return what keeps the rulings of this run."""
    return LEDGER


@pytest.fixture(scope="session")
def routing() -> Routing:
    """Return what keeps the answers to requests of this run."""
    return ROUTING


def pytest_sessionfinish(exitstatus: int) -> None:
    """Write the report, unless something failed or was left out."""
    judged = {ruling.case.fixture for ruling in LEDGER.rulings}
    drawn = any(ruling.case.drawn for ruling in LEDGER.rulings)
    asked = ROUTING.whole(len(corpus.environments()))
    if exitstatus == 0 and drawn and asked and judged >= corpus.everything():
        report.write(LEDGER.rulings, ROUTING, *DEFINITIONS)
