"""A new repository: valid at once, never at the cost of a file that was there, whole whatever stops it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gitramp import starter, tree
from gitramp.cli.options import CI
from gitramp.pipeline.init import init
from gitramp.problem import ToolError
from gitramp.starter import Wish

ROOT = Path(__file__).resolve().parents[1]

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in {".git", ".gitramp"}
    }


def git(folder: Path, *arguments: str) -> str:
    argv = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@b.c", *arguments]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "shop"
    init(folder, Wish())
    return folder


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "shop"))


@pytest.mark.parametrize("ci", ["", "github", "gitlab"])
def test_new_repository_passes_its_own_validation_at_once(tmp_path: Path, gitramp: Gitramp, ci: str) -> None:
    made = gitramp("init", "shop", "--name", "search", *(["--ci", ci] if ci else []), cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert "objects valid, says kubeconform" in made.stdout
    assert "git init --initial-branch main" in made.stdout
    assert ("docs/ci.md" in made.stdout) == bool(ci)
    shop = tmp_path / "shop"
    git(tmp_path, "init", "-q", "-b", "main", "shop")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "Environments")
    judged = gitramp("validate", "--strict", cwd=shop)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "says kubeconform" in judged.stdout
    assert "search.example.com" in judged.stdout
    assert git(shop, "status", "--porcelain") == ""
    assert "@@" not in "".join(content.decode() for path, content in files(shop).items() if "schemas/" not in path)
    assert (".github/workflows/gitramp.yaml" in files(shop)) == (ci == "github")
    assert (".gitlab-ci.yml" in files(shop)) == (ci == "gitlab")


def test_second_run_changes_nothing(shop: Path, gitramp: Gitramp) -> None:
    before = files(shop)
    again = gitramp("init", cwd=shop)
    assert (again.returncode, again.stdout) == (0, "Nothing to do: . has all files of a new repository.\n")
    assert files(shop) == before


def test_file_that_is_there_is_named_and_stays(tmp_path: Path, gitramp: Gitramp) -> None:
    (tmp_path / "README.md").write_text("mine\n")
    (tmp_path / ".editorconfig").write_bytes(starter.common_files(Wish())[".editorconfig"])
    (tmp_path / "CODEOWNERS").mkdir()
    made = gitramp("init", "-o", "json", cwd=tmp_path)
    assert made.returncode == 0
    told = json.loads(made.stdout)
    found = {(f["code"], f["severity"], f["path"]) for f in told["findings"]}
    assert found == {("GR867", "info", "README.md"), ("GR867", "info", "CODEOWNERS")}
    assert (tmp_path / "README.md").read_text() == "mine\n"
    assert set(told["started"]["written"]) == set(files(tmp_path)) - {"README.md", ".editorconfig"}


def test_edited_repository_gets_only_ci_and_schemas(shop: Path) -> None:
    overlay = shop / "environments" / "staging.yaml"
    overlay.write_text(overlay.read_text().replace("1.29.3", "1.29.4"))
    (shop / "rendered" / "staging" / "services" / "web" / "service.yaml").unlink()
    (shop / "schemas" / "environment.schema.json").unlink()
    again = init(shop, Wish(ci="github"))
    assert set(again.written) == {"schemas/environment.schema.json", *starter.ci_files(Wish(ci="github"))}
    assert "1.29.4" in overlay.read_text()
    assert len(again.report) == 0


def test_environments_of_another_repository_are_left_alone(example: Path, gitramp: Gitramp) -> None:
    before = files(example)
    refused = gitramp("init", cwd=example)
    assert refused.returncode == 1
    assert "environments/base.yaml:1:1: error GR865" in refused.stdout
    assert "--ci github" in refused.stdout
    assert files(example) == before
    added = init(example, Wish(ci="gitlab"))
    assert {path for path in added.written if "schemas/" not in path} == set(starter.ci_files(Wish(ci="gitlab")))
    assert {path: content for path, content in files(example).items() if path not in added.written} == before


@pytest.mark.parametrize("block", ["file for a folder", "link for a folder", "closed folder", "file for DIR"])
def test_nothing_is_written_where_something_is_in_the_way(block: str) -> None:
    with tempfile.TemporaryDirectory() as open_to_all:
        top = Path(open_to_all)
        top.chmod(0o777)
        shop = top / "shop"
        if block == "file for DIR":
            shop.write_text("")
        else:
            shop.mkdir()
        if block == "file for a folder":
            (shop / "rendered").write_text("")
        if block == "link for a folder":
            (shop / ".vscode").symlink_to(top)
        before, mine = files(top), os.geteuid()
        try:
            if block == "closed folder":
                shop.chmod(0o555)
                os.seteuid(mine or 65534)  # root writes to every folder
            with pytest.raises(ToolError, match="GR866 cannot write") as refused:
                init(shop, Wish())
        finally:
            os.seteuid(mine)
        assert refused.value.message.endswith("files written: 0")
        assert files(top) == before


def test_disk_that_is_full_halfway_names_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linked = os.link

    def full(source: str, target: str, **folders: object) -> None:
        if target == "README.md":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), target)
        linked(source, target, **folders)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(
        ToolError, match=r"cannot write README.md: No space left on device; files written: [1-9]"
    ) as cut:
        init(tmp_path, Wish())
    assert set(cut.value.details.split("\n")) == set(files(tmp_path))


def test_killed_run_is_completed_by_the_next(made: Path, tmp_path: Path) -> None:
    killer = f"""
