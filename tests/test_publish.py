"""`gitramp commit` in real repositories: these files, this message, and everybody else's work left as it was.

What can go wrong in Git itself is in test_repo.py; here is one of each kind, as the command tells it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gitramp import pipeline, repo
from gitramp.problem import ToolError
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
ROUTES = "rendered/production/services/search/virtualservice.yaml"


def git(folder: Path, *arguments: str, ok: bool = True) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0 or not ok, done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def identity(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own git configuration out."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("GIT_CONFIG_GLOBAL", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository(example: Path) -> Path:
    """Return a repository whose only commit holds the worked example."""
    git(example, "init", "--quiet")
    git(example, "add", ".")
    git(example, "commit", "--quiet", "--message", "start")
    return example


def edit(workspace: Path, old: str, new: str, overlay: str = "production") -> None:
    path = workspace / "environments" / f"{overlay}.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def committed_paths(repository: Path) -> list[str]:
    return git(repository, "show", "--name-only", "--format=", "-z", "HEAD").split("\0")[:-1]


def commits(repository: Path) -> int:
    return int(git(repository, "rev-list", "--count", "HEAD"))


def test_one_edit_is_one_commit_of_overlay_and_rendered_file(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "weight: 10", "weight: 25")
    done = gitramp("commit", cwd=repository)
    assert done.returncode == 0, done.stderr
    assert committed_paths(repository) == ["environments/production.yaml", ROUTES]
    subject, _, trailer = git(repository, "log", "-1", "--format=%B").strip().split("\n")
    assert subject == "production: search canary v2 10 % -> 25 %"
    assert trailer == f"Rendered-from: {git(repository, 'rev-parse', 'HEAD:environments').strip()}"
    assert git(repository, "status", "--porcelain") == ""


def test_file_beside_an_overlay_goes_with_it(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "  catalog:\n", "  catalog:\n    labels: {team: search}\n")
    beside = repository / "environments/production/files/notes.txt"
    beside.parent.mkdir(parents=True)
    beside.write_text("read by nobody yet\n")
    assert gitramp("commit", cwd=repository).returncode == 0
    assert "environments/production/files/notes.txt" in committed_paths(repository)
    schema = repository / "schemas/extra/example.com/thing_v1.json"
    schema.parent.mkdir(parents=True)
    schema.write_text('{"type": "object"}')
    (beside.parent / ".env").write_text("hidden\n")
    beside.unlink()
    assert gitramp("commit", cwd=repository).returncode == 0
    assert committed_paths(repository) == [
        "environments/production/files/notes.txt",
        "schemas/extra/example.com/thing_v1.json",
    ]


def test_nothing_to_do_is_no_commit_and_no_failure(repository: Path, gitramp: Gitramp) -> None:
    done = gitramp("commit", cwd=repository)
    assert (done.returncode, commits(repository)) == (0, 1)
    assert done.stdout.startswith("Nothing to commit")


def test_what_others_have_staged_or_left_dirty_stays(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "weight: 10", "weight: 25")
    (repository / "staged.txt").write_text("staged\n")
    (repository / "environments" / "NOTES.md").write_text("untracked\n")
    edit(repository, "replicas: 1", "replicas: 1 # dirty", "dev")
    (repository / "rendered" / "production" / "mine.txt").write_text("mine\n")
    git(repository, "add", "staged.txt")
    before = git(repository, "diff", "--cached")
    assert gitramp("commit", "production", cwd=repository).returncode == 0
    assert committed_paths(repository) == ["environments/production.yaml", ROUTES]
    assert git(repository, "diff", "--cached") == before
    assert sorted(git(repository, "status", "--porcelain").splitlines()) == [
        " M environments/dev.yaml",
        "?? environments/NOTES.md",
        "?? rendered/production/mine.txt",
        "A  staged.txt",
    ]


def test_new_and_pruned_files_go_with_the_overlay(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "  search:\n    replicas: 1\n", "  checkout: null\n  search:\n    replicas: 1\n", "dev")
    edit(repository, "  catalog:\n", "  catalog:\n    callers: {checkout: null}\n", "dev")
    edit(
        repository,
        "    tracks:\n      v1: {}\n\n",
        "    tracks:\n      v1: {}\n      v3: {}\n    stable: v1\n\n",
        "base",
    )
    assert gitramp("commit", cwd=repository).returncode == 0
    status = git(repository, "show", "--no-renames", "--name-status", "--format=", "HEAD")
    assert "A\trendered/production/services-v3/catalog/deployment.yaml" in status
    assert "D\trendered/dev/services/checkout/virtualservice.yaml" in status
    assert "dev: checkout removed" in git(repository, "log", "-1", "--format=%B")
    assert git(repository, "status", "--porcelain") == ""


def test_environment_that_is_gone_takes_its_files_along(repository: Path, gitramp: Gitramp) -> None:
    (repository / "environments" / "dev.yaml").unlink()
    assert gitramp("commit", cwd=repository).returncode == 0
    assert git(repository, "log", "-1", "--format=%s") == "dev: environment removed\n"
    assert git(repository, "ls-files", "rendered/dev") == ""
    assert git(repository, "status", "--porcelain") == ""


def test_layer_is_not_committed_without_all_that_extend_it(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "cpu: 100m", "cpu: 110m", "base")
    done = gitramp("commit", "production", cwd=repository)
    assert (done.returncode, commits(repository)) == (1, 1)
    assert "error GR708 environments/base.yaml changes dev too" in done.stdout
    assert "rendered/ is up to date, nothing was committed" in done.stdout
    assert gitramp("commit", cwd=repository).returncode == 0
    assert commits(repository) == 2


def test_invalid_overlay_is_neither_rendered_nor_committed(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "weight: 10", "weight: 110")
    done = gitramp("commit", cwd=repository)
    assert (done.returncode, commits(repository)) == (1, 1)
    assert git(repository, "status", "--porcelain") == " M environments/production.yaml\n"


def test_first_commit_of_a_repository(example: Path, gitramp: Gitramp) -> None:
    git(example, "init", "--quiet")
    (example / "other.txt").write_text("x")
    assert gitramp("commit", cwd=example).returncode == 0
    assert git(example, "status", "--porcelain") == "?? other.txt\n"
    assert "production: search added (v1 90 %, v2 10 %" in git(example, "log", "-1", "--format=%B")


def test_workspace_in_a_folder_of_the_repository(tmp_path: Path, gitramp: Gitramp) -> None:
    git(tmp_path, "init", "--quiet")
    shutil.copytree(ROOT / "environments", tmp_path / "deploy" / "mesh" / "environments")
    assert gitramp("commit", cwd=tmp_path / "deploy" / "mesh").returncode == 0
    assert "deploy/mesh/rendered/dev/services/namespace.yaml" in committed_paths(tmp_path)
    trailer = git(tmp_path, "log", "-1", "--format=%(trailers:key=Rendered-from,valueonly)").strip()
    assert trailer == git(tmp_path, "rev-parse", "HEAD:deploy/mesh/environments").strip()


def test_broken_overlay_in_head_does_not_stop_the_repair(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "weight: 10", "weight: 110")
    git(repository, "commit", "--quiet", "--all", "--message", "broken")
    edit(repository, "weight: 110", "weight: 25")
    assert gitramp("commit", cwd=repository).returncode == 0
    assert git(repository, "log", "-1", "--format=%s").startswith("production: ")


def test_text_of_an_overlay_cannot_pass_for_a_trailer(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "{exact: canary}", '{regex: "x\\n\\nSigned-off-by: Eve <eve@example.com>"}')
    assert gitramp("commit", cwd=repository).returncode == 0
    body = git(repository, "log", "-1", "--format=%B")
    trailers = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=body, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [line.partition(":")[0] for line in trailers] == ["Rendered-from"]


def test_last_overlay_that_is_gone_takes_nothing_along(repository: Path, gitramp: Gitramp) -> None:
    for overlay in (repository / "environments").iterdir():
        overlay.unlink()
    done = gitramp("commit", cwd=repository)
    assert done.returncode == 1
    assert "error GR028" in done.stdout
    assert commits(repository) == 1
    assert (repository / ROUTES).is_file()


def test_environment_that_is_gone_takes_its_files_along_and_is_named(repository: Path, gitramp: Gitramp) -> None:
    (repository / "environments" / "production.yaml").unlink()
    said = gitramp("render", cwd=repository).stdout
    assert "Environment production is gone: no overlay renders it any more" in said
    assert gitramp("commit", cwd=repository).returncode == 0
    assert git(repository, "ls-files", "rendered/production") == ""
    assert git(repository, "log", "-1", "--format=%s").strip() == "production: environment removed"


def test_service_file_that_is_gone_belongs_to_its_environment(repository: Path, gitramp: Gitramp) -> None:
    extra = repository / "environments" / "production" / "services" / "extra.yaml"
    extra.parent.mkdir(parents=True)
    extra.write_text("image: ghcr.io/acme/extra:1.0.0\nport: 8080\ntracks: {v1: {}}\n")
    edit(repository, "replicas: 1", "replicas: 2", "dev")
    assert gitramp("commit", "production", cwd=repository).returncode == 0
    assert "environments/production/services/extra.yaml" in committed_paths(repository)
    extra.unlink()
    assert gitramp("commit", "production", cwd=repository).returncode == 0
    assert git(repository, "log", "-1", "--format=%s") == "production: extra removed\n"
    assert git(repository, "status", "--porcelain") == " M environments/dev.yaml\n"


def test_result_for_programs(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "weight: 10", "weight: 25")
    done = gitramp("commit", "--output", "json", cwd=repository)
    said = json.loads(done.stdout)
    assert (done.returncode, done.stderr, said["command"], said["exitCode"]) == (0, "", "commit", 0)
    assert said["published"]["commit"] == git(repository, "rev-parse", "HEAD").strip()
    assert said["published"]["paths"] == ["environments/production.yaml", ROUTES]
    assert said["published"]["message"] + "\n" == git(repository, "log", "-1", "--format=%B")
    assert json.loads(gitramp("commit", "-o", "json", cwd=repository).stdout)["published"]["commit"] is None


# When it cannot be done.


def refused(repository: Path, gitramp: Gitramp, code: str, *, commits_after: int = 1) -> str:
    edit(repository, "weight: 10", "weight: 25")
    index = git(repository, "ls-files", "--stage")
    done = gitramp("commit", cwd=repository)
    assert done.returncode == 4, done.stdout + done.stderr
    assert f"error {code} " in done.stderr
    assert "Traceback" not in done.stderr
    assert commits(repository) == commits_after
    assert git(repository, "ls-files", "--stage") == index
    return done.stderr


def test_no_repository(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("commit", cwd=example)
    assert done.returncode == 4
    assert "error GR801" in done.stderr
    assert "git init" in done.stderr


def test_no_git(repository: Path, gitramp: Gitramp) -> None:
    done = gitramp("commit", cwd=repository, PATH="/nowhere")
    assert done.returncode == 4
    assert "error GR802" in done.stderr


def test_detached_head(repository: Path, gitramp: Gitramp) -> None:
    git(repository, "checkout", "--quiet", "--detach")
    assert "git switch" in refused(repository, gitramp, "GR803")


def test_merge_in_progress(repository: Path, gitramp: Gitramp) -> None:
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "one")
    git(repository, "switch", "--quiet", "-c", "other", "HEAD~1")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "two")
    git(repository, "merge", "--no-commit", "main")
    told = refused(repository, gitramp, "GR804", commits_after=2)
    assert "a merge is in progress" in told
    assert "git merge --abort" in told


def test_locked_index(repository: Path, gitramp: Gitramp) -> None:
    (repository / ".git" / "index.lock").touch()
    assert ".git/index.lock" in refused(repository, gitramp, "GR805")


def test_nobody_to_commit(repository: Path, gitramp: Gitramp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    git(repository, "config", "user.useConfigOnly", "true")
    assert "user.email" in refused(repository, gitramp, "GR806")


@pytest.mark.parametrize("hook", ["pre-commit", "commit-msg"])
def test_hook_that_refuses(repository: Path, gitramp: Gitramp, hook: str) -> None:
    script = repository / ".git" / "hooks" / hook
    script.write_text("#!/bin/sh\necho 'not on a Friday' >&2\nexit 1\n")
    script.chmod(0o755)
    edit(
        repository,
        "    tracks:\n      v1: {}\n\n",
        "    tracks:\n      v1: {}\n      v3: {}\n    stable: v1\n\n",
        "base",
    )
    assert "not on a Friday" in refused(repository, gitramp, "GR807")


def test_refusal_for_programs(repository: Path, gitramp: Gitramp) -> None:
    script = repository / ".git" / "hooks" / "pre-commit"
    script.write_text("#!/bin/sh\nexit 1\n")
    script.chmod(0o755)
    edit(repository, "weight: 10", "weight: 25")
    done = gitramp("commit", "--output", "json", cwd=repository)
    said = json.loads(done.stdout)
    assert (done.returncode, said["exitCode"], said["error"]["code"]) == (4, 4, "GR807")
    assert "commit again" in said["error"]["remedy"]


def test_hook_that_edits_what_is_committed(repository: Path, gitramp: Gitramp) -> None:
    script = repository / ".git" / "hooks" / "pre-commit"
    script.write_text(f"#!/bin/sh\necho '# tidy' >> {ROUTES}\ngit add {ROUTES}\n")
    script.chmod(0o755)
    edit(repository, "weight: 10", "weight: 25")
    done = gitramp("commit", cwd=repository)
    assert done.returncode == 4
    assert "error GR808" in done.stderr


def test_hook_that_renders_does_not_wait_for_us(repository: Path, gitramp: Gitramp) -> None:
    script = repository / ".git" / "hooks" / "pre-commit"
    python = f"PYTHONPATH={ROOT}/generator {sys.executable} -m gitramp"
    script.write_text(f"#!/bin/sh\n{python} render --fail-if-changed --quiet\n")
    script.chmod(0o755)
    edit(repository, "weight: 10", "weight: 25")
    done = gitramp("commit", cwd=repository)
    assert done.returncode == 0, done.stderr
    assert commits(repository) == 2


def test_overlay_that_is_staged_in_another_version(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "replicas: 3", "replicas: 4")
    git(repository, "add", "environments")
    assert "environments/production.yaml" in refused(repository, gitramp, "GR809")


@pytest.mark.parametrize("pattern", ["rendered/", "environments/", "virtualservice.yaml"])
def test_ignored_files(example: Path, gitramp: Gitramp, pattern: str) -> None:
    git(example, "init", "--quiet")
    (example / ".gitignore").write_text(f"{pattern}\n")
    git(example, "add", ".")
    git(example, "commit", "--quiet", "--message", "start")
    assert pattern.rstrip("/") in refused(example, gitramp, "GR810")


def test_overlay_whose_changes_git_passes_over(repository: Path, gitramp: Gitramp) -> None:
    git(repository, "update-index", "--assume-unchanged", "environments/production.yaml")
    assert "--no-assume-unchanged" in refused(repository, gitramp, "GR815")


def test_rendered_files_in_a_repository_of_their_own(example: Path, gitramp: Gitramp) -> None:
    for folder in (example, example / "rendered"):
        git(folder, "init", "--quiet")
    git(example, "add", "environments")
    git(example, "commit", "--quiet", "--message", "start")
    refused(example, gitramp, "GR815")


def test_repository_of_another_owner(repository: Path, gitramp: Gitramp, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(repository, "weight: 10", "weight: 25")
    done = gitramp("commit", cwd=repository, GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert done.returncode == 4
    assert "error GR813" in done.stderr
    assert "safe.directory" in done.stderr


def test_variables_of_another_repository_s_hook_do_not_leak(repository: Path, tmp_path: Path, gitramp: Gitramp) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    edit(repository, "weight: 10", "weight: 25")
    inherited = {"GIT_DIR": f"{other}/.git", "GIT_INDEX_FILE": f"{other}/.git/index", "GIT_WORK_TREE": str(other)}
    assert gitramp("commit", cwd=repository, **inherited).returncode == 0
    assert commits(repository) == 2
    assert git(other, "ls-files") == ""


def test_overlay_saved_while_the_commit_is_made(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(repository, "weight: 10", "weight: 25")
    planned_tree = repo.planned_tree

    def saved_meanwhile(*arguments: Any) -> str:
        edit(repository, "weight: 25", "weight: 26")
        return planned_tree(*arguments)

    monkeypatch.setattr(repo, "planned_tree", saved_meanwhile)
    with pytest.raises(ToolError) as caught:
        pipeline.publish(Workspace(repository))
    assert caught.value.code.number == "GR709"
    assert commits(repository) == 1


def test_environment_that_a_sparse_checkout_left_out_is_not_removed(repository: Path, gitramp: Gitramp) -> None:
    git(repository, "sparse-checkout", "set", "--no-cone", "/*", "!/environments/staging.yaml")
    assert not (repository / "environments" / "staging.yaml").exists()
    assert "environments/staging.yaml is not checked out" in refused(repository, gitramp, "GR815")
    assert (repository / "rendered" / "staging").is_dir()
