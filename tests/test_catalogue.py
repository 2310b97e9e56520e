"""The catalogue: documented, with an example that is current, and no number of it is ever used for anything else."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gitramp import checks
from gitramp.pipeline import catalogue, entries, entry, every_code
from gitramp.pipeline.entries import EXAMPLES
from gitramp.problem import FAMILIES, UsageError

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = dict(line.split(" ", 1) for line in (ROOT / "tests" / "codes.txt").read_text().splitlines())

REUSED = (
    "a title changed: when only its words did, change the line in tests/codes.txt by hand; when its meaning did, give "
    "it a number of its own and name the old one in RETIRED of pipeline/catalogue.py"
)


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Numbers.


def test_no_number_disappears_and_none_changes_its_meaning() -> None:
    """Better words for the same are written into tests/codes.txt by hand; another meaning is another code."""
    known = {code.number: code.title for code in every_code().values()}
    changed = {n: title for n, title in PUBLISHED.items() if n not in catalogue.RETIRED and known.get(n) != title}
    assert changed == {}, REUSED


def test_every_number_is_published() -> None:
    assert set(every_code()) <= set(PUBLISHED), "run `make reference`"
    assert list(PUBLISHED) == sorted(PUBLISHED)


def test_retired_number_is_no_code_and_was_published() -> None:
    assert set(catalogue.RETIRED) & set(every_code()) == set()
    assert set(catalogue.RETIRED) <= set(PUBLISHED)


def test_list_of_published_numbers_only_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writing = script("write_codes")
    monkeypatch.setattr(writing, "PUBLISHED", tmp_path / "codes.txt")
    (tmp_path / "codes.txt").write_text("GR113 what it meant\nGR204 another meaning\n")
    lines = writing.published().splitlines()
    assert "GR113 what it meant" in lines
    assert "GR204 another meaning" in lines
    assert len(lines) == len(every_code()) + 1


def test_asking_for_a_retired_number_says_what_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "RETIRED", {"GR113": "GR120 tells the same"})
    with pytest.raises(UsageError, match="GR113 is retired: GR120 tells the same"):
        entry("GR113")


# Pages and examples.


def test_page_is_what_the_catalogue_gives() -> None:
    written = script("write_codes").page()
    assert (ROOT / "docs" / "codes.md").read_text() == written, "run `make reference`"
    assert re.findall(r"^### (GR\d+)", written, re.MULTILINE) == list(every_code())
    anchors = re.findall(r'<a id="([^"]+)">', written)
    assert sorted(anchors) == sorted(set(anchors))
    assert set(re.findall(r"\]\(#([^)]+)\)", written)) == set(anchors)
    assert len(written) < 500_000, "GitHub shows no larger page: show less of each code"


def test_examples_are_what_the_fixtures_give() -> None:
    assert script("write_examples").text() == EXAMPLES.read_text(), "run `make reference`"


def test_examples_stay_small() -> None:
    assert EXAMPLES.stat().st_size < 600_000


def test_every_code_with_a_fixture_of_text_has_an_example() -> None:
    writing = script("write_examples")
    shown = {
        path.parent.name
        for path in (ROOT / "tests" / "checks").glob("*/bad*")
        if writing._files(path) and ((path / "environments").is_dir() or (path / "manifests").is_dir())
    }
    assert shown - {each.code.number for each in entries() if each.example} == set()


def test_example_shows_its_code_and_no_secret() -> None:
    for each in entries():
        if each.example:
            assert f" {each.code.number} " in each.example.finding.splitlines()[0]
            assert not each.code.unseen or "(not shown: it may hold a secret)" in each.example.finding


# What is told.


def test_file_of_a_rule_begins_with_its_number() -> None:
    for rule in checks.rules():
        assert re.match(rf"{rule.code}: ", __import__(rule.find.__module__, fromlist=["RULE"]).__doc__ or "")


def test_entry_states_the_rule_in_a_sentence() -> None:
    assert entry("GR205").what == "A host belongs to one service of the environment."
    assert entry("GR204").what == "A canary weight that is no whole number from 0 to 100."
    assert all(re.fullmatch(r"[A-Z`0-9].*\.", each.what) for each in entries())


def test_entries_are_chosen_by_family_and_severity() -> None:
    chosen = entries("kube", "warning")
    assert chosen
    assert {(each.code.family, each.code.severity.value) for each in chosen} == {("Kubernetes", "warning")}
    with pytest.raises(UsageError, match="the families are reading, overlay and references"):
        entries("nope")


def test_ranges_of_families_are_those_of_contributing() -> None:
    numbers = script("write_codes").numbers
    assert [numbers(name) for name in ("reading", "Kubernetes", "steps", "Istio objects")] == [
        "GR000 to GR099",
        "GR300 to GR379",
        "GR510 to GR549",
        "GR900 to GR999",
    ]
    page = (ROOT / "CONTRIBUTING.md").read_text()
    assert [name for _, name in FAMILIES if name not in page.replace("\n", " ")] == []


def test_codes_are_listed_by_the_command(gitramp: Any, tmp_path: Path) -> None:
    listed = gitramp("codes", "--family", "trust", "--severity", "error", "-o", "json", cwd=tmp_path)
    known: list[Mapping[str, Any]] = json.loads(listed.stdout)["codes"]
    assert known
    assert {(each["family"], each["severity"]) for each in known} == {("trust", "error")}
    assert gitramp("codes", "--family", "nope", cwd=tmp_path).returncode == 2
