"""A few runs that are killed while they edit, commit or push; `make killed` kills two hundred."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from killed import ALL, ALONE, VERBS, Scene, faults, kill, scene

pytestmark = pytest.mark.usefixtures("identity")

POINTS = [
    (name, whom, share)
    for number, name in enumerate(("set", "advance", "push"))
    for whom, share in ((ALONE, 0.6 + number / 50), (ALL, 0.75 + number / 50), (ALONE, 0.9))
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene(tmp_path_factory.mktemp("killed"), {name for name, _, _ in POINTS})


@pytest.mark.parametrize(("name", "whom", "share"), POINTS)
def test_killed_run_leaves_old_or_new_and_the_next_one_finishes(
    stage: Scene, tmp_path: Path, name: str, whom: str, share: float
) -> None:
    place = tmp_path / "place"
    shutil.copytree(stage.template, place, symlinks=True)
    kill(place, VERBS[name], share * stage.seconds[name], whom)
    assert [fault for fault in faults(stage, place, name) if not fault.startswith("told:")] == []
