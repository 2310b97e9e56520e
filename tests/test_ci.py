"""Whether a push from a job starts a pipeline: by every way in which a token gets into a push."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from gitramp import ci

JOB, APP, PERSON = "ghs_" + "j" * 36, "ghs_" + "a" * 36, "ghp_" + "p" * 36
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com"}
GITLAB = {"GITLAB_CI": "true", "CI_JOB_TOKEN": "glcbt-64_abc"}
URL = "https://github.com/acme/shop.git"


def basic(token: str, user: str = "x-access-token") -> str:
    return "AUTHORIZATION: basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


@pytest.mark.parametrize(
    ("environ", "url", "headers", "said"),
    [
        ({}, URL, [basic(JOB)], ""),
        ({**GITHUB, "GITHUB_TOKEN": JOB}, URL, [basic(JOB)], ci.GITHUB),
        ({**GITHUB, "GITHUB_TOKEN": JOB}, URL, [f"Authorization: Bearer {JOB}"], ci.GITHUB),
        ({**GITHUB, "GITHUB_TOKEN": JOB}, URL, [basic(APP)], ""),
        ({**GITHUB, "GITHUB_TOKEN": JOB}, URL, [], ""),
        (GITHUB, URL, [basic(JOB)], ci.GITHUB_PERHAPS),
        (GITHUB, URL, [basic(PERSON)], ""),
        (GITHUB, URL, [basic("ghs_15368_eyJ.a.b")], ci.GITHUB),
        (GITHUB, URL, [basic("ghs_4711_eyJ.a.b")], ""),
        ({**GITHUB, "GITHUB_SERVER_URL": "https://ghe.acme"}, URL, [basic("ghs_7_eyJ.a.b")], ci.GITHUB_PERHAPS),
        (GITHUB, f"https://x-access-token:{JOB}@github.com/acme/shop.git", [], ci.GITHUB_PERHAPS),
        (GITHUB, f"https://{JOB}@github.com/acme/shop.git", [], ci.GITHUB_PERHAPS),
        (GITHUB, "git@github.com:acme/shop.git", [], ""),
        (GITHUB, "ssh://git@github.com/acme/shop.git", [], ""),
        (GITHUB, URL, ["X-Trace: 1", "AUTHORIZATION: basic %%%", "AUTHORIZATION: basic /w==", ""], ""),
        (GITHUB, "https://[broken", [], ""),
        (GITLAB, "https://gitlab-ci-token:glcbt-64_abc@gitlab.com/acme/shop.git", [], ci.GITLAB),
        (GITLAB, "https://bot:glcbt-64%5Fabc@gitlab.com/acme/shop.git", [], ci.GITLAB),
        (GITLAB, "https://bot:glpat-xyz@gitlab.com/acme/shop.git", [], ""),
        ({"GITLAB_CI": "true"}, "https://bot:glpat-xyz@gitlab.com/acme/shop.git", [], ""),
        (GITLAB, "https://gitlab.com/acme/shop.git", [basic("glcbt-64_abc", "gitlab-ci-token")], ci.GITLAB),
    ],
)
def test_push_is_told_when_no_pipeline_runs_for_it(
    environ: dict[str, str], url: str, headers: list[str], said: str
) -> None:
    assert ci.untriggered(environ, url, headers) == said


def test_no_token_is_said() -> None:
    for said in (ci.GITHUB, ci.GITHUB_PERHAPS, ci.GITLAB):
        assert not any(token in said for token in (JOB, APP, PERSON, "glcbt"))


def test_token_that_a_checkout_left_is_found_by_git(tmp_path: Path) -> None:
    """As actions/checkout since v6: in a file of its own, which the configuration includes."""
    subprocess.run(["git", "init", "-q", tmp_path / "shop"], check=True)
    left = tmp_path / "credentials.config"
    left.write_text(f'[http "https://github.com/"]\n\textraheader = {basic(JOB)}\n')
    git = ["git", "-C", str(tmp_path / "shop"), "config"]
    subprocess.run([*git, f"includeIf.gitdir:{tmp_path}/shop/.git.path", str(left)], check=True)
    argv = [*git, "--get-urlmatch", "http.extraheader", URL]
    found = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.splitlines()
    assert ci.untriggered({**GITHUB, "GITHUB_TOKEN": JOB}, URL, found) == ci.GITHUB
