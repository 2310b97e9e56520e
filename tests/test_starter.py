"""The pipelines of a new repository: safe by their form, and each of their scripts run against a real remote."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import process
from git_server import serve
from gitramp import ci, starter
from gitramp.pipeline.init import init
from gitramp.starter import Wish

ROOT = Path(__file__).resolve().parents[1]


def parsed(wish: Wish) -> dict[str, Any]:
    return {
        path: yaml.load(content.replace(b"!reference", b""), Loader=yaml.BaseLoader)
        for path, content in starter.ci_files(wish).items()
        if path.endswith((".yaml", ".yml"))
    }


GITHUB, GITLAB = parsed(Wish(ci="github")), parsed(Wish(ci="gitlab"))
WORKFLOWS = {path: body for path, body in GITHUB.items() if "/workflows/" in path}
JOBS = GITLAB[".gitlab/gitramp.yaml"]


def steps(body: Any) -> Iterator[dict[str, Any]]:
    for job in body.get("jobs", {}).values():
        yield from job["steps"]
    yield from body.get("runs", {}).get("steps", ())


def script(workflow: str, name: str) -> str:
    (found,) = [step["run"] for step in steps(WORKFLOWS[f".github/workflows/{workflow}"]) if step.get("name") == name]
    return str(found)


# Form.


@pytest.mark.parametrize("path", sorted(GITHUB))
def test_no_expression_stands_in_a_script(path: str) -> None:
    """What somebody typed would be a part of the script: https://docs.github.com/actions/reference/security/secure-use."""
    ran = [step["run"] for step in steps(GITHUB[path]) if "run" in step]
    assert ran
    assert [text for text in ran if "${{" in text] == []


@pytest.mark.parametrize("path", sorted(WORKFLOWS))
def test_workflow_may_do_no_more_than_it_says(path: str) -> None:
    body = WORKFLOWS[path]
    assert body["permissions"] == {}
    assert "concurrency" in body
    assert "pull_request_target" not in body["on"]
    assert all("permissions" in job and "timeout-minutes" in job for job in body["jobs"].values())


@pytest.mark.parametrize("path", sorted(WORKFLOWS))
def test_actions_are_pinned_by_their_commit_and_say_its_version(path: str) -> None:
    used = re.findall(r"uses: (\S+)( # \S+)?", starter.ci_files(Wish(ci="github"))[path].decode())
    assert used
    for action, version in used:
        local = action == "./.github/actions/gitramp"
        assert local or (re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) and re.fullmatch(r" # v[\d.]+", version))


def test_checkout_has_the_history_where_a_step_is_judged_and_another_token_where_it_is_pushed() -> None:
    for path, body in WORKFLOWS.items():
        for job in body["jobs"].values():
            (checkout,) = [
                step["with"] for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")
            ]
            pushes = any("--push" in step.get("run", "") or "git push" in step.get("run", "") for step in job["steps"])
            assert checkout.get("token") == ("${{ steps.bot.outputs.token }}" if pushes else None), path
            assert pushes or checkout["persist-credentials"] == "false"
            assert checkout.get("fetch-depth") == "0" or "--check" in job["steps"][-1]["run"]


def test_jobs_of_gitlab_have_the_history_and_keep_the_token_out_of_urls() -> None:
    assert JOBS[".gitramp"]["variables"]["GIT_DEPTH"] == "0"
    for name, job in JOBS.items():
        pushes = "push" in " ".join(job.get("script", ()))
        assert name.startswith(".") or job["extends"] == (".gitramp-push" if pushes else ".gitramp")
    said = starter.ci_files(Wish(ci="gitlab"))[".gitlab/gitramp.yaml"].decode()
    assert [line for line in said.splitlines() if "TOKEN" in line and ("://" in line or "CI_JOB" in line)][1:] == []


def test_branches_of_bots_are_rendered_while_their_merge_request_is_open() -> None:
    conditions = [rule["if"] for rule in GITLAB[".gitlab-ci.yml"]["workflow"]["rules"]]
    (rendered,) = [rule["if"] for rule in JOBS["gitramp:render"]["rules"]]
    bots = next(at for at, condition in enumerate(conditions) if condition in rendered)
    assert bots < next(at for at, condition in enumerate(conditions) if "OPEN_MERGE_REQUESTS" in condition)


