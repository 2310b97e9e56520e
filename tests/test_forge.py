"""The forge of a remote: by its URL in every form, without its credentials."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from gitramp import repo
from gitramp.repo.forge import Forge, forge_at

TOKEN = "planted-token-93c1"


@pytest.mark.parametrize(
    ("url", "kind", "web"),
    [
        ("https://github.com/acme/deploys.git", "github", "https://github.com/acme/deploys"),
        (f"https://x-access-token:{TOKEN}@github.com/acme/deploys", "github", "https://github.com/acme/deploys"),
        (f"https://{TOKEN}@github.com/acme/deploys/", "github", "https://github.com/acme/deploys"),
        ("git@github.com:acme/deploys.git", "github", "https://github.com/acme/deploys"),
        ("github.com:acme/deploys", "github", "https://github.com/acme/deploys"),
        ("ssh://git@ssh.github.com:443/acme/deploys.git", "github", "https://github.com/acme/deploys"),
        ("git@github.com-work:acme/deploys.git", "github", "https://github.com/acme/deploys"),
        ("git@github.acme.example:acme/deploys.git", "github", "https://github.acme.example/acme/deploys"),
        ("https://gitlab.com/a/b/c/deploys.git", "gitlab", "https://gitlab.com/a/b/c/deploys"),
        ("ssh://git@gitlab.acme.example:2222/a/b.git", "gitlab", "https://gitlab.acme.example/a/b"),
        ("https://gitlab.acme.example:8443/a/b.git", "gitlab", "https://gitlab.acme.example:8443/a/b"),
        ("https://codeberg.org/a/b.git", "gitea", "https://codeberg.org/a/b"),
        ("git@gitea.acme.example:a/b.git", "gitea", "https://gitea.acme.example/a/b"),
        ("https://forgejo.acme.example/a/b", "gitea", "https://forgejo.acme.example/a/b"),
        ("git@bitbucket.org:acme/deploys.git", "bitbucket", "https://bitbucket.org/acme/deploys"),
        (
            "https://bitbucket.acme.example/scm/OPS/deploys.git",
            "bitbucket",
            "https://bitbucket.acme.example/projects/OPS/repos/deploys",
        ),
        (
            "ssh://git@bitbucket.acme.example:7999/~ada/x.git",
            "bitbucket",
            "https://bitbucket.acme.example/users/ada/repos/x",
        ),
        ("https://git.acme.example/a/b.git", "", "https://git.acme.example/a/b"),
        ("http://[::1]:3000/a/b.git", "", "http://[::1]:3000/a/b"),
        ("/srv/git/deploys.git", "", ""),
        ("../deploys.git", "", ""),
        ("file:///srv/git/deploys.git", "", ""),
        ("https://host:notaport/x", "", ""),
    ],
)
def test_kind_and_page_of_a_url(url: str, kind: str, web: str) -> None:
    assert forge_at(url, {}) == Forge(kind, web)


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ({"CI_SERVER_HOST": "git.acme.example"}, "gitlab"),
        ({"GITHUB_SERVER_URL": "https://git.acme.example"}, "github"),
        ({"GITHUB_SERVER_URL": "https://git.acme.example", "GITEA_ACTIONS": "true"}, "gitea"),
        ({"GITHUB_SERVER_URL": "https://github.com"}, ""),
    ],
)
def test_ci_tells_what_runs_at_a_host_of_any_name(environment: dict[str, str], kind: str) -> None:
    assert forge_at("https://git.acme.example/a/b.git", environment).kind == kind


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://github.com/a/b", "https://github.com/a/b/compare/main...ramp/s%23earch%201?expand=1"),
        ("https://codeberg.org/a/b", "https://codeberg.org/a/b/compare/main...ramp/s%23earch%201"),
        (
            "https://gitlab.com/a/b",
            "https://gitlab.com/a/b/-/merge_requests/new?merge_request[source_branch]=ramp/s%23earch+1&merge_request[target_branch]=main",
        ),
        (
            "https://bitbucket.org/a/b",
            "https://bitbucket.org/a/b/pull-requests/new?source=ramp/s%23earch+1&dest=main",
        ),
        (
            "https://bitbucket.acme.example/scm/A/b.git",
            "https://bitbucket.acme.example/projects/A/repos/b/pull-requests?create&sourceBranch=refs/heads/ramp/s%23earch+1&targetBranch=refs/heads/main",
        ),
        ("https://git.acme.example/a/b", ""),
    ],
)
def test_link_that_opens_a_request(url: str, link: str) -> None:
    said = forge_at(url, {}).link("ramp/s#earch 1", "main")
    assert re.sub("%(2F|5B|5D)", lambda found: unquote(found[0]), said) == link


def test_command_survives_a_shell() -> None:
    title, body = "search: 10 -> 25 %", 'it\'s `$HOME`\n\n"quoted"\n'
    said = forge_at(f"https://{TOKEN}@github.com/a/b", {}).command("ramp/search", "main", title, body)
    assert shlex.split(said) == [
        "gh", "pr", "create", "--repo", "github.com/a/b", "--base", "main", "--head", "ramp/search", "--title", title,
        "--body", body,
    ]  # fmt: skip
    said = forge_at("git@gitlab.com:a/b.git", {}).command("ramp/search", "main", title, body)
    assert shlex.split(said)[:5] == ["glab", "mr", "create", "--repo", "https://gitlab.com/a/b"]
    assert shlex.split(said)[-1] == body
    assert forge_at("https://codeberg.org/a/b", {}).command("ramp/search", "main", title, body) == ""


def test_forge_of_a_remote(tmp_path: Path) -> None:
    for arguments in (["init", "-q"], ["remote", "add", "origin", f"https://bot:{TOKEN}@gitlab.com/a/b.git"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    repository = repo.open_repository(tmp_path)
    found = repo.forge(repository, repo.Target("origin", "main"))
    assert found == Forge("gitlab", "https://gitlab.com/a/b")
    assert TOKEN not in repr(found)
    assert repo.forge(repository, repo.Target("nowhere", "main")) == Forge("", "")
