"""The Git stage: one commit of named paths, everything else as it was, and every refusal by its own code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from gitramp import repo
from gitramp.problem import RepoError

ROOT = Path(__file__).resolve().parents[1]
ODD_NAMES = [
    "rendered/with space.yaml",
    "rendered/zwölf/ünï.yaml",
    "rendered/new\nline.yaml",
    "rendered/tab\t.yaml",
    'rendered/"quoted".yaml',
    "rendered/back\\slash.yaml",
    "rendered/-leading.yaml",
    "-a/leading.yaml",
    "rendered/*.yaml",
    "rendered/?[ab].yaml",
    ":(top)/x.yaml",
    ":!rendered/x.yaml",
    ":/rendered.yaml",
    "#comment.yaml",
]


@pytest.fixture(scope="module", autouse=True)
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the machine's configuration and whatever repository the tests run in away; return the user's own."""
    home = tmp_path_factory.mktemp("home")
    (home / "gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
    )
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patched.delenv(name)
        patched.setenv("HOME", str(home))
        patched.setenv("XDG_CONFIG_HOME", str(home))
        patched.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
        patched.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        yield home / "gitconfig"


def git(folder: Path, *arguments: str, check: bool = True, text: str | None = None) -> str:
    """Run git as its user does; return what it prints to stdout."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=check, capture_output=True, timeout=60,
        input=None if text is None else text.encode(),
    )  # fmt: skip
    return done.stdout.decode("utf-8", "surrogateescape")


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


def start(folder: Path, files: dict[str, str] | None = None, *options: str) -> Path:
    """Make a repository with one commit of files, or with none."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", *options)
    if files:
        write(folder, files)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "start")
    return folder


@pytest.fixture(scope="module")
def work_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {"environments/a.yaml": "one\n", "rendered/a.yaml": "one\n", "other.txt": "one\n"}
    return start(tmp_path_factory.mktemp("work"), files)