def test_pipelines_are_named_in_their_page() -> None:
    page = (ROOT / "docs" / "ci.md").read_text()
    named = [path.rpartition("/")[2] for path in WORKFLOWS] + [name for name in JOBS if not name.startswith(".")]
    assert [name for name in named if f"`{name}" not in page] == []


def test_commands_of_their_page_run_in_their_order(tmp_path: Path, start: Path) -> None:
    (block,) = re.findall(r"```console\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.DOTALL)
    for command in (line.removeprefix("$ ") for line in block.splitlines()):
        done = run(tmp_path, command, PATH=f"{start}/bin:{os.environ['PATH']}")
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_commands_of_the_new_readme_run_in_their_order(shop: Path) -> None:
    text = (shop / "README.md").read_text()
    commands = [
        line.removeprefix("$ ")
        for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]
    assert len(commands) == 5
    for command in commands:
        done = run(shop, command)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "5 %" in done.stdout


def test_canary_that_the_overlay_teaches_is_one(shop: Path) -> None:
    overlay = (shop / "environments" / "production.yaml").read_text()
    taught = re.sub("^#   ", "    ", "".join(re.findall("^#   .*\n", overlay, re.MULTILINE)), flags=re.MULTILINE)
    image = "docker.io/nginxinc/nginx-unprivileged:1.29.3-alpine"
    said = overlay.partition("    tracks:")[0] + taught.replace('"..."', f'"{image}"')
    (shop / "environments" / "production.yaml").write_text(said)
    judged = run(shop, "gitramp validate -e production --no-drift --no-steps")
    assert judged.returncode == 0, judged.stdout


# Scripts.


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a bare remote, `origin.git`, and a clone of it, `shop`, with both pipelines."""
    folder = tmp_path_factory.mktemp("start")
    shop = folder / "shop"
    init(shop, Wish("search", "github"))
    init(shop, Wish("search", "gitlab"))
    git(folder, "init", "-q", "--bare", "-b", "main", "origin.git")
    git(shop, "init", "-q", "-b", "main")
    git(shop, "add", ".")
    git(shop, "commit", "-qm", "Environments")
    git(shop, "remote", "add", "origin", "../origin.git")
    git(shop, "push", "-q", "-u", "origin", "main")
    (folder / "bin").mkdir()
    process.script(folder / "bin" / "gitramp")
    (folder / "bin" / "gh").write_text(GH)
    for path in (folder / "bin").iterdir():
        path.chmod(0o755)
    return folder


# GitHub's API of comments, as far as the script asks it, over a folder with a file a comment.
GH = """#!/bin/bash
set -euo pipefail
echo "$*" >> "$GH_FOLDER/calls"
for argument; do case "$argument" in body=@*) body="${argument#body=@}" ;; esac; done
case "$*" in
  "api --paginate repos/acme/shop/issues/7/comments --jq "*) ls "$GH_FOLDER/comments" ;;
  "api --silent --method PATCH repos/acme/shop/issues/comments/"*) cp "$body" "$GH_FOLDER/comments/${5##*/}" ;;
  "api --silent --method POST repos/acme/shop/issues/7/comments "*) cp "$body" "$GH_FOLDER/comments/4711" ;;
  "pr create "*) ;;
  *) exit 9 ;;
esac
"""


@pytest.fixture
def shop(start: Path, tmp_path: Path) -> Path:
    shutil.copytree(start, tmp_path, dirs_exist_ok=True)
    return tmp_path / "shop"


def git(folder: Path, *arguments: str) -> str:
    argv = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@b.c", *arguments]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


def run(shop: Path, text: str, shell: str = "bash -e", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the host does: GitHub with `bash -e`, GitLab with `bash -eo pipefail`."""
    identity = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "gitramp"), ("EMAIL", "gitramp@bot.invalid"))
    }
    env = {**os.environ, **identity, "PATH": f"{shop.parent}/bin:{os.environ['PATH']}", **environment}
    argv = [*shell.split(), "-c", text]
    return subprocess.run(argv, cwd=shop, env=env, capture_output=True, text=True, check=False, timeout=60)


def edit(shop: Path, name: str, before: str, after: str) -> None:
    overlay = shop / "environments" / name
    assert before in overlay.read_text()
    overlay.write_text(overlay.read_text().replace(before, after))


