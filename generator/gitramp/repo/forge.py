"""Which forge a remote is on, and where and how a pull or merge request is opened there.

Owns the forms of remotes' URLs and the addresses of forges' pages; no credential of a URL is kept. Must not call the
forge.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from gitramp.problem import RepoError
from gitramp.repo.remotes import Target
from gitramp.repo.repository import Repository, call

_SCP = re.compile(r"(?:[^@/\s]+@)?(?P<host>\[[^\]]+\]|[^:/\s]+):(?!//)(?P<path>\S+)")
_WEB = ("https", "http")
_SCHEMES = (*_WEB, "ssh", "git", "git+ssh", "ssh+git")
# Beside the hosts that everybody knows, a name that says what runs there; the first that fits counts.
_HINTS = (
    ("gitlab", "gitlab"),
    ("gitea", "gitea"),
    ("forgejo", "gitea"),
    ("codeberg.org", "gitea"),
    ("bitbucket", "bitbucket"),
    ("github", "github"),
)
# SSH through the port of HTTPS, for firewalls: the pages are elsewhere.
_SSH_ONLY = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com", "altssh.bitbucket.org": "bitbucket.org"}
_ALIAS = re.compile(r"^(github\.com|gitlab\.com|bitbucket\.org)[-_.]\w+$")
"""How people name one of several keys for a host in ~/.ssh/config: `github.com-work`."""


@dataclass(frozen=True, slots=True)
class Forge:
    """A repository on a forge: `kind` is github, gitlab, gitea (Forgejo too), bitbucket, or "" when nothing tells."""

    kind: str
    web: str
    """The address of the repository's page, "" for one that is on no host."""

    def link(self, branch: str, base: str) -> str:
        """Return where a pull or merge request of a branch into a base is opened; "" when the forge is not known."""
        head, onto = quote(branch), quote(base)
        if self.kind == "github":
            return f"{self.web}/compare/{onto}...{head}?expand=1"
        if self.kind == "gitea":
            return f"{self.web}/compare/{onto}...{head}"
        if self.kind == "gitlab":
            asked = {"merge_request[source_branch]": branch, "merge_request[target_branch]": base}
            return f"{self.web}/-/merge_requests/new?{urlencode(asked)}"
        if self.kind == "bitbucket" and "/repos/" in self.web:  # Data Center
            asked = {"sourceBranch": f"refs/heads/{branch}", "targetBranch": f"refs/heads/{base}"}
            return f"{self.web}/pull-requests?create&{urlencode(asked)}"
        if self.kind == "bitbucket":
            return f"{self.web}/pull-requests/new?{urlencode({'source': branch, 'dest': base})}"
        return ""

    def command(self, branch: str, base: str, title: str, body: str) -> str:
        """Return the command line, ready for a shell, that opens the same by the forge's own tool; "" for none."""
        if self.kind == "github":
            argv = ["gh", "pr", "create", "--repo", self.web.split("://", 1)[1]]
            return shlex.join([*argv, "--base", base, "--head", branch, "--title", title, "--body", body])
        if self.kind == "gitlab":
            argv = ["glab", "mr", "create", "--repo", self.web, "--yes"]
            about = ["--target-branch", base, "--source-branch", branch, "--title", title, "--description", body]
            return shlex.join([*argv, *about])
        return ""


def forge(repository: Repository, target: Target) -> Forge:
    """Return the forge of a target's remote."""
    try:
        url = str(call(repository, "remote", "get-url", "--", target.remote))
    except RepoError:
        return Forge("", "")
    return forge_at(url, os.environ)


def forge_at(url: str, environment: Mapping[str, str]) -> Forge:
    """Return the forge of a remote's URL; in CI the environment tells what runs at a host of any name."""
    scheme, host, path = _parts(url)
    if not host or not path:
        return Forge("", "")
    kind = _kind(host, environment)
    if kind == "bitbucket" and host != "bitbucket.org":
        path = _data_center(path)
    return Forge(kind, f"{scheme if scheme in _WEB else 'https'}://{host}/{quote(path, safe='/~')}")


def _parts(url: str) -> tuple[str, str, str]:
    """Take a URL apart: its scheme, its host with the port that web pages have, and its path; "" for a local path."""
    scheme = url.partition("://")[0].lower()
    if "://" in url:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return "", "", ""
        shown = f"[{host}]" if ":" in host else host
        path = parts.path if scheme in _SCHEMES else ""
        shown = f"{shown}:{port}" if port and scheme in _WEB else shown
    elif found := _SCP.fullmatch(url):
        scheme, shown, path = "ssh", found["host"].lower(), found["path"]
    else:
        return "", "", ""
    shown = _SSH_ONLY.get(shown, shown)
    if scheme not in _WEB and (alias := _ALIAS.match(shown)):
        shown = alias[1]
    return scheme, shown, path.strip("/").removesuffix(".git")


def _kind(host: str, environment: Mapping[str, str]) -> str:
    name = host.rpartition(":")[0] or host
    if name in ("github.com", "gitlab.com", "bitbucket.org"):
        return name.partition(".")[0]
    if name == environment.get("CI_SERVER_HOST"):  # GitLab CI
        return "gitlab"
    if name == urlsplit(environment.get("GITHUB_SERVER_URL", "")).hostname:  # GitHub Actions, and what runs them too
        return "gitea" if environment.get("GITEA_ACTIONS") or environment.get("FORGEJO_ACTIONS") else "github"
    return next((kind for hint, kind in _HINTS if hint in name), "")


def _data_center(path: str) -> str:
    """Return the path of a repository's page on Bitbucket Data Center: `scm/PROJ/name` of HTTP, `PROJ/name` of SSH."""
    project, _, name = path.removeprefix("scm/").partition("/")
    if project.startswith("~"):
        return f"users/{project[1:]}/repos/{name}"
    return f"projects/{project}/repos/{name}"