@pytest.fixture
def work(work_template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(work_template, tmp_path / "work")


def publish(workspace: Path, paths: Sequence[str], message: str = "subject\n") -> str | None:
    """Do what the pipeline does with paths."""
    repository = repo.open_repository(workspace)
    repo.refuse_unready(repository)
    return repo.commit(repository, paths, message, repo.planned_tree(repository, paths))


def refused(workspace: Path, paths: Sequence[str], code: str, message: str = "subject\n") -> RepoError:
    """Publish in vain: nothing is committed and everything is as it was; return the refusal."""
    before = state(workspace)
    with pytest.raises(RepoError) as caught:
        publish(workspace, paths, message)
    assert caught.value.code.number == code, f"{caught.value}\n{caught.value.details}"
    assert state(workspace) == before
    return caught.value


def state(workspace: Path) -> tuple[str, ...]:
    """Return all that a commit could change: HEAD, the index to the last flag, and what differs from either."""
    head = git(workspace, "rev-parse", "--verify", "--quiet", "HEAD", check=False)
    index = git(workspace, "ls-files", "--stage", "-v", "-z", check=False)
    return head, index, status(workspace)


def status(workspace: Path) -> str:
    return git(workspace, "status", "--porcelain=v2", "--untracked-files=all", "-z", check=False)


def committed(workspace: Path, revision: str = "HEAD") -> dict[str, str]:
    """Return what one commit changed: path -> A, M or D."""
    said = git(workspace, "diff-tree", "--root", "-r", "-z", "--no-commit-id", "--name-status", revision)
    parts = said.split("\0")[:-1]
    return dict(zip(parts[1::2], parts[::2], strict=True))


def hook(workspace: Path, name: str, script: str) -> Path:
    path = workspace / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


# Opening.


def test_workspace_may_be_the_top_a_folder_in_it_or_a_link_to_one(work: Path, tmp_path: Path) -> None:
    (work / "deep" / "mesh").mkdir(parents=True)
    (tmp_path / "link").symlink_to(work / "deep" / "mesh")
    assert repo.open_repository(work).prefix == ""
    for workspace in (work / "deep" / "mesh", tmp_path / "link"):
        repository = repo.open_repository(workspace)
        assert (repository.top, repository.prefix) == (work.resolve(), "deep/mesh")
        assert repository.inside("a/b") == "deep/mesh/a/b"
        assert repository.outside("deep/mesh/a/b") == "a/b"


@pytest.mark.parametrize("name", ["$HOME", "a %HOME%", "~", "new\nline", "zwölf"])
def test_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = start(tmp_path / name, {"environments/a.yaml": "one\n"})
    write(folder, {"environments/a.yaml": "two\n"})
    assert publish(folder, ["environments/a.yaml"])
    assert committed(folder) == {"environments/a.yaml": "M"}


@pytest.mark.parametrize("place", ["no repository", "bare", "in .git", "broken link to the repository"])
def test_no_repository_with_a_work_tree(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "workspace"
    if place == "bare":
        git(tmp_path, "init", "--quiet", "--bare", "workspace")
    elif place == "in .git":
        folder = start(folder) / ".git" / "hooks"
    elif place == "broken link to the repository":
        write(folder, {".git": "gitdir: /nowhere\n"})
    folder.mkdir(parents=True, exist_ok=True)
    with pytest.raises(RepoError) as caught:
        repo.open_repository(folder)
    assert caught.value.code.number == "GR801"


def test_broken_configuration_is_told_in_git_s_words(work: Path) -> None:
    with (work / ".git" / "config").open("a") as file:
        file.write("[core\n")
    with pytest.raises(RepoError) as caught:
        repo.open_repository(work)
    assert caught.value.code.number == "GR814"
    assert "bad config line" in caught.value.details


def test_work_tree_elsewhere(tmp_path: Path) -> None:
    start(tmp_path / "store", None)
    (tmp_path / "tree" / "mesh").mkdir(parents=True)
    git(tmp_path / "store", "config", "core.worktree", str(tmp_path / "tree"))
    with pytest.raises(RepoError) as caught:
        repo.open_repository(tmp_path / "store")
    assert caught.value.code.number == "GR801"


def test_separate_git_folder(tmp_path: Path) -> None:
    folder = start(tmp_path / "work", {"environments/a.yaml": "one\n"}, f"--separate-git-dir={tmp_path / 'store'}")
    write(folder, {"environments/a.yaml": "two\n", "environments/b.yaml": "new\n"})
    assert publish(folder, ["environments/a.yaml", "environments/b.yaml"])
    assert status(folder) == ""


def test_linked_worktree_commits_to_its_own_branch(work: Path, tmp_path: Path) -> None:
    git(work, "worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "topic"))
    write(tmp_path / "topic", {"environments/a.yaml": "two\n", "rendered/new.yaml": "new\n"})
    made = publish(tmp_path / "topic", ["environments/a.yaml", "rendered/new.yaml"])
    assert git(work, "rev-parse", "topic").strip() == made
    assert git(work, "rev-list", "--count", "main") == "1\n"
    assert status(work) == status(tmp_path / "topic") == ""


def test_submodule_commits_to_itself(work: Path, tmp_path: Path) -> None:
    outer = start(tmp_path / "outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(work), "mesh")
    git(outer, "commit", "--quiet", "--message", "outer")
    write(outer / "mesh", {"rendered/a.yaml": "two\n"})
    made = publish(outer / "mesh", ["rendered/a.yaml"])
    assert git(outer / "mesh", "rev-parse", "HEAD").strip() == made
    assert git(outer, "rev-list", "--count", "HEAD") == "1\n"


def test_variables_of_another_repository_do_not_leak(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = start(tmp_path / "other", {"x": "x\n"})
    before = state(other)
    for name, value in {
        "GIT_DIR": ".git", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": ".git/index", "GIT_OBJECT_DIRECTORY": ".git/objects",
        "GIT_COMMON_DIR": ".git",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(other / value))
    monkeypatch.setenv("GIT_PREFIX", "sub/")
    write(work, {"rendered/a.yaml": "two\n", "rendered/b.yaml": "new\n"})
    assert publish(work, ["rendered/a.yaml", "rendered/b.yaml"])
    assert committed(work) == {"rendered/a.yaml": "M", "rendered/b.yaml": "A"}
    assert state(other) == before


@pytest.mark.parametrize("name", ["LITERAL", "GLOB", "ICASE"])
def test_user_s_reading_of_pathspecs_does_not_count(work: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GIT_{name}_PATHSPECS", "1")
    write(work, {"rendered/A.yaml": "big\n", "rendered/a.yaml": "two\n", "rendered/[a].yaml": "three\n"})
    assert publish(work, ["rendered/a.yaml", "rendered/[a].yaml"])
    assert committed(work) == {"rendered/[a].yaml": "A", "rendered/a.yaml": "M"}


# One commit of these paths, and nothing else.


@pytest.fixture(scope="module")
def busy_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository in which somebody is at work: every state a file can have, ours and theirs side by side."""
    files = {f"{folder}/{name}.txt": "one\n" for folder in ("rendered", "theirs") for name in ("edit", "gone", "same")}
    more = {f"theirs/{name}.txt": "one\n" for name in ("staged", "partly", "removed", "moved", "mode", "kept", "type")}
    folder = start(tmp_path_factory.mktemp("busy"), files | more)
    write(folder, {"theirs/staged.txt": "two\n", "theirs/partly.txt": "two\n", "theirs/added.txt": "new\n"})
    (folder / "theirs" / "mode.txt").chmod(0o755)
    git(folder, "rm", "--quiet", "theirs/removed.txt")
    git(folder, "rm", "--quiet", "--cached", "theirs/kept.txt")
    git(folder, "mv", "theirs/moved.txt", "theirs/name with space.txt")
    git(folder, "add", "theirs/staged.txt", "theirs/partly.txt", "theirs/added.txt", "theirs/mode.txt")
    write(folder, {"theirs/partly.txt": "three\n", "theirs/edit.txt": "two\n", "theirs/unknown.txt": "new\n"})
    write(folder, {"rendered/theirs.txt": "new\n", "theirs/intent.txt": "new\n"})
    git(folder, "add", "--intent-to-add", "theirs/intent.txt")
    (folder / "theirs" / "gone.txt").unlink()
    (folder / "theirs" / "type.txt").unlink()
    (folder / "theirs" / "type.txt").symlink_to("edit.txt")
    git(folder, "update-index", "--assume-unchanged", "theirs/same.txt")
    return folder


@pytest.fixture
def busy(busy_template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(busy_template, tmp_path / "busy", symlinks=True)


STAGED = ["diff", "--cached", "--no-ext-diff", "--"]
OURS = ["rendered/edit.txt", "rendered/gone.txt", "rendered/new/deep.txt"]


def edit_ours(folder: Path) -> None:
    write(folder, {"rendered/edit.txt": "two\n", "rendered/new/deep.txt": "new\n"})
    (folder / "rendered" / "gone.txt").unlink()


def of_others(folder: Path) -> tuple[str, str, str]:
    """Return the state of all files but ours: status, index with its flags, and what is staged."""
    theirs = [":/", *(f":(exclude,literal){path}" for path in OURS)]
    said = git(folder, "status", "--porcelain=v2", "--untracked-files=all", "-z", "--", *theirs)
    return said, git(folder, "ls-files", "-s", "-v", "--", *theirs), git(folder, *STAGED, *theirs)


@pytest.mark.parametrize("staged", ["nothing", "everything", "new file known", "deletion"])
def test_new_changed_and_deleted_files_alone(busy: Path, staged: str) -> None:
    before = of_others(busy)
    edit_ours(busy)
    if staged == "everything":
        git(busy, "add", "--all", "--", *OURS)
    elif staged == "new file known":
        git(busy, "add", "--intent-to-add", OURS[2])
    elif staged == "deletion":
        git(busy, "rm", "--quiet", OURS[1])
    made = publish(busy, OURS, "subject\n\nbody\n")
    assert committed(busy) == dict(zip(OURS, "MDA", strict=True))
    assert git(busy, "log", "-1", "--format=%H %P%n%an <%ae>%n%B").split("\n")[:4] == [
        f"{made} {git(busy, 'rev-parse', 'HEAD~1').strip()}", "Ada <ada@example.com>", "subject", "",
    ]  # fmt: skip
    assert of_others(busy) == before
    assert git(busy, "status", "--porcelain", "--", *OURS) == ""


@pytest.mark.parametrize("name", ["pre-commit", "prepare-commit-msg", "commit-msg", "reference-transaction"])
def test_refusal_leaves_the_index_as_it_was(busy: Path, name: str) -> None:
    edit_ours(busy)
    hook(busy, name, "echo 'No! Not on a Friday, it'\"'\"'s late' >&2; exit 1")
    error = refused(busy, OURS, "GR807")
    assert "No! Not on a Friday, it's late" in error.details or name == "reference-transaction"


@pytest.mark.parametrize("staged", [True, False])
def test_first_commit(tmp_path: Path, staged: bool) -> None:
    folder = start(tmp_path / "work")
    write(folder, {"rendered/a.yaml": "a\n", "theirs.txt": "a\n", "rendered/theirs.txt": "a\n"})
    git(folder, "add", "theirs.txt", *(["rendered/a.yaml"] if staged else []))
    hook(folder, "pre-commit", "exit 1")
    refused(folder, ["rendered/a.yaml"], "GR807")
    hook(folder, "pre-commit", "exit 0")
    assert publish(folder, ["rendered/a.yaml"])
    assert committed(folder) == {"rendered/a.yaml": "A"}
    assert git(folder, "status", "--porcelain") == "A  theirs.txt\n?? rendered/theirs.txt\n"
    assert git(folder, "rev-list", "--count", "main") == "1\n"


def test_nothing_new_is_no_commit(work: Path) -> None:
    before = state(work)
    assert publish(work, ["rendered/a.yaml"]) is None
    assert publish(work, []) is None
    assert state(work) == before


def test_odd_names_are_taken_as_they_stand(work: Path) -> None:
    """What is left behind is what a pattern would have taken along."""
    write(work, {"rendered/x.yaml": "x\n", "rendered/xa.yaml": "x\n", "rendered/a.yaml": "theirs\n"})
    left = status(work)
    for text, change in {"one\n": "A", "two\n": "M", "": "D"}.items():
        for name in ODD_NAMES:
            write(work, {name: text})
            if change == "D":
                (work / name).unlink()
        folders = sorted({name.partition("/")[0] for name in ODD_NAMES})
        assert set(repo.changed_paths(repo.open_repository(work), folders)) >= set(ODD_NAMES)
        assert publish(work, ODD_NAMES)
        assert committed(work) == dict.fromkeys(ODD_NAMES, change)
        assert status(work) == left


def test_name_that_is_no_text(work: Path) -> None:
    name = os.fsdecode(b"rendered/\xff.yaml")
    write(work, {name: "one\n"})
    assert publish(work, [name])
    assert committed(work) == {name: "A"}
    assert repo.head_snapshot(repo.open_repository(work), "rendered").files[name] == b"one\n"  # type: ignore[union-attr]


def test_hundreds_of_files_with_long_names(work: Path) -> None:
    files = {f"rendered/{'x' * 200}/{number}.yaml": f"{number}\n" for number in range(400)}
    write(work, files)
    assert publish(work, list(files))
    assert len(committed(work)) == 400
    assert status(work) == ""
    taken = repo.head_snapshot(repo.open_repository(work), f"rendered/{'x' * 200}")
    assert taken is not None
    assert taken.files == {path: text.encode() for path, text in files.items()}


def test_folder_of_the_repository(work: Path) -> None:
    mesh = work / "deploy" / "[mesh]"
    write(mesh, {"rendered/a.yaml": "mesh\n", "environments/b.yaml": "mesh\n"})
    write(work, {"rendered/a.yaml": "theirs\n", "deploy/m/rendered/a.yaml": "theirs\n"})
    repository = repo.open_repository(mesh)
    assert repo.head_snapshot(repository, "rendered") == repo.head_snapshot(repository, "none")
    assert repo.changed_paths(repository, ["rendered", "environments"]) == ("environments/b.yaml", "rendered/a.yaml")
    assert publish(mesh, ["rendered/a.yaml"])
    assert committed(work) == {"deploy/[mesh]/rendered/a.yaml": "A"}
    taken = repo.head_snapshot(repository, "rendered")
    assert taken is not None
    assert taken.files == {"rendered/a.yaml": b"mesh\n"}


# The user's configuration.


USUAL = {"core.fileMode": "true", "core.quotePath": "true", "index.version": "4", "core.untrackedCache": "true"}
QUIET = {"core.quotePath": "false", "core.splitIndex": "true", "core.ignoreCase": "true", "submodule.recurse": "true"}
EDITED = {"core.editor": "false", "commit.verbose": "true", "commit.status": "true", "commit.template": "template.txt"}
SHOWN = {"color.ui": "always", "column.ui": "always", "core.pager": "false", "log.showSignature": "true"}
STATUS = {"status.showUntrackedFiles": "no", "status.short": "true", "status.branch": "true", "status.renames": "true"}
DIFF = {"diff.external": "false", "diff.noprefix": "true", "diff.renames": "copies", "diff.ignoreSubmodules": "all"}
OTHER = {"format.signOff": "true", "trailer.sign.command": "false", "alias.commit": "!false", "alias.status": "!false"}


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"core.autocrlf": "true", "core.safecrlf": "warn"}, id="line ends"),
        pytest.param({"core.autocrlf": "input", "core.attributesFile": "attributes"}, id="line ends of input"),
        pytest.param(USUAL | SHOWN | {"i18n.commitEncoding": "ISO-8859-1"}, id="index, colours, Latin-1"),
        pytest.param(QUIET | STATUS | {"i18n.commitEncoding": "UTF-16"}, id="split index, status, UTF-16"),
        pytest.param(EDITED | DIFF | {"commit.cleanup": "strip"}, id="editor, strip"),
        pytest.param(EDITED | OTHER | {"commit.cleanup": "scissors"}, id="editor, scissors, aliases"),
        pytest.param({"commit.template": "/nowhere", "core.commentChar": ";"}, id="template that is not there"),
    ],
)
def test_configuration_changes_nothing_of_the_commit(busy: Path, settings: dict[str, str]) -> None:
    text = "subject é\n\n# not a comment\n; nor this\nbody  \n"
    edit_ours(busy)
    write(busy, {"template.txt": text, ".git/info/exclude": "/template.txt\n/attributes\n", "attributes": "* text\n"})
    for key, value in settings.items():
        git(busy, "config", key, value)
    before = of_others(busy)
    made = publish(busy, OURS, repo.with_trailers(text, {"Key": ["value"]}))
    assert made is not None
    assert committed(busy) == dict(zip(OURS, "MDA", strict=True))
    stored = git(busy, "cat-file", "commit", made).partition("\n\n")[2]
    assert stored == repo.with_trailers(text, {"Key": ["value"]})
    assert git(busy, "log", "-1", "--format=%(trailers:only)", "--encoding=UTF-8").strip() == "Key: value"
    assert of_others(busy) == before
    assert git(busy, "show", f"HEAD:{OURS[2]}") == "new\n"


@pytest.mark.parametrize("autocrlf", ["true", "input"])
def test_line_ends_are_git_s_matter(work: Path, autocrlf: str) -> None:
    git(work, "config", "core.autocrlf", autocrlf)
    write(work, {"rendered/a.yaml": "two\r\nthree\r\n", "rendered/b.yaml": "new\r\n"})
    assert publish(work, ["rendered/a.yaml", "rendered/b.yaml"])
    taken = repo.head_snapshot(repo.open_repository(work), "rendered")
    assert taken is not None
    assert taken.files == {"rendered/a.yaml": b"two\nthree\n", "rendered/b.yaml": b"new\n"}
    assert repo.changed_paths(repo.open_repository(work), ["rendered"]) == ()


def test_sha256(tmp_path: Path) -> None:
    folder = start(tmp_path / "work", {"rendered/a.yaml": "one\n"}, "--object-format=sha256")
    write(folder, {"rendered/a.yaml": "two\n", "rendered/b.yaml": "new\n"})
    made = publish(folder, ["rendered/a.yaml", "rendered/b.yaml"])
    assert made is not None
    assert len(made) == 64
    taken = repo.head_snapshot(repo.open_repository(folder), "rendered")
    assert taken is not None
    assert taken.files == {"rendered/a.yaml": b"two\n", "rendered/b.yaml": b"new\n"}


# Hooks.


WORDS = """\
error: gpg failed to sign the data
Signing failed: sign off your commit
fatal: Unable to create '/x/.git/index.lock': File exists.
fatal: detected dubious ownership
mkdir: cannot create directory: Permission denied
fatal: not a git repository
stderr: 'quoted' and

  stdout: '
zwölf ✗"""


def test_whatever_a_hook_says_it_is_the_hook_that_refused(work: Path) -> None:
    write(work, {"rendered/a.yaml": "two\n", ".git/words": WORDS})
    hook(work, "pre-commit", "cat .git/words >&2; echo; echo out; exit 1")
    error = refused(work, ["rendered/a.yaml"], "GR807")
    assert WORDS in error.details
    assert "out" in error.details


def test_commit_msg_hook_that_empties_the_message(work: Path) -> None:
    write(work, {"rendered/a.yaml": "two\n"})
    hook(work, "commit-msg", ': > "$1"')
    assert "empty commit message" in refused(work, ["rendered/a.yaml"], "GR807").details


def test_hook_from_the_configured_folder_adds_to_the_message(work: Path) -> None:
    script = hook(work, "commit-msg", 'printf "\\nTicket: 7\\n" >> "$1"')
    git(work, "config", "core.hooksPath", "theirs")
    (work / "theirs").mkdir()
    script.rename(work / "theirs" / "commit-msg")
    write(work, {"rendered/a.yaml": "two\n"})
    assert publish(work, ["rendered/a.yaml"])
    assert git(work, "log", "-1", "--format=%B") == "subject\n\nTicket: 7\n\n"


def test_hook_sees_what_it_sees_with_git_commit(work: Path) -> None:
    write(work, {"rendered/a.yaml": "two\n", "rendered/new.yaml": "new\n", "other.txt": "two\n"})
    git(work, "add", "other.txt")
    hook(
        work,
        "pre-commit",
        "exec > .git/seen; git diff --cached --name-only -- 'rendered/*.yaml'; git ls-files 'ENV*' ':(icase)ENV*';"
        "git rev-parse --show-toplevel; git stash list; env | grep -E '_PATHSPECS=1' && exit 1; pwd; echo $LC_ALL",
    )
    assert publish(work, ["rendered/a.yaml", "rendered/new.yaml"])
    seen = ["rendered/a.yaml", "rendered/new.yaml", "environments/a.yaml", str(work), str(work), "C.UTF-8"]
    assert (work / ".git" / "seen").read_text().splitlines() == seen


@pytest.mark.parametrize("name", ["pre-commit", "post-commit"])
def test_hook_that_changes_what_was_committed(work: Path, name: str) -> None:
    write(work, {"rendered/a.yaml": "two\n", "other.txt": "dirty\n"})
    amend = "test -e .git/done && exit; touch .git/done; git commit -q --amend --no-edit" if name[1] == "o" else ":"
    hook(work, name, f"echo tidy >> rendered/a.yaml; git add rendered/a.yaml; {amend}")
    with pytest.raises(RepoError) as caught:
        publish(work, ["rendered/a.yaml"])
    assert caught.value.code.number == "GR808"
    assert caught.value.details == "rendered/a.yaml"
    assert git(work, "rev-parse", "--short=12", "HEAD").strip() in caught.value.message
    assert committed(work) == {"rendered/a.yaml": "M"}
    assert git(work, "status", "--porcelain", "other.txt") == " M other.txt\n"


def test_hook_that_edits_without_adding_changes_no_commit(work: Path) -> None:
    write(work, {"rendered/a.yaml": "two\n"})
    hook(work, "pre-commit", "echo tidy >> rendered/a.yaml")
    assert publish(work, ["rendered/a.yaml"])
    assert git(work, "show", "HEAD:rendered/a.yaml") == "two\n"


def test_hook_that_is_killed_or_cannot_start(work: Path) -> None:
    write(work, {"rendered/a.yaml": "two\n", "rendered/new.yaml": "new\n"})
    paths = ["rendered/a.yaml", "rendered/new.yaml"]
    hook(work, "pre-commit", "kill -9 $$")
    refused(work, paths, "GR807")
    (work / ".git" / "hooks" / "pre-commit").write_text("#!/nowhere/sh\n")
    refused(work, paths, "GR807")


def test_interrupt_leaves_no_file_known(work: Path) -> None:
    """Ctrl-C in a hook reaches git and gitramp alike; the index is as it was."""
    write(work, {"rendered/new.yaml": "new\n"})
    hook(work, "pre-commit", "kill -2 $PPID; kill -2 $GITRAMP; sleep 0.2; exit 1")
    before = state(work)
    script = (
        "import os, sys, pathlib; from gitramp import repo; os.environ['GITRAMP'] = str(os.getpid())\n"
        "r = repo.open_repository(pathlib.Path.cwd()); p = ['rendered/new.yaml']\n"
        "try: repo.commit(r, p, 'subject', repo.planned_tree(r, p))\n"
        "except KeyboardInterrupt: sys.exit(130)\n"
    )
    done = python(work, script)
    assert done.returncode == 130, done.stderr
    assert state(work) == before


def python(folder: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), **environment}
    argv = [sys.executable, "-c", script]
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60)


# States in which a commit would lose something.


def test_detached_head(work: Path) -> None:
    git(work, "checkout", "--quiet", "--detach")
    write(work, {"rendered/a.yaml": "two\n"})
    refused(work, ["rendered/a.yaml"], "GR803")


@pytest.fixture(scope="module")
def diverged_template(work_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with two branches in conflict about other.txt, on `main`; HEAD~1 is what conflicts."""
    folder = shutil.copytree(work_template, tmp_path_factory.mktemp("diverged") / "work")
    git(folder, "switch", "--quiet", "-c", "side")
    write(folder, {"other.txt": "side\n"})
    git(folder, "commit", "--quiet", "--all", "--message", "side")
    git(folder, "format-patch", "--quiet", "-1", "--output", ".git/side.patch")
    git(folder, "switch", "--quiet", "main")
    for text in ("main\n", "later\n"):
        write(folder, {"other.txt": text})
        git(folder, "commit", "--quiet", "--all", "--message", text)
    return folder


@pytest.fixture
def diverged(diverged_template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(diverged_template, tmp_path / "work")


@pytest.mark.parametrize(
    ("command", "name", "settled"),
    [
        (["merge", "side"], "merge", False),
        (["merge", "--no-commit", "--strategy=ours", "side"], "merge", True),
        (["rebase", "side"], "rebase", True),
        (["rebase", "--apply", "side"], "rebase", False),
        (["cherry-pick", "side"], "cherry-pick", True),
        (["revert", "HEAD~1"], "revert", True),
        (["am", ".git/side.patch"], "am", False),
    ],
)
def test_operation_in_progress(diverged: Path, command: list[str], name: str, settled: bool) -> None:
    git(diverged, *command, check=False)
    if settled:
        git(diverged, "add", "other.txt")
    write(diverged, {"rendered/a.yaml": "two\n"})
    error = refused(diverged, ["rendered/a.yaml"], "GR804")
    assert error.message == f"a {name} is in progress"
    git(diverged, *error.remedy.split("`")[1].split()[1:])
    assert (publish(diverged, ["rendered/a.yaml"]) is None) == ("drops edits" in error.remedy)


def test_rest_of_several_commits_is_still_in_progress(diverged: Path) -> None:
    """Between two picks there is no CHERRY_PICK_HEAD, only what is left to do."""
    git(diverged, "cherry-pick", "side", "side~1", check=False)
    write(diverged, {"other.txt": "settled\n"})
    git(diverged, "commit", "--quiet", "--all", "--no-edit")
    write(diverged, {"rendered/a.yaml": "two\n"})
    refused(diverged, ["rendered/a.yaml"], "GR804")


def test_conflict_that_belongs_to_no_operation(work: Path) -> None:
    write(work, {"other.txt": "stashed\n"})
    git(work, "stash", "--quiet")
    write(work, {"other.txt": "two\n", "rendered/a.yaml": "two\n"})
    git(work, "commit", "--quiet", "other.txt", "--message", "two")
    git(work, "stash", "pop", check=False)
    error = refused(work, ["rendered/a.yaml"], "GR804")
    assert error.message.startswith("other.txt has conflicts")


def test_bisect_on_a_branch_is_no_hindrance(work: Path) -> None:
    git(work, "bisect", "start")
    write(work, {"rendered/a.yaml": "two\n"})
    assert publish(work, ["rendered/a.yaml"])


def test_index_lock(work: Path) -> None:
    write(work, {"rendered/a.yaml": "two\n", ".git/index.lock": ""})
    error = refused(work, ["rendered/a.yaml"], "GR805")
    assert error.message == ".git/index.lock exists"
    assert error.remedy.endswith("delete .git/index.lock")


@pytest.mark.parametrize("lock", ["HEAD.lock", "refs/heads/main.lock"])
def test_lock_that_only_the_commit_meets(work: Path, lock: str) -> None:
    write(work, {"rendered/a.yaml": "two\n", "rendered/new.yaml": "new\n", f".git/{lock}": ""})
    error = refused(work, ["rendered/a.yaml", "rendered/new.yaml"], "GR805")
    assert str(work / ".git" / lock) in error.remedy


def test_lock_of_a_linked_worktree_is_its_own(work: Path, tmp_path: Path) -> None:
    git(work, "worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "topic"))
    write(work, {".git/index.lock": "", ".git/MERGE_HEAD": ""})
    write(tmp_path / "topic", {"rendered/a.yaml": "two\n"})
    assert publish(tmp_path / "topic", ["rendered/a.yaml"])


@pytest.mark.parametrize("setting", ["user.name", "user.email"])
def test_nobody_to_commit(work: Path, configuration: Path, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git(work, "config", "user.useConfigOnly", "true")
    git(work, "config", setting, "Ada")
    write(work, {"rendered/a.yaml": "two\n"})
    if setting == "user.name":
        error = refused(work, ["rendered/a.yaml"], "GR806")
        assert "user.email" in error.details
    else:
        refused(work, ["rendered/a.yaml"], "GR806")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Grace")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "grace@example.com")
    assert publish(work, ["rendered/a.yaml"])
    assert git(work, "log", "-1", "--format=%an %ce") == "Grace grace@example.com\n"


STAGED_OTHERWISE = {
    "changed, changed again": "echo two > rendered/a.yaml; git add rendered; echo three > rendered/a.yaml",
    "changed, deleted": "echo two > rendered/a.yaml; git add rendered; rm rendered/a.yaml",
    "changed, changed back": "echo two > rendered/a.yaml; git add rendered; echo one > rendered/a.yaml",
    "deleted, still there": "git rm --quiet --cached rendered/a.yaml",
    "deleted, new again": "git rm --quiet rendered/a.yaml; mkdir -p rendered; echo two > rendered/a.yaml",
    "added, changed": "echo new > rendered/n.yaml; git add rendered; echo two > rendered/n.yaml",
    "added, deleted": "echo new > rendered/n.yaml; git add rendered; rm rendered/n.yaml",
}


@pytest.mark.parametrize("script", STAGED_OTHERWISE.values(), ids=STAGED_OTHERWISE)
def test_staged_in_another_version(work: Path, script: str) -> None:
    subprocess.run(["sh", "-ec", script], cwd=work, check=True)
    write(work, {"environments/a.yaml": "two\n"})
    path = "rendered/n.yaml" if "n.yaml" in script else "rendered/a.yaml"
    assert path in refused(work, ["environments/a.yaml", path], "GR809").message
    git(work, "reset", "--quiet", "--", path)
    assert publish(work, ["environments/a.yaml"])


def test_partly_staged_by_others_is_none_of_ours(busy: Path) -> None:
    edit_ours(busy)
    assert publish(busy, OURS)
    assert "1 MM " in status(busy)


@pytest.mark.parametrize("rule", ["rendered/", "*.yaml", "/rendered/new.yaml", "rendered/*\n!rendered/a.yaml"])
def test_ignored(work: Path, rule: str) -> None:
    write(work, {"rendered/a.yaml": "two\n", "rendered/new.yaml": "new\n", ".gitignore": f"{rule}\n"})
    repository = repo.open_repository(work)
    repo.refuse_ignored(repository, {"rendered/a.yaml"}, ["rendered"])  # Git knows it: no rule counts
    with pytest.raises(RepoError) as caught:
        repo.refuse_ignored(repository, {"rendered/a.yaml", "rendered/new.yaml"}, ["rendered"])
    assert (caught.value.code.number, caught.value.message) == ("GR810", "rendered/new.yaml is ignored by Git")
    assert publish(work, ["rendered/a.yaml"])


@pytest.mark.parametrize("mark", ["assume-unchanged", "skip-worktree"])
def test_file_whose_changes_git_passes_over(work: Path, mark: str) -> None:
    git(work, "update-index", f"--{mark}", "environments/a.yaml")
    write(work, {"environments/a.yaml": "two\n"})
    repository = repo.open_repository(work)
    assert repo.changed_paths(repository, ["environments"]) == ()
    repo.refuse_ignored(repository, {"rendered/a.yaml"}, ["rendered", "environments"])
    with pytest.raises(RepoError) as caught:
        repo.refuse_ignored(repository, {"environments/a.yaml"}, ["environments"])
    assert (caught.value.code.number, caught.value.message) == ("GR815", f"environments/a.yaml is marked {mark}")
    git(work, *caught.value.remedy.split("`")[1].split()[1:])
    assert publish(work, ["environments/a.yaml"])


@pytest.mark.parametrize("how", ["submodule", "nested"])
def test_folder_that_is_another_repository(work: Path, tmp_path: Path, how: str) -> None:
    inner = start(tmp_path / "inner", {"production/a.yaml": "a\n"})
    if how == "submodule":
        git(work, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "deploy")
    else:
        shutil.copytree(inner, work / "deploy")
    repository = repo.open_repository(work)
    for folder in ("deploy", "deploy/production"):
        with pytest.raises(RepoError) as caught:
            repo.refuse_ignored(repository, {"deploy/production/a.yaml"}, [folder])
        assert caught.value.code.number == "GR815"


def test_ignored_but_added_by_force(work: Path) -> None:
    write(work, {"rendered/new.yaml": "new\n", ".gitignore": "new.yaml\n"})
    git(work, "add", "--force", "rendered/new.yaml")
    repo.refuse_ignored(repo.open_repository(work), {"rendered/new.yaml"}, ["rendered"])
    assert publish(work, ["rendered/new.yaml"])
    assert committed(work) == {"rendered/new.yaml": "A"}


# The machine.


def occupy_objects(folder: Path) -> None:
    """Put files where git needs folders: that is a disk that refuses for root too, who may write everywhere."""
    for number in range(256):
        if not (folder / ".git" / "objects" / f"{number:02x}").exists():
            write(folder, {f".git/objects/{number:02x}": ""})


def test_objects_that_cannot_be_written(work: Path) -> None:
    write(work, {"rendered/a.yaml": "two\n", "rendered/new.yaml": "new\n"})
    occupy_objects(work)
    refused(work, ["rendered/a.yaml", "rendered/new.yaml"], "GR811")


def test_commit_object_that_cannot_be_written(work: Path) -> None:
    """All is known to git but the commit itself, so that the disk refuses in the last moment."""
    write(work, {"rendered/a.yaml": "two\n", "rendered/new.yaml": "new\n"})
    paths = ["rendered/a.yaml", "rendered/new.yaml"]
    repo.planned_tree(repo.open_repository(work), paths)
    hook(work, "commit-msg", "echo $$ >> $1")
    occupy_objects(work)
    refused(work, paths, "GR811")


def test_temporary_files_that_cannot_be_written(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(work, {"rendered/a.yaml": "two\n"})
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    refused(work, ["rendered/a.yaml"], "GR811")


def test_object_that_is_lost(work: Path) -> None:
    blob = git(work, "rev-parse", "HEAD:rendered/a.yaml").strip()
    (work / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(RepoError) as caught:
        repo.head_snapshot(repo.open_repository(work), "rendered")
    assert caught.value.code.number == "GR814"


@pytest.mark.parametrize(
    "settings",
    [
        {"gpg.program": "/bin/false"},
        {"gpg.program": "/nowhere/gpg"},
        {"gpg.format": "ssh"},
        {"gpg.format": "ssh", "user.signingKey": "/nowhere/design.pub"},
        {"gpg.format": "ssh", "gpg.ssh.program": "/nowhere/ssh-keygen", "user.signingKey": "/nowhere"},
    ],
)
def test_signing_that_fails(work: Path, settings: dict[str, str]) -> None:
    for key, value in {"commit.gpgSign": "true", **settings}.items():
        git(work, "config", key, value)
    write(work, {"rendered/a.yaml": "two\n", "rendered/new.yaml": "new\n"})
    refused(work, ["rendered/a.yaml", "rendered/new.yaml"], "GR812")


def test_signing_as_configured(work: Path) -> None:
    script = hook(work, "sign", 'cat > /dev/null; echo "[GNUPG:] SIG_CREATED " >&2; echo SIGNED')
    git(work, "config", "commit.gpgSign", "true")
    git(work, "config", "gpg.program", str(script))
    write(work, {"rendered/a.yaml": "two\n"})
    assert publish(work, ["rendered/a.yaml"])
    assert "gpgsig SIGNED" in git(work, "cat-file", "commit", "HEAD")


def test_owner_that_git_does_not_trust(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(RepoError) as caught:
        repo.open_repository(work)
    assert caught.value.code.number == "GR813"


@pytest.mark.parametrize("refresh", ["", "quiet"])
def test_no_git(work: Path, tmp_path: Path, refresh: str) -> None:
    script = (
        "import pathlib; from gitramp import repo; from gitramp.problem import RepoError\n"
        "try: repo.open_repository(pathlib.Path.cwd())\n"
        "except RepoError as error: print(error)\n"
    )
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text("not executable")
    environment = {"GIT_PYTHON_REFRESH": refresh} if refresh else {}
    done = python(work, script, PATH=str(tmp_path / "bin"), **environment)
    assert (done.stdout, done.stderr) == ("GR802 git cannot be started\n", "")


@pytest.mark.parametrize("secret", ["ada:hunter2", "ada:hunter2@x"])
def test_credentials_are_not_told(work: Path, secret: str) -> None:
    write(work, {"rendered/a.yaml": "two\n"})
    words = f"fatal: unable to access 'https://{secret}@example.com/x.git': see ssh://git@example.com/x//y@z"
    hook(work, "pre-commit", f'echo "{words}" >&2; exit 1')
    error = refused(work, ["rendered/a.yaml"], "GR807")
    assert "hunter2" not in error.details + str(error)
    assert "https://***@example.com/x.git" in error.details


# What HEAD holds.


def test_snapshot_is_the_committed_bytes(work: Path) -> None:
    contents = {
        "empty": b"", "no end": b"a", "one": b"a\n", "two": b"a\n\n", "crlf": b"a\r\nb\r\n", "nul": b"\0\n\0",
        "binary": bytes(range(256)) * 500, "like cat-file": b"0123456789abcdef blob 5\nhello\n", "newline": b"\n",
        "same as one": b"a\n", "umlaut ü\n.txt": "ü".encode(), "sub/deep/x": b"x", "cr": b"\r",
    }  # fmt: skip
    for name, content in contents.items():
        (work / "snap" / name).parent.mkdir(parents=True, exist_ok=True)
        (work / "snap" / name).write_bytes(content)
    (work / "snap" / "link").symlink_to("one")
    (work / "snap" / "run").write_bytes(b"#!")
    (work / "snap" / "run").chmod(0o755)
    (work / "snap.txt").write_text("beside")
    git(work, "-c", "core.safecrlf=false", "add", "snap", "snap.txt")
    git(work, "update-index", "--add", "--cacheinfo", f"160000,{git(work, 'rev-parse', 'HEAD').strip()},snap/module")
    git(work, "commit", "--quiet", "--message", "snap")
    write(work, {"snap/one": "dirty", "snap/untracked": "x"})
    taken = repo.head_snapshot(repo.open_repository(work), "snap")
    assert taken is not None
    assert taken.files == {f"snap/{name}": content for name, content in (contents | {"run": b"#!"}).items()}
    assert list(taken.files) == sorted(taken.files)


def test_snapshot_of_nothing(work: Path, tmp_path: Path) -> None:
    assert repo.head_snapshot(repo.open_repository(start(tmp_path / "new")), "rendered") is None
    taken = repo.head_snapshot(repo.open_repository(work), "none")
    assert taken is not None
    assert taken.files == {}


def test_snapshot_leaves_out_what_is_too_large(work: Path) -> None:
    with (work / "rendered" / "large.yaml").open("wb") as file:
        file.truncate(8 * 1024 * 1024 + 1)
    git(work, "add", "rendered")
    git(work, "commit", "--quiet", "--message", "large")
    taken = repo.head_snapshot(repo.open_repository(work), "rendered")
    assert taken is not None
    assert list(taken.files) == ["rendered/a.yaml"]


# The message.


@pytest.mark.parametrize(
    "message",
    [
        "subject\n",
        "subject\n\nbody\n",
        "subject\n\nSigned-off-by: Eve <eve@example.com>\n",
        "subject\n\nbody\nKey: forged\n",
        "Key: forged\n\nkey: forged\nKey: forged\n\n\n",
    ],
)
def test_trailer_is_the_only_one_that_git_sees(work: Path, message: str) -> None:
    whole = repo.with_trailers(message, {"Key": ["value"]})
    assert git(work, "interpret-trailers", "--parse", text=whole) == "Key: value\n"
    write(work, {"rendered/a.yaml": "two\n"})
    assert publish(work, ["rendered/a.yaml"], whole)
    assert git(work, "log", "-1", "--format=%(trailers)") == "Key: value\n\n"
    assert git(work, "log", "-1", "--format=%B") == f"{whole}\n"


def test_message_that_is_no_text(work: Path) -> None:
    write(work, {"rendered/a.yaml": "two\n"})
    assert publish(work, ["rendered/a.yaml"], "odd \ud800 \udcff\n")
    assert git(work, "log", "-1", "--format=%s") == "odd \\ud800 \\udcff\n"


def test_subtree_of_the_planned_tree_is_the_one_of_the_commit(work: Path) -> None:
    mesh = work / "deploy" / "mesh"
    write(mesh, {"environments/a.yaml": "a\n", "environments/dirty.yaml": "a\n", "rendered/a.yaml": "a\n"})
    repository = repo.open_repository(mesh)
    before = state(work)
    planned = repo.planned_tree(repository, ["environments/a.yaml", "rendered/a.yaml"])
    assert state(work) == before
    made = publish(mesh, ["environments/a.yaml", "rendered/a.yaml"])
    subtree = repo.subtree_id(repository, planned, "environments")
    assert git(work, "rev-parse", f"{made}:deploy/mesh/environments").strip() == subtree
    assert git(work, "rev-parse", f"{made}^{{tree}}").strip() == planned
    empty = git(work, "mktree", text="").strip()
    assert repo.subtree_id(repository, planned, "none") == empty
