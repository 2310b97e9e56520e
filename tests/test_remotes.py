"""The Git stage over a network: real remotes, which refuse, hang and race."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitramp import repo
from gitramp.repo import LostRace, Repository, Target

FILES = {"environments/a.yaml": "one\n", "rendered/a.yaml": "one\n", "other.txt": "one\n"}


@pytest.fixture(scope="module", autouse=True)
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the machine's configuration away; return the user's own."""
    home = tmp_path_factory.mktemp("home")
    (home / "gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
        '[protocol "file"]\n\tallow = always\n'
    )
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith(("GIT_", "SSH_"))]:
            patched.delenv(name)
        patched.setenv("HOME", str(home))
        patched.setenv("XDG_CONFIG_HOME", str(home))
        patched.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
        patched.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        yield home / "gitconfig"


def git(folder: Path, *arguments: str) -> str:
    """Run git as its user does; return what it prints to stdout."""
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)
    return done.stdout.decode()


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


def with_remote(folder: Path, *options: str) -> Path:
    """Make a bare repository and a clone of it with one commit; return the clone."""
    bare, work = folder / "remote.git", folder / "work"
    git(folder, "init", "--quiet", "--bare", *options, str(bare))
    git(folder, "clone", "--quiet", str(bare), str(work))
    write(work, FILES)
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "start")
    git(work, "push", "--quiet", "--set-upstream", "origin", "main")
    return work


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return with_remote(tmp_path)


def edit(repository: Repository, files: dict[str, bytes | None], to: Target, message: str = "edit\n") -> str:
    """Make a commit of files on what the remote has now."""
    base = repo.fetch(repository, to)
    return repo.commit_tree(repository, repo.tree_with(repository, base, files), base, message)


def test_an_edit_reaches_the_remote_and_nothing_of_the_user_changes(work: Path) -> None:
    repository = repo.open_repository(work)
    to = repo.target(repository)
    assert to == Target("origin", "main")
    before = [git(work, *asked.split()) for asked in ("rev-parse HEAD", "status --porcelain", "ls-files -s", "branch")]
    made = edit(repository, {"environments/a.yaml": b"two\r\n", "rendered/b.yaml": b"b", "rendered/a.yaml": None}, to)
    repo.push(repository, to, made)
    assert git(work, "ls-remote", "origin", "main").split()[0] == made
    assert before == [
        git(work, *asked.split()) for asked in ("rev-parse HEAD", "status --porcelain", "ls-files -s", "branch")
    ]
    assert git(work, "show", "--format=", "--name-status", made).split() == [
        "M", "environments/a.yaml", "D", "rendered/a.yaml", "A", "rendered/b.yaml",
    ]  # fmt: skip
    git(work, "fsck", "--strict")


def test_the_second_of_two_pushes_loses(work: Path) -> None:
    repository = repo.open_repository(work)
    to = repo.target(repository)
    one, other = (edit(repository, {"rendered/a.yaml": text}, to) for text in (b"1", b"2"))
    repo.push(repository, to, one)
    with pytest.raises(LostRace, match="GR832 another push to origin/main came first"):
        repo.push(repository, to, other)
    repo.push(repository, to, other, branch="pr/other")
    assert repo.fetch(repository, Target("origin", "pr/other")) is not None
    assert repo.fetch(repository, Target("origin", "nowhere")) is None


def test_what_was_taken_off_the_branch_does_not_come_back(work: Path) -> None:
    """A push on a commit that somebody has just reset away would be a fast-forward for git."""
    repository = repo.open_repository(work)
    to = repo.target(repository)
    repo.push(repository, to, edit(repository, {"rendered/a.yaml": b"bad"}, to))
    late = edit(repository, {"rendered/b.yaml": b"late"}, to)
    git(work, "push", "--quiet", "--force", "origin", "main")
    with pytest.raises(LostRace):
        repo.push(repository, to, late)
    assert git(work, "ls-remote", "origin", "main").split()[0] == git(work, "rev-parse", "HEAD").strip()
