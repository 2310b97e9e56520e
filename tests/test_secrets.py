"""What is hidden in the words of other programs, and in what a bug prints."""

from __future__ import annotations

import pytest

from gitramp import secrets
from gitramp.cli import boundary

TOKEN = "planted-7d20b1"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("https://bot:x@host/a.git", "https://***@host/a.git"),
        ("https://x-only-a-token@host/a.git and //b:c@d", "https://***@host/a.git and //***@d"),
        ("> Authorization: Basic Ym90OnBsYW50ZWQ=\nmore", "> Authorization: (hidden)\nmore"),
        ("remote: PRIVATE-TOKEN: abc", "remote: PRIVATE-TOKEN: (hidden)"),
        ("proxy-authorization:Bearer x", "proxy-authorization:(hidden)"),
        (f"a {TOKEN} b{TOKEN}", "a (hidden) b(hidden)"),
        ("the token: x", "the token: (hidden)"),
        ("the tokens of a page: 3", "the tokens of a page: 3"),
        ("token ghp_" + "a1" * 18, "token (hidden)"),
        ("git@github.com:a/b.git", "git@github.com:a/b.git"),
    ],
)
def test_words_of_another_program(said: str, told: str) -> None:
    assert secrets.masked(said, [TOKEN]) == told


def test_longer_secret_is_hidden_whole() -> None:
    assert secrets.masked("ab-secret-more", ["ab-secret", "ab-secret-more"]) == "(hidden)"


def test_variables_that_hold_secrets() -> None:
    names = [
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "GITLAB_TOKEN",
        "CI_JOB_TOKEN",
        "CI_REGISTRY_PASSWORD",
        "MY_PAT",
        "TOKEN_OF_BOT",
    ]
    found = secrets.named({name: f"value-of-{name}" for name in names})
    assert found == tuple(f"value-of-{name}" for name in names)
    assert (
        secrets.named({"PATH": "aaaaaaaa", "MAX_TOKENS": "1000000", "A_TOKEN": "short", "B_TOKEN": "/run/secrets/x"})
        == ()
    )


def test_header_and_url() -> None:
    assert list(secrets.in_header("AUTHORIZATION: basic Ym90OnBsYW50ZWQ=")) == [
        "Ym90OnBsYW50ZWQ=",
        "bot:planted",
        "planted",
    ]
    assert list(secrets.in_header("PRIVATE-TOKEN: planted!")) == ["planted!"]
    assert list(secrets.in_header("Empty:")) == []
    assert list(secrets.userinfo("http://a:b%2Fc@h/ https://only@h ssh://git@h")) == [("a", "b%2Fc"), ("only", "")]


def test_bug_tells_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_JOB_TOKEN", TOKEN)
    try:
        raise ValueError(f"odd: {TOKEN} at https://bot:{TOKEN}@host/x.git")
    except ValueError:
        said = boundary._bug_text()
    assert TOKEN not in said
    assert "odd: (hidden) at" in said


def test_names_with_either_hyphen_are_known() -> None:
    assert all(map(secrets.names_a_secret, ("API_KEY", "api-key", "x-api-key".replace("-", "_"), "private-key")))
    assert secrets.may_show_secret("- query: {api-key: {exact: planted}}")
