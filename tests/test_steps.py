"""Rules over steps: each code has pairs of revisions that have it and no other, and pairs a hair's breadth away."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import steps
from gitramp.pipeline import build, every_code
from gitramp.problem import Finding
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId
from gitramp.source import Snapshot
from gitramp.steps import immutable

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
    # What is no step may leave a hole as well while it is applied; tests/orders/ is about that.
    assert {f.code.number for f in found if f.code.family == "steps"} == {fixture.partition("/")[0]}
    assert {f.code.family for f in found} <= {"steps", "order of application"}, [f.message for f in found]
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


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6)
STEPS_OF_FIELDS = {step for names in immutable.FIELDS.values() for name in names for step in name.split(".")}
KEYS = st.sampled_from(sorted(STEPS_OF_FIELDS | {"annotations", "containers", "data", "env", "image", "metadata"}))
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
NAMED = [name.split("/") for name in (*immutable.FIELDS, "/ConfigMap")]
KINDS = st.sampled_from([GroupVersionKind(group, "v1", kind) for group, kind in NAMED])
OVERLAY = b"""apiVersion: gitramp/v1alpha1
kind: Environment
services:
  search:
    port: 8080
    tracks:
      v1: {image: "ghcr.io/acme/search:1.4.2"}
      v2: {image: "ghcr.io/acme/search:1.5.0"}
    stable: v1
    canary: {track: v2, weight: 5}
"""
ENVIRONMENT = build(Snapshot({"environments/production.yaml": OVERLAY}))[0].environment
OWNERS = st.sampled_from([("services", "search", "tracks", track) for track in ("v1", "v2")])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(KINDS, OWNERS, *[st.dictionaries(KEYS, TREES, max_size=4)] * 2), max_size=4))
def test_rules_over_steps_raise_on_nothing(drawn: list[tuple[Any, ...]]) -> None:
    sides = [
        ManifestSet.of(
            Manifest(ResourceId(gvk, "a", f"n{i}"), bodies[side], {}, owner, "search")
            for i, (gvk, owner, *bodies) in enumerate(drawn)
        )
        for side in (0, 1)
    ]
    change = steps.Change((steps.Step(ENVIRONMENT, sides[1], ENVIRONMENT, sides[0]),))
    for _, code, breach in steps.judge(change):
        assert code.number.startswith("GR5")
        assert breach.message
        assert "\n" not in breach.message
