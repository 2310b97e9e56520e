"""What all tests share: the repository's own folders, and the command as a user runs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import process
from branches import Branch
from reviews import taken_from

ROOT = Path(__file__).resolve().parents[1]

Gitramp = Callable[..., process.Done]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write the expected trees of tests/cases/ anew")


@pytest.fixture(scope="session")
def repository_root() -> Path:
    return ROOT


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return a workspace that is a copy of the worked example, without its history.

    Nor what extends production, so that a change of production is a change of one environment.
    """
    beyond = shutil.ignore_patterns("production-*")
    for folder in ("environments", "rendered"):
        shutil.copytree(ROOT / folder, tmp_path / "example" / folder, ignore=beyond)
    return tmp_path / "example"


@pytest.fixture
def gitramp(tmp_path: Path) -> Gitramp:
    """Return the command: `gitramp("render", cwd=folder)` runs it in a process of its own."""

    def run(*arguments: str, cwd: Path = tmp_path, **environment: str) -> process.Done:
        return process.run(*arguments, cwd=cwd, **environment)

    return run


@pytest.fixture
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the machine's own configuration, and whatever repository the tests run in, away; nobody tidies up."""
    home = tmp_path_factory.mktemp("home")
    (home / "gitconfig").write_text(
        "[user]\n\tname = Linus\n\temail = linus@example.com\n[init]\n\tdefaultBranch = main\n"
        "[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n"
    )
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patched.delenv(name)
        patched.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
        patched.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        patched.setenv("HOME", str(home))
        yield


@pytest.fixture
def branch(tmp_path: Path, identity: None) -> Branch:
    made = Branch(tmp_path / "shop")
    made.folder.mkdir()
    made.git("init", "--quiet")
    return made


@pytest.fixture
def worked(branch: Branch) -> Branch:
    """Return the worked example's overlays, committed."""
    return taken_from(branch, ROOT)
