"""A run of the command in a fork is what a new process is: nobody who reads a test need know which it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import process


@pytest.mark.parametrize(
    ("arguments", "code"),
    [("--help", 0), ("codes -o json", 0), ("validate --no-drift -o json -e nobody", 2), ("explain GR999", 2), ("", 2)],
)
def test_a_fork_says_what_a_new_process_says(example: Path, arguments: str, code: int) -> None:
    forked, started = (run(*arguments.split(), cwd=example) for run in (process.run, process.anew))
    assert forked.returncode == started.returncode == code
    assert (forked.stdout, forked.stderr) == (started.stdout, started.stderr)


def test_it_works_in_the_folder_of_who_asks_and_leaves_no_trace_for_the_next(example: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    process.run("render", "-q", "-o", "github", cwd=example, GITHUB_STEP_SUMMARY=str(tmp_path / "summary"))
    assert (tmp_path / "summary").is_file()
    (tmp_path / "summary").unlink()
    process.run("render", "-q", "-o", "github", cwd=example)
    assert not (tmp_path / "summary").exists()
    assert process.run("render", cwd=tmp_path / "elsewhere").returncode == 2


def test_a_shell_gets_streams_and_exit_code(example: Path, tmp_path: Path) -> None:
    program = process.script(tmp_path / "bin" / "gitramp")
    shell = f"{program} explain GR999 2>&1 >/dev/null | cat; {program} explain GR999 2>{tmp_path}/said; echo $?"
    done = subprocess.run(["sh", "-c", shell], cwd=example, capture_output=True, text=True, check=True)
    assert "there is no code GR999" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[-1] == "2"
    assert "there is no code GR999" in (tmp_path / "said").read_text()


def test_what_an_interpreter_reads_when_it_starts_gets_one_of_its_own(example: Path) -> None:
    (example / "environments" / "dev.yaml").write_text("apiVersion: gitramp/v1alpha1\nkind: Environment\nwéight: 1\n")
    plain = process.run("validate", "-e", "dev", cwd=example)
    ascii_alone = process.run("validate", "-e", "dev", cwd=example, PYTHONIOENCODING="ascii")
    assert "wéight" in plain.stdout
    assert r"w\xe9ight" in ascii_alone.stdout
