"""Rules over steps: each code has pairs of revisions that have it and no other, and pairs a hair's breadth away."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from gitramp import steps
from gitramp.pipeline import every_code
from gitramp.problem import Finding

STEPS = Path(__file__).parent / "steps"
RULES = Path(steps.__file__).parent
FIXTURES = sorted(path.relative_to(STEPS).as_posix() for path in STEPS.glob("*/*") if path.is_dir())
BAD = [fixture for fixture in FIXTURES if "/bad" in fixture]
GOOD = [fixture for fixture in FIXTURES if "/good" in fixture]


def findings(folder: Path) -> list[Finding]:
    """Return what is found between the two revisions of a fixture, as the examples of the catalogue are."""
    spec = importlib.util.spec_from_file_location("write_examples", STEPS.parents[1] / "scripts" / "write_examples.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.pair(folder))


@pytest.mark.parametrize("fixture", BAD)
def test_bad_step_triggers_exactly_its_code(fixture: str) -> None:
    found = findings(STEPS / fixture)
    assert {f.code.number for f in found} == {fixture.partition("/")[0]}, [f.message for f in found]
    for finding in found:
        assert finding.mark is not None
        lines = (STEPS / fixture / "head" / finding.mark.path).read_text().split("\n")
        assert 1 <= finding.mark.line <= len(lines)
        assert 1 <= finding.mark.column <= len(lines[finding.mark.line - 1]) + 1
        assert "\n" not in finding.message
        assert finding.advice
        assert not finding.advice.endswith(".")


@pytest.mark.parametrize("fixture", GOOD)
def test_good_step_triggers_nothing(fixture: str) -> None:
    assert [f"{f.code} {f.message}" for f in findings(STEPS / fixture)] == []


@pytest.mark.parametrize("number", [rule.code.number for rule in steps.rules()])
def test_code_of_a_step_has_a_bad_and_a_good_one(number: str) -> None:
    assert any(fixture.startswith(f"{number}/bad") for fixture in BAD)
    assert any(fixture.startswith(f"{number}/good") for fixture in GOOD)
    assert "GR510" <= number < "GR550"


def test_no_pair_is_left_of_a_code_that_is_gone() -> None:
    assert {fixture.partition("/")[0] for fixture in FIXTURES} <= set(every_code())


def test_file_of_a_rule_over_steps_carries_its_number() -> None:
    for rule in steps.rules():
        assert rule.find.__module__.rpartition(".")[2].startswith(f"{rule.code.number.lower()}_")
    assert len(steps.rules()) == len(list(RULES.glob("gr*.py")))
