"""The documentation tells the truth: commands run, pictures are what gitramp prints, links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from math import nan
from pathlib import Path

import pytest
import yaml

import process
from gitramp.analysis import Inquiry, Question, Threshold, evidence, inquiry, verdict
from gitramp.overlays import read_chains, snapshot
from gitramp.pipeline import build
from gitramp.samples import Answer, Window
from gitramp.source import Snapshot

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md"]
# What a test must not do inside a test: everything else in the documents is run.
ELSEWHERE = {"make test"}


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^[ ]*```{language}\n(.*?)^[ ]*```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    lines = (line.strip() for block in blocks(page, "console") for line in block.splitlines())
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


# What no command of the documents reads; the command itself is the one that is tested.
UNREAD = ("conformance/", "examples/", "generator/", "schemas/", "tests/")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone of what is committed and edited here, with this environment as its virtual environment."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return committed(tmp_path / "clone", [name for name in listed.stdout.split("\0") if not name.startswith(UNREAD)])


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    """Return the worked example alone, with its history."""
    found = [path for name in ("environments", "rendered") for path in (ROOT / name).rglob("*")]
    return committed(tmp_path / "worked", [path.relative_to(ROOT).as_posix() for path in found])


def committed(folder: Path, names: Sequence[str]) -> Path:
    for name in names:
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    for argv in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "start"],
    ):
        subprocess.run(["git", *argv], cwd=folder, check=True, capture_output=True)
    process.script(folder / ".venv" / "bin" / "gitramp")
    (folder / ".venv" / ".ready").touch()
    return folder


def test_readme_commands_run_in_their_order(clone: Path) -> None:
    overlay = clone / "environments" / "production.yaml"
    env = {
        **os.environ,
        "PATH": f"{clone}/.venv/bin:{ROOT}/.tools/bin:{os.environ['PATH']}",
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b.c",
    }  # fmt: skip
    ran = 0
    for command in commands("README.md"):
        if command in ELSEWHERE:
            continue
        if "gitramp render" in command:  # the text says: change the weight
            overlay.write_text(overlay.read_text().replace("weight: 10", "weight: 25"))
        done = subprocess.run(
            shlex.split(command), cwd=clone, env=env, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        ran += 1
    assert ran >= 4
    log = subprocess.run(["git", "log", "-1", "--format=%s"], cwd=clone, capture_output=True, text=True, check=True)
    assert log.stdout == "production: search canary v2 10 % -> 25 %\n"
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert status.stdout == ""


def test_readme_shows_what_gitramp_prints(worked: Path) -> None:
    asked = [c for c in commands("README.md") if "explain" in c or "gitramp route" in c]
    assert len(asked) == 2
    readme = (ROOT / "README.md").read_text()
    for command in asked:
        done = subprocess.run(shlex.split(command), cwd=worked, capture_output=True, text=True, check=True, timeout=60)
        for line in done.stdout.splitlines():
            assert line in readme
    overlay = worked / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().replace("weight: 10", "weight: 110"))
    argv = [".venv/bin/gitramp", "validate"]
    refused = subprocess.run(argv, cwd=worked, capture_output=True, text=True, check=False, timeout=60)
    for line in refused.stdout.splitlines()[:4]:
        assert line in readme


def test_readme_table_is_what_the_example_does(worked: Path) -> None:
    argv = [".venv/bin/gitramp", "validate", "-e", "production"]
    done = subprocess.run(argv, cwd=worked, capture_output=True, text=True, check=True, timeout=60)
    readme = (ROOT / "README.md").read_text()
    table, _, _ = done.stdout.partition("\n\n")
    assert table in readme


def test_a_failing_request_test_in_the_page_is_what_is_printed(worked: Path) -> None:
    overlay = worked / "environments" / "staging.yaml"
    overlay.write_text(overlay.read_text().replace("access: v2}}, track", "access: v3}}, track"))
    argv = [".venv/bin/gitramp", "validate", "-e", "staging"]
    done = subprocess.run(argv, cwd=worked, capture_output=True, text=True, check=False, timeout=60)
    page = (ROOT / "docs" / "traffic.md").read_text()
    assert f"```\n$ gitramp validate -e staging\n{done.stdout}{done.stderr}```\n" in page


def test_tests_in_the_page_hold() -> None:
    (tests,) = (block for block in blocks("docs/traffic.md", "yaml") if block.startswith("tests:"))
    head = (
        "apiVersion: gitramp/v1alpha1\nkind: Environment\n"
        "gateways:\n  public: {selector: {istio: ingressgateway}, tls: {credentialName: search}}\n"
        "services:\n  search:\n    hosts: [search.example.com]\n    port: 8080\n    stable: v1\n"
        "    tracks: {v1: {image: 'ghcr.io/acme/search:1.0.0'}, v2: {image: 'ghcr.io/acme/search:1.1.0'}}\n"
        "    canary: {track: v2, weight: 10, match: [{cookies: {access: {exact: v2}}}]}\n"
    )
    (built,) = build(Snapshot({"environments/production.yaml": f"{head}{tests}".encode()}))
    assert built.asked.written == len(built.environment.tests) == 5


def test_overlays_in_the_readme_render(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "base.yaml").write_bytes((ROOT / "environments" / "base.yaml").read_bytes())
    first, second = (b for b in blocks("README.md", "yaml") if "services:" in b)
    (tmp_path / "environments" / "production.yaml").write_text(first)
    (tmp_path / "environments" / "second.yaml").write_text(second)
    assert {b.name for b in build(snapshot(tmp_path))} == {"production", "second"}
    assert read_chains(snapshot(tmp_path), ["production"])


@pytest.mark.parametrize("page", ["docs/workloads.md", "docs/hatches.md", "docs/metrics.md"])
def test_overlays_in_the_pages_render(page: str) -> None:
    head = "apiVersion: gitramp/v1alpha1\nkind: Environment\n"
    files = {f"environments/e{n}.yaml": (head + block).encode() for n, block in enumerate(blocks(page, "yaml"))}
    assert files
    assert [f.message for built in build(Snapshot(files)) for f in built.findings] == []


def test_queries_in_the_page_are_those_that_are_asked() -> None:
    (block,) = blocks("docs/metrics.md", "yaml")
    text = f"apiVersion: gitramp/v1alpha1\nkind: Environment\n{block}".encode()
    (built,) = build(Snapshot({"environments/production.yaml": text}))
    asked = inquiry(built.environment, built.environment.services["search"])
    assert asked is not None
    queries = {question.name: question.promql for question in asked.questions}
    names = ["errors", "errors-beside-stable", "latency", "latency-beside-stable", "minRequests"]
    assert [each.strip() for each in blocks("docs/metrics.md", "promql")] == [queries[name] for name in names]


def test_evidence_in_the_page_is_what_is_written() -> None:
    rate = Question("errors", "success rate", "", Threshold(least="99.5", unit="%"), ())
    latency = Question("latency", "latency p99", "", Threshold(most="500", unit="ms"), ())
    asked = Inquiry("production", "search", "v2", 60, 5, 1, 0, (rate, latency))
    moments = Window(1_780_000_020, 60, 5).moments
    said = {"errors": (99.9, 99.8, 97.1, 96.4, 99.9), "latency": (312, 305.5, nan, 330, 298)}
    answers = {name: Answer(dict(zip(moments, row, strict=True))) for name, row in said.items()}
    told = evidence(verdict(asked, answers, 1_780_000_020, 0))
    assert f"```\n{told}\n```" in (ROOT / "docs" / "metrics.md").read_text()


def test_every_link_in_the_pages_leads_to_a_file() -> None:
    for page in [ROOT / page for page in PAGES] + sorted((ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert target.startswith("https://") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_architecture_names_every_module() -> None:
    package = ROOT / "generator" / "gitramp"
    names = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    page = (ROOT / "ARCHITECTURE.md").read_text()
    assert {name for name in names if not name.startswith("_") and f"`{name}`" not in page} == set()


def test_pipelines_call_what_people_call() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yaml").read_text())
    assert any(step.get("run") == ".ci/run" for step in workflow["jobs"]["test"]["steps"])