import os, signal
from pathlib import Path
from gitramp.pipeline.init import init
from gitramp.starter import Wish
from gitramp.tree import creation
named, left = creation._name_it, [20]
def naming(*arguments):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    named(*arguments)
creation._name_it = naming
init(Path({str(tmp_path)!r}), Wish())
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    killed = subprocess.run([sys.executable, "-c", killer], env=env, check=False)
    assert killed.returncode == -9
    part, wanted = files(tmp_path), files(made)
    assert len(part) == 20
    assert [path for path in part if wanted.get(path) != part[path] and not path.endswith(".gitramp")] == []
    init(tmp_path, Wish())
    assert files(tmp_path) == wanted


def test_file_that_comes_up_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = tree.taken

    def then_somebody_writes(root: Path, paths: list[str]) -> object:
        found = taken(root, paths)
        (root / "README.md").write_text("mine\n")
        return found

    monkeypatch.setattr(tree, "taken", then_somebody_writes)
    assert "README.md" not in init(tmp_path, Wish()).written
    assert (tmp_path / "README.md").read_text() == "mine\n"


def test_disk_without_links_gets_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "README.md").write_text("mine\n")
    init(tmp_path, Wish())
    assert files(tmp_path) == {**files(made), "README.md": b"mine\n"}


@pytest.mark.parametrize("name", ["", "Web", "a_b", "-a", "a-", "a" * 51, "a\n", "services/x"])
def test_name_that_no_service_can_have_is_none(name: str) -> None:
    assert not starter.is_name(name)


def test_name_that_no_service_can_have_is_a_usage_error(tmp_path: Path, gitramp: Gitramp) -> None:
    refused = gitramp("init", "--name=a_b", cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "a_b is not the name of a service" in refused.stderr
    assert files(tmp_path) == {}


def test_longest_name_is_one_that_renders(tmp_path: Path) -> None:
    assert len(init(tmp_path, Wish("a" * 50)).report) == 0


def test_environments_that_lead_elsewhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "environments").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ToolError, match="GR866 cannot write environments"):
        init(tmp_path, Wish())


def test_options_offer_what_there_are_templates_for() -> None:
    assert tuple(each.value for each in CI) == starter.CI


def test_hooks_are_those_of_this_project(made: Path) -> None:
    config = made / ".pre-commit-config.yaml"
    argv = [sys.executable, "-m", "pre_commit", "validate-config", str(config)]
    subprocess.run(argv, check=True, capture_output=True)
    offered = (ROOT / ".pre-commit-hooks.yaml").read_text()
    used = [line.split("id: ")[1] for line in config.read_text().splitlines() if "- id: " in line]
    assert used
    assert all(f"- id: {hook}\n" in offered for hook in used)
    json.loads((made / ".vscode" / "settings.json").read_text())


def test_git_does_what_its_attributes_say(shop: Path) -> None:
    git(shop, "init", "-q")
    names = ["merge", "eol", "linguist-generated"]
    said = git(shop, "check-attr", *names, "--", "rendered/staging/x.yaml", "environments/a/services/b.yaml")
    assert "rendered/staging/x.yaml: merge: unset" in said
    assert "rendered/staging/x.yaml: linguist-generated: true" in said
    assert "environments/a/services/b.yaml: eol: lf" in said
