"""The Git stage over a network: real remotes, which refuse, hang and race."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from git_server import USER, GitServer, closed_port, hang, serve
from gitramp import repo
from gitramp.problem import RepoError, UsageError
from gitramp.repo import LostRace, Repository, Target

TOKEN = "planted-4f1c9a7e2b"
ROOT = Path(__file__).resolve().parents[1]
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
    git(folder, "init", "--quiet", *options, str(work))
    git(work, "remote", "add", "origin", str(bare))
    write(work, FILES)
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "start")
    git(work, "push", "--quiet", "--set-upstream", "origin", "main")
    return work


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    with_remote(folder)
    return folder


@pytest.fixture
def work(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    git(tmp_path / "work", "remote", "set-url", "origin", str(tmp_path / "remote.git"))
    return tmp_path / "work"


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


# What a user's clone may be.


def state(folder: Path) -> list[str]:
    """Return all of the user's that an edit could change: HEAD, branches, tags, index, files, FETCH_HEAD."""
    asked = ("rev-parse HEAD", "status --porcelain --ignored", "ls-files -s -v", "for-each-ref refs/heads refs/tags")
    fetched = Path(git(folder, "rev-parse", "--git-path", "FETCH_HEAD").strip())
    return [*(git(folder, *each.split()) for each in asked), str((folder / fetched).exists())]


def lands(workspace: Path, in_repository: str = "") -> str:
    """Edit, push and look: the remote has it, and nothing of the user's has changed; return the commit."""
    repository = repo.open_repository(workspace)
    to = repo.target(repository)
    before = state(workspace)
    made = edit(repository, {"environments/a.yaml": b"two\n", "rendered/new/b.yaml": b"b"}, to)
    repo.push(repository, to, made)
    assert state(workspace) == before
    assert git(workspace, "ls-remote", to.remote, to.branch).split()[0] == made
    shown = git(workspace, "show", "--format=", "--name-only", made).split()
    assert shown == [f"{in_repository}environments/a.yaml", f"{in_repository}rendered/new/b.yaml"]
    assert git(workspace, "fsck", "--strict", "--no-dangling") == ""
    return made


def test_user_has_edits_and_staged_files(work: Path) -> None:
    write(work, {"environments/a.yaml": "mine\n", "rendered/staged.yaml": "mine\n", "untracked": "mine\n"})
    git(work, "add", "rendered/staged.yaml")
    lands(work)


def test_shallow_clone_stays_shallow_and_can_be_deepened(work: Path, tmp_path: Path) -> None:
    for number in range(3):
        git(work, "commit", "--quiet", "--allow-empty", "--message", f"{number}")
    git(work, "push", "--quiet")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{tmp_path}/remote.git", str(shallow))
    git(work, "commit", "--quiet", "--allow-empty", "--message", "while it was cloned")
    git(work, "push", "--quiet")
    lands(shallow)
    repository = repo.open_repository(shallow)
    assert repo.is_shallow(repository)
    repo.deepen(repository, repo.target(repository))
    assert not repo.is_shallow(repository)
    repo.deepen(repository, repo.target(repository))


