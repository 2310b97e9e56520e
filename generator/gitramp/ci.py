"""Continuous integration: whether anybody checks what a bot pushes from a job.

Both hosts start no pipeline for a push with the token of a job itself, so that no pipeline starts itself for ever:
https://docs.github.com/actions/concepts/security/github_token and https://docs.gitlab.com/ci/jobs/ci_job_token.
Owns how that token is known again from what a push is made with. Must not know Git, nor say a token.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

_INSTALLATION = re.compile(r"ghs_(?:(?P<app>\d+)_)?")
_ACTIONS = "15368"
"""The App of github.com that jobs get their tokens from; since 2026 a token begins with its App's number."""
_DOCUMENTED = "https://github.com/gitramp/gitramp/blob/main/docs/ci.md tells how"

GITHUB = (
    "No workflow will look at it, as GITHUB_TOKEN pushed this: push with the token of a GitHub App or a deploy key; "
    f"{_DOCUMENTED}"
)
GITHUB_PERHAPS = (
    "Perhaps no workflow will look at it: an installation's token pushed this, and GITHUB_TOKEN starts none. Pass "
    f"`GITHUB_TOKEN: ${{{{ github.token }}}}` so that gitramp can tell them apart; {_DOCUMENTED}"
)
GITLAB = f"No pipeline will look at it, as CI_JOB_TOKEN pushed this: push with a project access token; {_DOCUMENTED}"


def untriggered(environ: Mapping[str, str], remote_url: str, headers: Iterable[str] = ()) -> str:
    """Return why no pipeline will run for a push from this job, "" when one will or when nobody can know.

    `headers` are those that git adds for the remote (`http.<url>.extraheader`), as `actions/checkout` has it do.
    """
    tokens = [*_in_url(remote_url), *(token for header in headers for token in _in_header(header))]
    if environ.get("GITHUB_ACTIONS") == "true":
        return next(filter(None, (_on_github(environ, token) for _, token in tokens)), "")
    if environ.get("GITLAB_CI") == "true":
        own = environ.get("CI_JOB_TOKEN")
        by_job = any(user == "gitlab-ci-token" or (own and token == own) for user, token in tokens)
        return GITLAB if by_job else ""
    return ""


def _on_github(environ: Mapping[str, str], token: str) -> str:
    found = _INSTALLATION.match(token)
    if not found:
        return ""  # of a person or an OAuth app: those start workflows
    if found["app"] and environ.get("GITHUB_SERVER_URL", "https://github.com") == "https://github.com":
        return GITHUB if found["app"] == _ACTIONS else ""
    own = environ.get("GITHUB_TOKEN")
    if own:
        return GITHUB if token == own else ""
    return GITHUB_PERHAPS


def _in_url(url: str) -> Iterator[tuple[str, str]]:
    """Yield user and password of an HTTP URL; a key of SSH is nobody's job token."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    if parts.scheme in {"http", "https"} and (parts.username or parts.password):
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        yield user, password or user  # a token may stand alone, in the place of the user


def _in_header(header: str) -> Iterator[tuple[str, str]]:
    """Yield user and password, or a bearer's token, of an `Authorization:` header."""
    name, _, value = header.partition(":")
    scheme, _, credentials = value.strip().partition(" ")
    if name.strip().lower() != "authorization":
        return
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(credentials.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return
        yield user, password
    else:
        yield "", credentials.strip()