def test_validation_annotates_and_judges_all_of_a_push_as_one_step(shop: Path) -> None:
    text = script("gitramp.yaml", "Validate")
    before = git(shop, "rev-parse", "HEAD")
    edit(shop, "production.yaml", "1.29.3", "1.29.4")  # which staging does not have
    assert run(shop, "gitramp render -q && git add . && git commit -qm two").returncode == 0
    git(shop, "commit", "-q", "--allow-empty", "-m", "three")
    git(shop, "push", "-q")
    refused = run(shop, text, BEFORE=before)
    assert refused.returncode == 1
    assert re.search(r"^::error .*file=environments/production.yaml.*GR531", refused.stdout, re.MULTILINE)
    for nothing in ("0" * 40, ""):  # of a new branch, of a pull request: judged from the commit before
        assert run(shop, text, BEFORE=nothing).returncode == 0


def test_comment_is_made_once_and_then_edited(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "comments").mkdir()
    (tmp_path / "temp").mkdir()
    env = {
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "COMMENTS": "repos/acme/shop/issues/7/comments",
        "COMMENT": "repos/acme/shop/issues/comments",
        "GITHUB_BASE_REF": "main",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_WORKSPACE": str(shop),
        "GH_FOLDER": str(tmp_path),
    }
    text = script("gitramp.yaml", "Say what it does") + script("gitramp.yaml", "Comment on the pull request")
    edit(shop, "production.yaml", "replicas: 3", "replicas: 4")
    assert run(shop, "gitramp render -q").returncode == 0
    made = run(shop, text, **env)
    assert made.returncode == 0, made.stdout + made.stderr
    (comment,) = (tmp_path / "comments").iterdir()
    first = comment.read_text()
    assert first.startswith("<!-- gitramp diff -->\n#### production: search v1 scales: 3 → 4\n")
    assert "\n## gitramp validate: no findings\n" in first
    assert "search.example.com" in first
    assert (tmp_path / "summary.md").read_text() == first.partition("\n## gitramp validate")[0]
    edit(shop, "staging.yaml", "stable: v1", "stable: v9")
    assert run(shop, text, **env).returncode == 0
    (comment,) = (tmp_path / "comments").iterdir()
    assert comment.read_text().count("1 error") == 1
    calls = (tmp_path / "calls").read_text()
    assert len(re.findall("--method", calls)) == 2
    assert 'startswith("<!-- gitramp diff -->")' in calls


def test_findings_for_code_scanning_are_written_whatever_they_are(shop: Path, tmp_path: Path) -> None:
    text = script("gitramp.yaml", "Write findings for code scanning")
    edit(shop, "staging.yaml", "stable: v1", "stable: v9")
    assert run(shop, text, RUNNER_TEMP=str(tmp_path)).returncode == 0
    assert '"ruleId"' in (tmp_path / "gitramp.sarif").read_text()
    shutil.rmtree(shop / "environments")
    assert run(shop, text, RUNNER_TEMP=str(tmp_path)).returncode != 0