def test_checkout_of_ci_has_a_detached_head_and_one_commit(work: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "ci"
    git(tmp_path, "init", "--quiet", str(checkout))
    git(checkout, "remote", "add", "origin", f"file://{tmp_path}/remote.git")
    git(checkout, "fetch", "--quiet", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main")
    git(checkout, "checkout", "--quiet", "--detach", "origin/main")
    (checkout / ".git" / "FETCH_HEAD").unlink()
    lands(checkout)


def test_partial_clone_fetches_no_file_that_it_does_not_need(work: Path, tmp_path: Path) -> None:
    write(work, {"other.txt": "not wanted\n", "rendered/other.yaml": "neither\n"})
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "more")
    git(work, "push", "--quiet")
    git(tmp_path / "remote.git", "config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    options = ["--filter=blob:none", "--no-checkout"]
    git(tmp_path, "clone", "--quiet", *options, f"file://{tmp_path}/remote.git", str(partial))
    repository = repo.open_repository(partial)
    to = repo.target(repository)
    repo.push(repository, to, edit(repository, {"environments/a.yaml": b"two\n"}, to))
    missing = git(partial, "rev-list", "--objects", "--missing=print", "refs/remotes/origin/main").split()
    for path in ("other.txt", "rendered/other.yaml"):
        assert f"?{git(work, 'rev-parse', f'HEAD:{path}').strip()}" in missing


def test_linked_worktree(work: Path, tmp_path: Path) -> None:
    git(work, "worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "other", "origin/main")
    lands(tmp_path / "linked")


def test_bare_parent_with_a_worktree(work: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", "remote.git", "parent.git")
    git(tmp_path / "parent.git", "worktree", "add", "--quiet", str(tmp_path / "tree"), "main")
    lands(tmp_path / "tree")


def test_workspace_is_a_submodule(work: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    git(tmp_path, "init", "--quiet", str(outer))
    git(outer, "submodule", "--quiet", "add", f"{tmp_path}/remote.git", "deploys")
    git(outer, "commit", "--quiet", "--message", "a submodule")
    lands(outer / "deploys")
    assert git(outer, "status", "--porcelain") == ""


def test_workspace_is_a_folder_of_the_repository(work: Path) -> None:
    write(work, {f"deploy/sub folder/{name}": text for name, text in FILES.items()})
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "a folder")
    git(work, "push", "--quiet")
    repository = repo.open_repository(work / "deploy" / "sub folder")
    to = repo.target(repository)
    made = edit(repository, {"environments/a.yaml": b"two\n"}, to)
    assert git(work, "show", "--format=", "--name-only", made) == "deploy/sub folder/environments/a.yaml\n"


@pytest.mark.parametrize("form", ["sha256", "sha1"])
def test_both_forms_of_ids(tmp_path: Path, form: str) -> None:
    work = with_remote(tmp_path, f"--object-format={form}")
    assert len(lands(work)) == {"sha1": 40, "sha256": 64}[form]
    repository = repo.open_repository(work)
    to = repo.target(repository)
    base = repo.fetch(repository, to)
    assert base is not None
    gone = repo.tree_with(repository, base, {"rendered/a.yaml": None, "rendered/never.yaml": None})
    assert "rendered/a.yaml" not in git(work, "ls-tree", "-r", "--name-only", gone)


def test_first_commit_of_an_empty_remote(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(tmp_path, "clone", "--quiet", "remote.git", "work")
    repository = repo.open_repository(tmp_path / "work")
    to = repo.target(repository, branch="main")
    assert repo.fetch(repository, to) is None
    made = [edit(repository, {"environments/a.yaml": text}, to) for text in (b"1", b"2")]
    repo.push(repository, to, made[0])
    with pytest.raises(LostRace):
        repo.push(repository, to, made[1])
    assert repo.fetch(repository, to) == repo.commit_named(repository, made[0])


@pytest.mark.parametrize(
    "option", ["core.autocrlf=true", "core.eol=crlf", "core.splitIndex=true", "core.fsmonitor=true"]
)
def test_files_are_committed_as_they_are(work: Path, option: str) -> None:
    git(work, "config", *option.split("="))
    write(work, {".gitattributes": "* text=auto eol=crlf\n"})
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "line ends")
    git(work, "push", "--quiet")
    repository = repo.open_repository(work)
    content = b"a\r\nb\n\x00\xff"
    made = edit(repository, {"rendered/a.yaml": content, "rendered/z\xfcrich\n.yaml": b""}, repo.target(repository))
    shown = subprocess.run(
        ["git", "cat-file", "blob", f"{made}:rendered/a.yaml"], cwd=work, capture_output=True, check=True
    )
    assert shown.stdout == content
    assert not list((work / ".git").glob("sharedindex*")) or option == "core.splitIndex=true"


def test_sparse_checkout_loses_nothing(work: Path) -> None:
    git(work, "sparse-checkout", "set", "--cone", "--sparse-index", "environments")
    made = lands(work)
    assert "other.txt" in git(work, "ls-tree", "-r", "--name-only", made).split()


def test_modes_are_kept_and_many_files_cost_no_more_processes(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "rendered" / "a.yaml").chmod(0o755)
    git(work, "commit", "--quiet", "--all", "--message", "executable")
    git(work, "push", "--quiet")
    repository = repo.open_repository(work)
    to = repo.target(repository)
    base = repo.fetch(repository, to)
    started = count_git(monkeypatch)
    files: dict[str, bytes | None] = {f"rendered/{number % 40}/{number}.yaml": b"%d" % number for number in range(1000)}
    tree = repo.tree_with(repository, base, {**files, "rendered/a.yaml": b"new"})
    assert len(started) <= 6
    entries = git(work, "ls-tree", "-r", tree)
    assert len(entries.splitlines()) == 1003
    assert "100755 blob" in next(line for line in entries.splitlines() if line.endswith("rendered/a.yaml"))


def count_git(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows with each process that is started."""
    started: list[object] = []
    really: Any = subprocess.Popen.__init__

    def counted(self: object, *arguments: object, **options: object) -> None:
        started.append(arguments)
        really(self, *arguments, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", counted)
    return started


def test_folder_may_follow_a_file(work: Path) -> None:
    repository = repo.open_repository(work)
    base = repo.fetch(repository, repo.target(repository))
    tree = repo.tree_with(repository, base, {"environments/a.yaml": None, "environments/a.yaml/b.yaml": b"b"})
    assert "environments/a.yaml/b.yaml" in git(work, "ls-tree", "-r", "--name-only", tree)
    for path in ("environments", "other.txt/x.yaml"):  # what is there and was not asked to go is never dropped
        with pytest.raises(RepoError, match=r"environments is a folder|other.txt is a file"):
            repo.tree_with(repository, base, {path: b"x"})


def test_links_and_submodules_in_the_way_are_refused(work: Path, tmp_path: Path) -> None:
    (work / "rendered" / "link.yaml").symlink_to("a.yaml")
    git(work, "add", "--all")
    git(
        work,
        "update-index",
        "--add",
        "--cacheinfo",
        f"160000,{git(work, 'rev-parse', 'HEAD').strip()},environments/sub",
    )
    git(work, "commit", "--quiet", "--message", "a link")
    git(work, "push", "--quiet")
    repository = repo.open_repository(work)
    base = repo.fetch(repository, repo.target(repository))
    for path, kind in (("rendered/link.yaml", "a symbolic link"), ("environments/sub/x.yaml", "a submodule")):
        with pytest.raises(RepoError, match=kind) as caught:
            repo.tree_with(repository, base, {path: b"x"})
        assert caught.value.code.number == "GR815"


@pytest.mark.parametrize(
    ("attributes", "refused"),
    [
        ("*.bin filter=lfs diff=lfs merge=lfs -text\n", False),
        ("* text=auto eol=lf\nrendered/** linguist-generated -diff\n", False),
        ("* filter=lfs\nrendered/** -filter\nenvironments/** !filter\n", False),
        ("rendered/** filter=lfs diff=lfs merge=lfs -text\n", True),
        ("*.yaml working-tree-encoding=UTF-16\n", True),
    ],
)
def test_files_that_go_through_a_filter_are_refused(work: Path, attributes: str, refused: bool) -> None:
    """By the attributes of the branch, not of the disk; git-lfs need not be there."""
    write(work, {".gitattributes": attributes})
    git(work, "add", ".gitattributes")
    git(work, "commit", "--quiet", "--message", "attributes")
    git(work, "push", "--quiet")
    write(work, {".gitattributes": "" if refused else "* filter=lfs\n"})
    repository = repo.open_repository(work)
    to = repo.target(repository)
    files: dict[str, bytes | None] = {"rendered/a.yaml": b"new\n", "environments/a.yaml": b"new\n"}
    if not refused:
        repo.push(repository, to, edit(repository, files, to))
        return
    with pytest.raises(RepoError, match=r"rendered/a.yaml|environments/a.yaml") as caught:
        edit(repository, files, to)
    assert caught.value.code.number == "GR845"
    edit(repository, dict.fromkeys(files), to)  # what is deleted goes through none


# Which remote, which branch.


def code_of(error: pytest.ExceptionInfo[RepoError]) -> str:
    return f"{error.value.code.number} {error.value.message}"


def test_target_that_is_meant(work: Path, tmp_path: Path) -> None:
    repository = repo.open_repository(work)
    git(tmp_path, "clone", "--quiet", "--bare", "remote.git", "fork.git")
    git(work, "remote", "add", "a/fork", f"{tmp_path}/fork.git")
    git(work, "branch", "feature/x", "main")
    assert repo.target(repository, "a/fork") == Target("a/fork", "main")  # as its HEAD says
    assert repo.target(repository, "", "feature/x") == Target("origin", "feature/x")
    git(work, "push", "--quiet", "--set-upstream", "a/fork", "main:feature/x")
    assert repo.target(repository) == Target("a/fork", "feature/x")
    assert repo.target(repository, "origin") == Target("origin", "main")
    git(work, "checkout", "--quiet", "--detach")
    assert repo.target(repository) == Target("origin", "main")
    git(work, "remote", "remove", "origin")
    assert repo.target(repository) == Target("a/fork", "main")


def test_target_that_nothing_tells(work: Path, tmp_path: Path) -> None:
    repository = repo.open_repository(work)
    with pytest.raises(RepoError) as caught:
        repo.target(repository, "orign")
    assert code_of(caught) == "GR830 there is no remote orign"
    assert caught.value.remedy == "did you mean origin?"
    with pytest.raises(RepoError) as caught:
        repo.target(repository, f"https://bot:{TOKEN}@github.com/a/b.git")
    assert code_of(caught) == "GR830 there is no remote https://***@github.com/a/b.git"
    git(work, "remote", "rename", "origin", "one")
    git(work, "remote", "add", "two", "x")
    git(work, "branch", "--unset-upstream")
    with pytest.raises(RepoError) as caught:
        repo.target(repository)
    assert code_of(caught) == "GR830 there are 2 remotes and none is origin: one, two"
    git(work, "remote", "set-url", "--add", "--push", "one", "a")
    git(work, "remote", "set-url", "--add", "--push", "one", "b")
    with pytest.raises(RepoError) as caught:
        repo.target(repository, "one", "main")
    assert code_of(caught) == "GR830 a push to one goes to 2 URLs at once"
    for name in ("one", "two"):
        git(work, "remote", "remove", name)
    with pytest.raises(RepoError) as caught:
        repo.target(repository)
    assert code_of(caught) == "GR830 the repository has no remote"


NO_NAMES = ["-x", "--force", "refs/heads/main", "HEAD", "a..b", "a b", "a\nb", "a\x1b[31m", "a:b", "x.lock", "@{-1}"]


@pytest.mark.parametrize("name", [*NO_NAMES, "a~1", "a//b"])
def test_names_that_no_branch_has(work: Path, name: str) -> None:
    repository = repo.open_repository(work)
    with pytest.raises(RepoError) as caught:
        repo.target(repository, branch=name)
    assert caught.value.code.number == "GR831"
    assert caught.value.message.isprintable()
    with pytest.raises(RepoError) as caught:
        repo.push(repository, Target("origin", "main"), git(work, "rev-parse", "HEAD").strip(), branch=name)
    assert caught.value.code.number == "GR831"


def test_branch_of_a_pull_request_is_only_moved_forward(work: Path) -> None:
    repository = repo.open_repository(work)
    to = repo.target(repository)
    first = edit(repository, {"rendered/a.yaml": b"1"}, to)
    repo.push(repository, to, first, branch="ramp/search")
    onto = repo.fetch(repository, Target("origin", "ramp/search"))
    repo.push(
        repository, to, edit(repository, {"rendered/a.yaml": b"2"}, Target("origin", "ramp/search")), "ramp/search"
    )
    assert onto is not None
    with pytest.raises(LostRace, match="origin/ramp/search"):
        repo.push(repository, to, edit(repository, {"rendered/a.yaml": b"3"}, to), branch="ramp/search")
    with pytest.raises(RepoError) as caught:
        repo.push(repository, to, first, branch="ramp/search/more")
    assert caught.value.code.number == "GR831"


USERS_OPTIONS = [
    "push.followTags=true",
    "push.default=matching",
    "push.recurseSubmodules=on-demand",
    "remote.origin.mirror=true",
    "fetch.prune=true",
    "fetch.pruneTags=true",
    "i18n.commitEncoding=latin1",
]


def test_user_configuration_does_not_change_what_is_pushed(work: Path) -> None:
    git(work, "tag", "v1", "-m", "mine")
    git(work, "branch", "mine")
    for option in USERS_OPTIONS:
        git(work, "config", *option.split("="))
    repository = repo.open_repository(work)
    to = repo.target(repository)
    made = edit(repository, {"rendered/a.yaml": b"1"}, to, "zwölf ✓\n")
    repo.push(repository, to, made)
    assert git(work, "ls-remote", "origin").split()[1::2] == ["HEAD", "refs/heads/main"]
    assert git(work, "tag") == "v1\n"
    assert "encoding" not in git(work, "cat-file", "commit", made)


def test_many_runs_in_one_clone_do_not_get_in_each_others_way(work: Path) -> None:
    """A lock that a killed run left behind on our ref neither."""
    repository = repo.open_repository(work)
    to = repo.target(repository)
    assert repo.fetch(repository, to) is not None
    (kept,) = git(work, "for-each-ref", "--format=%(refname)", "refs/gitramp").split()
    git(work, "commit", "--quiet", "--allow-empty", "--message", "more")
    git(work, "push", "--quiet")
    lock = work / ".git" / f"{kept}.lock"
    lock.touch()
    found = repo.fetch(repository, to)
    assert found is not None
    assert found.id == git(work, "rev-parse", "HEAD").strip()
    assert git(work, "for-each-ref", "--format=%(refname)", "refs/gitramp").split() == [kept]
    lock.unlink()
    with ThreadPoolExecutor(8) as pool:
        tips = list(pool.map(lambda _: repo.fetch(repo.open_repository(work), to), range(16)))
    assert set(tips) == {found}


# Servers that refuse, hang or are gone.


def hook(folder: Path, name: str, text: str) -> None:
    file = folder / "hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def refused(work: Path, code: str, timeout: float | None = None) -> RepoError:
    """Push in vain; the remote is as it was and nothing is held."""
    repository = repo.open_repository(work)
    to = Target("origin", "main")
    before = repo.commit_named(repository, "HEAD")
    made = repo.commit_tree(repository, repo.tree_with(repository, before, {"rendered/a.yaml": b"x"}), before, "edit\n")
    with pytest.raises(RepoError) as caught:
        repo.push(repository, to, made, timeout=timeout)
    assert caught.value.code.number == code, f"{caught.value}\n{caught.value.details}"
    assert git(work, "fsck", "--strict", "--no-dangling") == ""
    return caught.value


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("pre-receive", "echo 'no deploys on a Friday' >&2; exit 1", "GR833"),
        ("update", "echo 'not this branch' >&2; exit 1", "GR833"),
        ("reference-transaction", "test $1 != prepared || exit 1", "GR833"),
        ("pre-receive", "echo 'You are not allowed to push code to protected branches'; exit 1", "GR834"),
        ("update", "echo 'Gitea: Not allowed to push to protected branch main'; exit 1", "GR834"),
        ("pre-receive", "echo 'error: GH006: Protected branch update failed for x.' >&2; exit 1", "GR834"),
        ("pre-receive", "echo 'GitLab: PUSH BLOCKED: Secrets detected in code changes'; exit 1", "GR836"),
    ],
)  # fmt: skip
def test_hooks_of_the_server(work: Path, tmp_path: Path, name: str, text: str, code: str) -> None:
    hook(tmp_path / "remote.git", name, text)
    error = refused(work, code)
    assert text.split("'")[1] in error.details if "'" in text else error.details


def test_remote_with_files_and_one_that_is_strict(work: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "remote.git", "files")
    git(work, "remote", "set-url", "origin", str(tmp_path / "files"))
    assert "branch is currently checked out" in refused(work, "GR849").details
    git(work, "remote", "set-url", "origin", str(tmp_path / "remote.git"))
    for option in ("receive.denyNonFastForwards", "receive.denyDeletes", "receive.fsckObjects"):
        git(tmp_path / "remote.git", "config", option, "true")
    lands(work)
    git(tmp_path / "remote.git", "config", "receive.maxInputSize", "10")
    git(work, "reset", "--quiet", "--hard", "origin/main")
    refused(work, "GR843")


def test_hook_that_refuses_after_the_fact_is_no_refusal(work: Path, tmp_path: Path) -> None:
    hook(tmp_path / "remote.git", "post-receive", "echo 'deploy failed' >&2; exit 1")
    lands(work)


def test_race_that_is_lost_between_the_two_halves_of_a_push(work: Path, tmp_path: Path) -> None:
    """Another push lands while the server still looks at ours."""
    other = git(work, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "other").strip()
    git(work, "push", "--quiet", "origin", f"{other}:refs/heads/other")
    hook(tmp_path / "remote.git", "pre-receive", f"unset GIT_QUARANTINE_PATH; git update-ref refs/heads/main {other}")
    assert isinstance(refused(work, "GR832"), LostRace)


def test_hooks_of_the_clone(work: Path) -> None:
    hook(work / ".git", "pre-push", "cat > .git/asked; echo 'lint first' >&2; exit 1")
    assert "lint first" in refused(work, "GR835").details
    assert "refs/heads/main" in (work / ".git" / "asked").read_text()
    hook(work / ".git", "pre-push", "echo '! x:y [rejected] (fetch first)'; exit 1")
    refused(work, "GR835")
    lfs = "command -v git-lfs-not-there >/dev/null 2>&1 || { echo >&2 'git-lfs was not found on your path'; exit 2; }"
    hook(work / ".git", "pre-push", lfs)
    assert "git-lfs was not found" in refused(work, "GR835").details
    for name in ("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit"):
        hook(work / ".git", name, "touch .git/ran; exit 1")
    hook(work / ".git", "pre-push", "exit 0")
    lands(work)
    assert not (work / ".git" / "ran").exists()


def test_remote_that_is_not_there(work: Path, tmp_path: Path) -> None:
    for url, code in (
        (f"{tmp_path}/nowhere.git", "GR839"),
        (f"http://127.0.0.1:{closed_port()}/x.git", "GR840"),
        ("http://nowhere.invalid/x.git", "GR840"),
        (f"git://127.0.0.1:{closed_port()}/x.git", "GR840"),
    ):
        git(work, "remote", "set-url", "origin", url)
        assert "origin" in refused(work, code).message
        with pytest.raises(RepoError) as caught:
            repo.fetch(repo.open_repository(work), Target("origin", "main"))
        assert caught.value.code.number == code


@pytest.mark.parametrize("scheme", ["http", "git"])
def test_remote_that_hangs_is_left_and_nothing_keeps_running(work: Path, scheme: str) -> None:
    with hang() as port:
        git(work, "remote", "set-url", "origin", f"{scheme}://127.0.0.1:{port}/x.git")
        started = time.monotonic()
        error = refused(work, "GR842", timeout=0.5)
        assert time.monotonic() - started < 5
        assert error.message == "origin did not answer within 0.5 seconds"
        wait_for(lambda: f":{port}/" not in processes())  # what is killed takes a moment


def test_hook_that_hangs_is_stopped_with_all_that_it_started(work: Path, tmp_path: Path) -> None:
    hook(work / ".git", "pre-push", f"sleep 4567 & echo $! > {tmp_path}/pid; sleep 4567")
    refused(work, "GR842", timeout=0.5)
    asked = ["ps", "-o", "stat=", "-p", (tmp_path / "pid").read_text().strip()]
    assert subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()[:1] in ("", "Z")


def test_helper_that_outlives_git_does_not_hold_the_run(work: Path) -> None:
    """`git credential-cache` starts a daemon that keeps standard error open."""
    hook(work / ".git", "pre-push", "sleep 20 & exit 0")
    started = time.monotonic()
    lands(work)
    assert time.monotonic() - started < 10


def test_interrupt_stops_git_too(work: Path) -> None:
    program = "from pathlib import Path; from gitramp import repo; r = repo.open_repository(Path()); "
    program += "repo.fetch(r, repo.Target('origin', 'main'))"
    with hang() as port:
        git(work, "remote", "set-url", "origin", f"http://127.0.0.1:{port}/x.git")
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
        child = subprocess.Popen([sys.executable, "-c", program], cwd=work, env=environment, stderr=subprocess.PIPE)
        wait_for(lambda: f":{port}/" in processes())
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=10)
        assert b"KeyboardInterrupt" in said
        wait_for(lambda: f":{port}/" not in processes())  # what is killed takes a moment


def processes() -> str:
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_ssh_asks_nobody(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real ssh, which finds nobody; and one that would ask, if it might."""
    git(work, "remote", "set-url", "origin", f"ssh://bot@127.0.0.1:{closed_port()}/x.git")
    refused(work, "GR840")
    asks = tmp_path / "ssh"
    asks.write_text("#!/bin/sh\n(exec </dev/tty) 2>&- && echo asked >&2\necho $SSH_ASKPASS_REQUIRE >&2; exit 1\n")
    asks.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(asks))  # the user's own is kept
    details = refused(work, "GR846").details
    assert "never" in details
    assert "asked" not in details


def test_repository_of_another_owner(work: Path, configuration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = configuration.read_text()
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(RepoError) as caught:
        repo.open_repository(work)
    assert caught.value.code.number == "GR813"
    try:
        git(work, "config", "--global", "--add", "safe.directory", str(work))
        repository = repo.open_repository(work)
        with pytest.raises(RepoError) as caught:  # now it is the remote's folder
            repo.fetch(repository, Target("origin", "main"))
        assert caught.value.code.number == "GR813"
        git(work, "config", "--global", "--add", "safe.directory", "*")
        assert repo.fetch(repository, Target("origin", "main")) is not None
    finally:
        configuration.write_text(before)


@pytest.mark.parametrize("said", ["0", "-1", "soon", "nan", "inf"])
def test_time_limit_that_is_none(work: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("GITRAMP_TIMEOUT", said)
    with pytest.raises(UsageError, match="GITRAMP_TIMEOUT"):
        repo.fetch(repo.open_repository(work), Target("origin", "main"))


# HTTP and credentials.


@pytest.fixture
def server(work: Path, tmp_path: Path) -> Iterator[GitServer]:
    """Serve the remote over HTTP with the token for a password; the clone does not know it yet."""
    git(tmp_path / "remote.git", "config", "http.receivepack", "true")
    with serve(tmp_path, TOKEN) as serving:
        git(work, "remote", "set-url", "origin", serving.url("remote.git", ""))
        yield serving


def with_login(work: Path, server: GitServer, way: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give git a password, in one of the ways in which CI systems do."""
    bare = server.url("remote.git", "")
    header = GitServer(work, password=word).header()
    if way == "url":
        git(work, "remote", "set-url", "origin", server.url("remote.git", word))
    elif way == "header":  # actions/checkout
        git(work, "config", f"http.{bare}.extraheader", header)
    elif way == "environment":
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "http.extraheader")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", header)
    elif way == "insteadOf":
        git(work, "config", f"url.{server.url('', word)}.insteadOf", server.url("", ""))
    elif way == "helper":
        git(work, "config", "credential.helper", f"!f() {{ echo username={USER}; echo password=$GITHUB_TOKEN; }}; f")
        monkeypatch.setenv("GITHUB_TOKEN", word)
    else:
        script = work / ".git" / "askpass"
        script.write_text(f'#!/bin/sh\ncase "$1" in User*) echo {USER};; *) echo "$CI_JOB_TOKEN";; esac\n')
        script.chmod(0o755)
        monkeypatch.setenv("GIT_ASKPASS", str(script))
        monkeypatch.setenv("CI_JOB_TOKEN", word)


WAYS = ["url", "header", "environment", "insteadOf", "helper", "askpass"]


@pytest.mark.parametrize("way", WAYS)
def test_push_over_http_with_credentials(
    work: Path, server: GitServer, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_login(work, server, way, TOKEN, monkeypatch)
    lands(work)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["wrong password", "hook that echoes it", "error that echoes it"])
def test_no_credential_is_in_any_word(
    work: Path, tmp_path: Path, server: GitServer, way: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server gives back all that it knows of the caller."""
    monkeypatch.setenv("GIT_TRACE", "1")
    monkeypatch.setenv("GIT_CURL_VERBOSE", "1")
    monkeypatch.setenv("GIT_TRACE_REDACT", "0")
    header = server.header()
    with_login(work, server, way, TOKEN, monkeypatch)
    if kind == "wrong password":
        server.password = "another"
    elif kind == "error that echoes it":
        server.status, server.body = 403, f"no entry for {TOKEN}, {header}\n".encode()
    else:
        hook(tmp_path / "remote.git", "pre-receive", f"echo 'bad token {TOKEN}'; echo '{header}' >&2; exit 1")
    code = {"wrong password": "GR837", "error that echoes it": "GR838"}.get(kind, "GR833")
    if kind == "wrong password" and way in ("header", "environment"):
        code = "GR837"
    error = refused(work, code)
    told = "".join(traceback.format_exception(error)) + repr(error) + error.details + error.message + error.remedy
    for secret in (TOKEN, header.split()[-1]):
        assert secret not in told
    assert error.details


def test_nobody_is_asked_for_a_password(work: Path, server: GitServer) -> None:
    started = time.monotonic()
    assert "terminal prompts disabled" in refused(work, "GR837").details
    assert time.monotonic() - started < 10
    assert server.seen


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "GR837"), (403, "GR838"), (404, "GR839"), (409, "GR832"), (413, "GR843"), (429, "GR846"), (503, "GR846")],
)
def test_server_that_answers_with_a_status(work: Path, server: GitServer, status: int, code: str) -> None:
    git(work, "config", "credential.helper", f"!f() {{ echo username={USER}; echo password={TOKEN}; }}; f")
    server.status, server.body = status, b"no\n"
    error = refused(work, code)
    assert TOKEN not in error.details
    with pytest.raises(RepoError) as caught:
        repo.target(repo.open_repository(work), branch="") and repo.fetch(
            repo.open_repository(work), Target("origin", "main")
        )
    assert caught.value.code.number == code


# Signatures.


def ssh_key(home: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / "key")], check=True)
    return home / "key"


def test_commit_signed_with_ssh(work: Path, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    public = key.with_suffix(".pub").read_text()
    (tmp_path / "allowed").write_text(f"ada@example.com {public}")
    for name, value in {
        "commit.gpgsign": "yes",
        "gpg.format": "ssh",
        "user.signingkey": str(key),
        "gpg.ssh.allowedSignersFile": str(tmp_path / "allowed"),
    }.items():
        git(work, "config", name, value)
    git(work, "verify-commit", lands(work))
    key.unlink()
    repository = repo.open_repository(work)
    with pytest.raises(RepoError) as caught:
        edit(repository, {"rendered/a.yaml": b"x"}, repo.target(repository))
    assert caught.value.code.number == "GR812"


def test_commit_signed_with_gpg(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(tempfile.mkdtemp(prefix="gr-"))  # a socket's path has a limit
    monkeypatch.setenv("GNUPGHOME", str(home))
    try:
        made = [
            "gpg",
            "--batch",
            "--quiet",
            "--passphrase",
            "",
            "--quick-generate-key",
            "Ada <ada@example.com>",
            "ed25519",
        ]
        subprocess.run(made, check=True, capture_output=True)
        git(work, "config", "commit.gpgsign", "true")
        git(work, "verify-commit", lands(work))
        git(work, "config", "user.signingkey", "DEADBEEF")
        repository = repo.open_repository(work)
        with pytest.raises(RepoError) as caught:
            edit(repository, {"rendered/a.yaml": b"x"}, repo.target(repository))
        assert caught.value.code.number == "GR812"
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)


def test_author_and_committer(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = repo.open_repository(work)
    base = repo.fetch(repository, repo.target(repository))
    assert base is not None
    tree = repo.tree_of(repository, base)
    made = repo.commit_tree(repository, tree, base, "subject\n\n# kept\n", repo.Authorship("Zoë B <zoe+x@example.com>"))
    assert git(work, "show", "--no-patch", "--format=%an <%ae>, %cn <%ce>, %B", made) == (
        "Zoë B <zoe+x@example.com>, Ada <ada@example.com>, subject\n\n# kept\n\n"
    )
    for wrong in ("Zoe", "<zoe@example.com>", "Zoe <a b>", "Z\noe <z@x>", "Zoe <z@x> more"):
        with pytest.raises(RepoError) as caught:
            repo.commit_tree(repository, tree, base, "subject\n", repo.Authorship(wrong))
        assert caught.value.code.number == "GR806"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git(work, "config", "user.useConfigOnly", "true")
    with pytest.raises(RepoError) as caught:
        repo.commit_tree(repository, tree, base, "subject\n")
    assert caught.value.code.number == "GR806"
