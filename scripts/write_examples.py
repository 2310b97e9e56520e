"""Write `generator/gitramp/pipeline/examples.json`: for each code, what has it, the finding, and what mends it.

Owns which of the fixtures in `tests/checks/`, `tests/steps/` and `tests/orders/` is the clearest, and how two revisions
are read. The wheel has no tests, so `gitramp explain` reads this file instead. Must not know any code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from difflib import ndiff
from pathlib import Path
from typing import Any

import yaml

from gitramp import checks, foreign, ordering, overlays, steps
from gitramp.pipeline import Built, build, every_code, unused
from gitramp.pipeline.build import located
from gitramp.pipeline.entries import EXAMPLES, Example
from gitramp.problem import InputRejected, Report
from gitramp.report import Style, findings_text

CHECKS = Path(__file__).resolve().parents[1] / "tests" / "checks"
STEPS = CHECKS.with_name("steps")
ORDERS = CHECKS.with_name("orders")
_NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
_TODAY = date(2026, 7, 1)  # as for the tests of allowances
_LONGEST = 45  # lines of an example
_WIDEST = 200  # characters of a line
_MENDED = 16  # lines of a difference


def examples() -> dict[str, Example]:
    """Return the example of each code that has a fixture with text in it."""
    found = {number: _example(number) for number in every_code()}
    return {number: example for number, example in found.items() if example}


def text() -> str:
    """Return the file: a line a code, so that two branches with new codes merge."""
    lines = [f"{json.dumps(number)}: {json.dumps(asdict(each))}" for number, each in examples().items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _example(number: str) -> Example | None:
    """Return the first fixture that is short and has a short way out, or else the first that is one of both."""
    known = [(path, files, _mended(path, files)) for path in _fixtures(number) if (files := _files(path))]
    if not known:
        return None
    path, files, mended = max(known, key=lambda each: 2 * _is_short(each[1]) + bool(each[2]))
    finding = _finding(path, number)
    return Example(files if _is_short(files) else {}, finding, mended) if finding else None


def _fixtures(number: str) -> list[Path]:
    return sorted(path for folder in (CHECKS, STEPS, ORDERS) for path in (folder / number).glob("bad*"))


def _is_short(files: Mapping[str, str]) -> bool:
    return sum(len(content.splitlines()) for content in files.values()) <= _LONGEST


def _files(folder: Path) -> Mapping[str, str]:
    """Return the files of a fixture, nothing when they are no text that can be shown."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    try:
        files = {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in paths}
    except UnicodeDecodeError:
        return {}
    lines = [line for content in files.values() for line in content.splitlines()]
    return files if all(line.isprintable() and len(line) <= _WIDEST for line in lines) else {}


def _mended(bad: Path, files: Mapping[str, str]) -> str:
    """Return the lines that a good fixture takes away and puts in, nothing when there are too many."""
    own = bad.with_name(bad.name.replace("bad", "good", 1))
    good = _files(own if own.is_dir() else bad.with_name("good"))
    if not good:
        return ""
    lines: list[str] = []
    for path in sorted(files.keys() | good.keys()):
        changed = [line.rstrip() for line in _changed(files.get(path, ""), good.get(path, ""))]
        lines += [f"# {path}", *changed] if changed and len(files.keys() | good.keys()) > 1 else changed
    return "\n".join([*lines, ""]) if 0 < len(lines) <= _MENDED else ""


def _changed(before: str, after: str) -> Iterator[str]:
    return (line for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "-+")


def _finding(folder: Path, number: str) -> str:
    """Return the first finding of the code as people see it."""
    report = _report(folder)
    found = next((f for f in report if f.code.number == number), None)
    return findings_text(Report.of([found], report.sources), Style()) if found else ""


def pair(folder: Path) -> Report:
    """Judge the step between the two revisions of a fixture, with the times, history and approvals it tells of."""
    told = folder / "step.yaml"
    about = (yaml.safe_load(told.read_text(encoding="utf-8")) or {}) if told.exists() else {}
    taken = overlays.snapshot(folder / "head")
    before, after = ({one.name: one for one in build(overlays.snapshot(folder / side))} for side in ("base", "head"))
    both = [name for name in after if name in before and before[name].values.plain() != after[name].values.plain()]
    change = steps.Change(
        tuple(_step(before[name], after[name], about) for name in both),
        {name: one.environment for name, one in before.items()},
        {name: one.environment for name, one in after.items()},
        frozenset(after),
    )
    ways = ((name, *told) for name in both for told in ordering.find(before[name].manifests, after[name].manifests))
    every = (*steps.judge(change), *ways)
    found = [located([(code, breach)], after[name].values) for name, code, breach in every]
    return Report.of((finding for each in found for finding in each), taken.files)


def _step(before: Built, after: Built, about: Mapping[str, Any]) -> steps.Step:
    approvals = about.get("approvals")
    standing = about.get("standing", {}).get(after.name, {})
    stable = about.get("stableBefore", {}).get(after.name, {})
    return steps.Step(
        after.environment,
        after.manifests,
        before.environment,
        before.manifests,
        int(about.get("moment", _NOON).timestamp()),
        {name: steps.Standing(int(said["since"].timestamp()), said["commit"]) for name, said in standing.items()},
        {name: tuple(said) if said else None for name, said in stable.items()},
        approvals and steps.Approvals(tuple(approvals["by"]), tuple(approvals["authors"])),
    )


def _report(folder: Path) -> Report:
    if (folder / "base").is_dir():
        return pair(folder)
    if (folder / "manifests").is_dir():
        taken = foreign.snapshot(folder, ".")
        documents = foreign.read(taken, ".")
        manifests = foreign.objects(documents, "default")
        return Report.of(located(checks.check_manifests(manifests), documents.values), taken.files)
    taken = overlays.snapshot(folder)
    try:
        built = build(taken, today=_TODAY)
    except InputRejected as rejected:
        return rejected.report
    return Report.of([*(f for one in built for f in one.findings), *unused(built)], taken.files)


if __name__ == "__main__":
    EXAMPLES.write_text(text(), encoding="utf-8")
