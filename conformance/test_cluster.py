"""A cluster with Istio accepts what gitramp calls good, and refuses what gitramp calls bad.

It needs Go, to build the programs once; see `binaries`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance import corpus, differences, places
from conformance.judges import Judges
from conformance.ledger import Ledger

OWN_KINDS = ("Backup ",)  # of the user: the schema of tests/cases/hatches is under its schemas/


def name_of(folder: Path) -> str:
    return folder.relative_to(corpus.ROOT).as_posix().removeprefix("tests/checks/")


@pytest.mark.parametrize("folder", corpus.rendered_folders(), ids=name_of)
def test_rendered_tree_is_accepted(folder: Path, both: Judges, ledger: Ledger) -> None:
    case = corpus.rendered_case(folder)
    ruling = ledger.enter(case, both.judge(case.documents))
    assert ruling.refusals == []
    assert [subject for subject in ruling.unknown if not subject.startswith(OWN_KINDS)] == []


def test_environments_at_random_are_accepted(both: Judges, ledger: Ledger) -> None:
    rulings = [ledger.enter(case, both.judge(case.documents)) for case in corpus.random_cases()]
    assert len(rulings) >= 200, "the gate refuses so many that the others say little"
    assert {ruling.case.name: ruling.refusals for ruling in rulings if ruling.refusals} == {}


@pytest.mark.parametrize("folder", corpus.good_fixtures(), ids=name_of)
def test_good_fixture_is_accepted(folder: Path, both: Judges, ledger: Ledger) -> None:
    for case in corpus.fixture_cases(folder):
        ruling = ledger.enter(case, both.judge(case.documents))
        assert ruling.refusals == []


@pytest.mark.parametrize("folder", corpus.bad_fixtures(), ids=name_of)
def test_bad_fixture_is_refused(folder: Path, both: Judges, ledger: Ledger) -> None:
    """Or its difference is listed; then it must not be refused, for the list would lie."""
    rulings = [ledger.enter(case, both.judge(case.documents)) for case in corpus.fixture_cases(folder)]
    agreed = not all(ruling.differs for ruling in rulings)
    code, fixture = folder.parent.name, name_of(folder)
    if fixture in differences.FIXTURES:
        assert not agreed
    elif not agreed:
        assert code in differences.CODES, "is the rule right? If so, say why in conformance/differences.py"
    elif rulings[0].refusals and (folder / "manifests").is_dir():
        ours = places.told(rulings[0].case.documents)
        assert places.agree(rulings[0].verdicts, ours), f"refused elsewhere than at {ours}: is something left out?"


def test_no_difference_is_listed_in_vain(ledger: Ledger) -> None:
    assert ledger.in_vain() == []
    fixtures = {name_of(folder) for folder in corpus.bad_fixtures()}
    assert sorted(differences.FIXTURES.keys() - fixtures) == []
    assert sorted(differences.CODES.keys() - {fixture.partition("/")[0] for fixture in fixtures}) == []