def test_jobs_of_gitlab_report_and_keep_the_exit_code(shop: Path) -> None:
    (text,) = JOBS["gitramp:validate"]["script"]
    shell = "bash -eo pipefail"
    base = git(shop, "rev-parse", "HEAD")
    edit(shop, "production.yaml", "1.29.3", "1.29.4")
    refused = run(shop, text, shell, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert refused.returncode == 1
    assert "GR531" in refused.stdout
    assert "GR531" in (shop / "gitramp.xml").read_text()
    assert "GR531" in (shop / "gl-code-quality-report.json").read_text()
    assert "search v1 1.29.3-alpine -> 1.29.4-alpine\n  traffic" in refused.stdout
    assert "<!doctype html>" in (shop / "gitramp-diff.html").read_text()
    (text,) = JOBS["gitramp:drift"]["script"]
    assert run(shop, text, shell).returncode == 1


RENDERING = [
    pytest.param("bash -e", lambda: script("gitramp-render.yaml", "Render and push"), id="github"),
    pytest.param("bash -eo pipefail", lambda: "\n".join(JOBS["gitramp:render"]["script"]), id="gitlab"),
]


@pytest.mark.parametrize(("shell", "text"), RENDERING)
def test_branch_of_another_bot_is_rendered(shop: Path, tmp_path: Path, shell: str, text: Any) -> None:
    """As Renovate or Flux would: a commit with the overlay alone."""
    git(shop, "switch", "-q", "-c", "renovate/nginx")
    edit(shop, "staging.yaml", "1.29.3", "1.29.4")
    git(shop, "commit", "-qam", "Update nginx")
    git(shop, "push", "-q", "origin", "renovate/nginx")
    if "pipefail" in shell:  # GitLab's runner checks out a commit, GitHub's action the branch
        git(shop, "checkout", "-q", "--detach")
    names = {"GITHUB_REF": "refs/heads/renovate/nginx", "CI_COMMIT_BRANCH": "renovate/nginx"}
    done = run(shop, text(), shell, **names)
    assert done.returncode == 0, done.stdout + done.stderr
    git(tmp_path, "clone", "-q", "-b", "renovate/nginx", "origin.git", "seen")
    assert git(tmp_path / "seen", "log", "-1", "--format=%ae") == "gitramp@bot.invalid"
    changed = git(tmp_path / "seen", "diff", "--name-only", "HEAD^").split("\n")
    assert {path.rpartition("/services-v1/")[0] for path in changed} == {"rendered/staging"}
    assert run(tmp_path / "seen", "gitramp validate").returncode == 0
    again = run(shop, text(), shell, **names)
    assert again.returncode == 0
    assert "Nothing to commit" in again.stdout


def test_git_asks_for_the_token_of_gitlab_and_keeps_it_nowhere(shop: Path) -> None:
    setting = "\n".join(line for line in JOBS[".gitramp-push"]["before_script"] if isinstance(line, str))
    url = "https://gitlab.example.com/acme/shop"
    git(shop, "config", "credential.helper", "!echo username=gitlab-ci-token; echo password=of-the-job; true")
    ask = "printf 'protocol=https\\nhost=gitlab.example.com\\n\\n' | git credential fill"
    done = run(shop, f"{setting}\n{ask}", GITRAMP_TOKEN="glpat-planted", CI_PROJECT_URL=url, GIT_TERMINAL_PROMPT="0")
    assert done.returncode == 0, done.stderr
    assert "username=gitramp\npassword=glpat-planted\n" in done.stdout
    assert git(shop, "remote", "get-url", "origin") == f"{url}.git"
    assert "glpat-planted" not in (shop / ".git" / "config").read_text()


RELEASE = {"SERVICE": "search", "TRACK": "v1", "ENVIRONMENT": "staging", "WITH_REVIEW": "false", "PERSON": "ada"}
RELEASE |= {"GITLAB_USER_NAME": "Ada", "GITLAB_USER_EMAIL": "ada@users.noreply.github.com", "CI_DEFAULT_BRANCH": "main"}
NEWER = "docker.io/nginxinc/nginx-unprivileged:1.29.4-alpine"


def tip(shop: Path, branch: str = "main") -> str:
    """Return the message of the newest commit of a remote's branch, once that commit renders to itself."""
    seen = shop.parent / f"seen-{len(list(shop.parent.iterdir()))}"
    git(shop.parent, "clone", "-q", "-b", branch, "origin.git", str(seen))
    checked = run(seen, "gitramp validate --no-steps")
    assert checked.returncode == 0, checked.stdout
    return git(seen, "log", "-1", "--format=%B")


RELEASING = [
    pytest.param("bash -e", lambda: script("gitramp-release.yaml", "Release"), id="github"),
    pytest.param("bash -eo pipefail", lambda: "\n".join(JOBS["gitramp:release"]["script"]), id="gitlab"),
]


@pytest.mark.parametrize(("shell", "text"), RELEASING)
def test_release_lands_on_the_main_branch(shop: Path, shell: str, text: Any) -> None:
    git(shop, "checkout", "-q", "--detach")
    done = run(shop, text(), shell, **RELEASE, IMAGE=NEWER)
    assert done.returncode == 0, done.stdout + done.stderr
    message = tip(shop)
    assert re.search("^Gitramp-Action: release search@staging", message, re.MULTILINE)
    assert re.search("^Co-authored-by: .* <ada@users.noreply.github.com>$", message, re.MULTILINE)


def test_release_says_when_nobody_checks_it_and_no_token(shop: Path, tmp_path: Path) -> None:
    """With the job's own token, where actions/checkout leaves it, instead of the App's."""
    job = "ghs_" + "j" * 36
    with serve(tmp_path, job) as server:
        top = server.url("", "")
        (tmp_path / "left").write_text(f'[http "{top}"]\n\textraheader = {server.header()}\n')
        git(shop, "config", "include.path", str(tmp_path / "left"))
        git(shop, "remote", "set-url", "origin", server.url("origin.git", ""))
        text = script("gitramp-release.yaml", "Release")
        done = run(shop, text, **RELEASE, IMAGE=NEWER, GITHUB_ACTIONS="true", GITHUB_TOKEN=job)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"\n{ci.GITHUB}\n" in done.stdout
    assert job not in done.stdout + done.stderr


def test_release_with_review_opens_a_pull_request_with_the_words_of_its_commit(shop: Path, tmp_path: Path) -> None:
    env = {**RELEASE, "WITH_REVIEW": "true", "BRANCH": "gitramp/release-1", "GH_FOLDER": str(tmp_path)}
    text = script("gitramp-release.yaml", "Release")
    done = run(shop, text, **env, IMAGE=NEWER)
    assert done.returncode == 0, done.stdout + done.stderr
    subject = tip(shop, "gitramp/release-1").partition("\n")[0]
    assert f"pr create --head gitramp/release-1 --title {subject} --body " in (tmp_path / "calls").read_text()


def test_what_somebody_typed_is_never_run(shop: Path, tmp_path: Path) -> None:
    planted = f"$(touch {tmp_path}/planted)`touch {tmp_path}/planted`; touch {tmp_path}/planted; --dry-run"
    typed = dict.fromkeys(("SERVICE", "TRACK", "IMAGE", "ENVIRONMENT"), planted)
    for text in (script("gitramp-release.yaml", "Release"), "\n".join(JOBS["gitramp:release"]["script"])):
        assert run(shop, text, **{**RELEASE, **typed}).returncode in {1, 2}
    assert not (tmp_path / "planted").exists()
    assert tip(shop) == "Environments"


ADVANCING = [
    pytest.param("bash -e", lambda: script("gitramp-advance.yaml", "Advance"), id="github"),
    pytest.param("bash -eo pipefail", lambda: "\n".join(JOBS["gitramp:advance"]["script"]), id="gitlab"),
]


@pytest.mark.parametrize(("shell", "text"), ADVANCING)
def test_schedule_takes_a_canary_to_its_next_step(shop: Path, shell: str, text: Any) -> None:
    start = f"gitramp canary start search --track v2 --image {NEWER} --steps 5,50 --bake 1m -e staging --push"
    assert run(shop, start).returncode == 0
    done = run(shop, text(), shell, PROMETHEUS="", CI_DEFAULT_BRANCH="main")
    assert done.returncode == 0, done.stdout + done.stderr
    message = tip(shop)
    assert "Gitramp-Action: canary/advance search@staging 0->5" in message
    early = run(shop, text(), shell, PROMETHEUS="", CI_DEFAULT_BRANCH="main")
    assert early.returncode == 0, early.stdout + early.stderr
    assert git(shop, "ls-remote", "origin", "main").split()[0] == git(shop, "rev-parse", "origin/main")


def test_merge_that_stops_at_a_rendered_file_goes_on_as_its_attributes_say(shop: Path) -> None:
    git(shop, "switch", "-q", "-c", "other")
    edit(shop, "base.yaml", "cpu: 20m", "cpu: 30m")
    assert run(shop, "gitramp commit").returncode == 0
    git(shop, "switch", "-q", "main")
    edit(shop, "staging.yaml", "1.29.3", "1.29.4")
    assert run(shop, "gitramp commit").returncode == 0
    merged = run(shop, "git merge other")
    assert merged.returncode == 1
    stopped = git(shop, "diff", "--name-only", "--diff-filter=U").split("\n")
    assert stopped
    assert all(path.startswith("rendered/staging/") for path in stopped)
    assert not any("<<<<<<<" in (shop / path).read_text() for path in stopped)
    done = run(shop, "gitramp render --quiet && git add rendered && git commit --no-edit --quiet && gitramp validate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'cpu: "30m"' in (shop / "rendered/staging/services-v1/search/deployment.yaml").read_text()
