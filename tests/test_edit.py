"""`gitramp set`: one value changes, the rest of the file stays, and nothing invalid is written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gitramp import overlays
from gitramp.problem import ToolError
from gitramp.workspace import Workspace

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def test_command_edits_the_environment_and_keeps_the_comments(example: Path, gitramp: Gitramp) -> None:
    before = (example / "environments" / "production.yaml").read_text()
    done = gitramp("set", "search", "canary.weight", "25", "-e", "production", cwd=example)
    assert done.returncode == 0, done.stderr
    assert "+      weight: 25" in done.stdout
    assert (example / "environments" / "production.yaml").read_text() == before.replace("weight: 10", "weight: 25")


def test_null_stops_what_a_key_would_inherit(example: Path, gitramp: Gitramp) -> None:
    assert gitramp("set", "catalog", "podDisruptionBudget", "null", "-e", "production", cwd=example).returncode == 0
    assert "    podDisruptionBudget: null\n" in (example / "environments" / "production.yaml").read_text()


def test_refused_edit_says_whose_lines_it_tells(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("set", "search", "canary.weight", "300", "-e", "production", cwd=example)
    assert done.returncode == 1
    assert "nothing was written; lines are those of the file with the edit in it" in done.stdout


def test_value_lands_in_the_file_of_the_service_where_there_is_one(tmp_path: Path, gitramp: Gitramp) -> None:
    shutil.copytree(Path(__file__).parent / "cases" / "service-files" / "environments", tmp_path / "environments")
    assert gitramp("set", "search", "replicas", "3", "-e", "staging").returncode == 0
    assert (tmp_path / "environments" / "staging" / "services" / "search.yaml").read_text() == "replicas: 3\n"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("canary.weight", "110", "error GR204"),
        ("canary.wieght", "25", "did you mean `weight`?"),
        ("canary.track", "v9", "error GR201"),
        ("canary.weight.deep", "1", "is not a mapping"),
    ],
)
def test_nothing_invalid_is_written(example: Path, gitramp: Gitramp, key: str, value: str, said: str) -> None:
    before = (example / "environments" / "production.yaml").read_bytes()
    done = gitramp("set", "search", key, value, "-e", "production", cwd=example)
    assert done.returncode in {1, 2}
    assert said in done.stdout + done.stderr
    assert (example / "environments" / "production.yaml").read_bytes() == before
    assert not list((example / "environments").glob(".*"))


def test_tag_that_reads_as_a_number_is_taken_as_text(example: Path, gitramp: Gitramp) -> None:
    assert gitramp("set", "search", "env.VERSION", "1.10", "-e", "dev", cwd=example).returncode == 0
    assert 'VERSION: "1.10"' in (example / "environments" / "dev.yaml").read_text()


def test_unwritable_overlay_is_told(example: Path) -> None:
    """A folder where the passing file should go stands for any disk that refuses."""
    (example / ".gitramp" / "edited.yaml").mkdir(parents=True)
    with pytest.raises(ToolError, match="GR027"):
        overlays.save(Workspace(example), "environments/production.yaml", b"kind: Environment\n")
