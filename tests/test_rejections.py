"""What servers say when they refuse a push, each wording as it was seen, and the code that it gets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from gitramp.problem import Code
from gitramp.repo import LostRace, remote_codes
from gitramp.repo.rejections import Said, refusal, refusal_of_push

OLD, NEW = "9c1185a5c5e9fc54612808977ee8f548b2258d31", "6b86b273ff34fce19d6b804eff5a3f5747ada4ea"
IS_AT = f"cannot lock ref 'refs/heads/main': is at {NEW} but expected {OLD}"
HOOK = "pre-receive hook declined"


class Wording(NamedTuple):
    server: str
    code: str
    reason: str = ""
    """What is said of the ref, in parentheses; "" when the push came to no answer about it."""
    words: str = ""


LOST = [
    Wording("git: somebody else's commits are not here", "GR832", "[rejected] (fetch first)"),
    Wording("git: they are here", "GR832", "[rejected] (non-fast-forward)"),
    Wording("git: the lease", "GR832", "[rejected] (stale info)"),
    Wording("git: force-if-includes", "GR832", "[rejected] (remote ref updated since checkout)"),
    Wording("git: between advertisement and update", "GR832", f"[remote rejected] ({IS_AT})"),
    Wording("git: another holds the lock", "GR832", "[remote rejected] (failed to update ref)"),
    Wording("git before 2.4", "GR832", "[remote rejected] (failed to lock)"),
    Wording("git: receive.denyNonFastForwards", "GR832", "[remote rejected] (non-fast-forward)"),
    Wording("git 2.50, GitHub", "GR832", "[remote rejected] (incorrect old value provided)"),
    Wording("git 2.50: a new branch", "GR832", "[remote rejected] (reference already exists)"),
    Wording("git 2.50: a branch that was deleted", "GR832", "[remote rejected] (reference does not exist)"),
    Wording(
        "git: a lock file",
        "GR832",
        "[remote rejected] (cannot lock ref 'refs/heads/main': Unable to create 'refs/heads/main.lock': File exists.)",
    ),
    Wording("git: unborn", "GR832", "[remote rejected] (cannot lock ref 'refs/heads/main': reference already exists)"),
    Wording("Gerrit, Bitbucket (JGit)", "GR832", "[remote rejected] (lock error: refs/heads/main)"),
    Wording("JGit", "GR832", "[remote rejected] (transaction aborted)"),
    Wording(
        "Azure DevOps",
        "GR832",
        "[remote rejected] (TF401028: The reference 'refs/heads/main' has already been updated by another client, so "
        "you cannot update it. Please try again.)",
    ),
    Wording(
        "over HTTP",
        "GR832",
        words="error: RPC failed; HTTP 409 curl 22 The requested URL returned error: 409\n"
        "fatal: the remote end hung up unexpectedly",
    ),
]
REFUSED = [
    # A hook's own words are nobody's but the hook's.
    Wording("a hook", "GR833", f"[remote rejected] ({HOOK})", "remote: no deploys on a Friday"),
    Wording("an update hook", "GR833", "[remote rejected] (hook declined)", "remote: error: hook declined to update"),
    Wording(
        "a hook that talks of races", "GR833", f"[remote rejected] ({HOOK})", "remote: fetch first, cannot lock ref"
    ),
    # Protected branches.
    Wording(
        "GitHub: a protected branch",
        "GR834",
        "[remote rejected] (protected branch hook declined)",
        "remote: error: GH006: Protected branch update failed for refs/heads/main.\n"
        'remote: error: Required status check "build" is expected.',
    ),
    Wording(
        "GitHub: a ruleset",
        "GR834",
        "[remote rejected] (push declined due to repository rule violations)",
        "remote: error: GH013: Repository rule violations found for refs/heads/main.\n"
        "remote: \nremote: - Changes must be made through a pull request.\n"
        "remote: - Commits must have verified signatures.",
    ),
    Wording(
        "GitHub: a ruleset of another kind",
        "GR834",
        "[remote rejected] (push declined due to repository rule violations)",
        "remote: error: GH013: Repository rule violations found for refs/heads/main.\nremote: - Cannot update this",
    ),
    Wording(
        "GitLab",
        "GR834",
        f"[remote rejected] ({HOOK})",
        "remote: GitLab: You are not allowed to push code to protected branches on this project.",
    ),
    Wording(
        "Gitea, Forgejo",
        "GR834",
        f"[remote rejected] ({HOOK})",
        "remote: \nremote: Gitea: Not allowed to push to protected branch main\nremote: ",
    ),
    Wording(
        "Bitbucket Data Center",
        "GR834",
        f"[remote rejected] ({HOOK})",
        "remote: Branch refs/heads/main can only be modified through pull requests.",
    ),
    Wording(
        "Bitbucket Cloud",
        "GR834",
        f"[remote rejected] ({HOOK})",
        "remote: Permission denied to update branch main.",
    ),
    Wording(
        "Azure DevOps",
        "GR834",
        "[remote rejected] (TF402455: Pushes to this branch are not permitted; you must use a pull request to update "
        "this branch.)",
    ),
    Wording("Gerrit", "GR834", "[remote rejected] (prohibited by Gerrit: not permitted: update)"),
    # Secrets.
    Wording(
        "GitHub: push protection",
        "GR836",
        "[remote rejected] (push declined due to repository rule violations)",
        "remote: error: GH013: Repository rule violations found for refs/heads/main.\n"
        "remote: - GITHUB PUSH PROTECTION\nremote:     - Push cannot contain secrets",
    ),
    Wording(
        "GitLab: push protection",
        "GR836",
        f"[remote rejected] ({HOOK})",
        "remote: GitLab: \nremote: PUSH BLOCKED: Secrets detected in code changes",
    ),
    # Who is asking.
    Wording("no terminal", "GR837", words="fatal: could not read Username for 'https://x': terminal prompts disabled"),
    Wording("HTTP, a wrong password", "GR837", words="fatal: Authentication failed for 'https://x/a.git/'"),
    Wording(
        "GitHub: a password",
        "GR837",
        words="remote: Support for password authentication was removed on August 13, 2021.\nfatal: Authentication",
    ),
    Wording(
        "GitLab: an expired token",
        "GR837",
        words="remote: HTTP Basic: Access denied. The provided password or token is incorrect\n"
        "fatal: Authentication failed for 'https://gitlab.com/a/b.git/'",
    ),
    Wording(
        "ssh: no key",
        "GR837",
        words="git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repo",
    ),
    # What the account may.
    Wording(
        "GitHub",
        "GR838",
        words="remote: Permission to acme/deploys.git denied to github-actions[bot].\n"
        "fatal: unable to access 'https://github.com/acme/deploys/': The requested URL returned error: 403",
    ),
    Wording(
        "GitHub: a token that may read",
        "GR838",
        words="remote: Write access to repository not granted.\n"
        "fatal: unable to access 'https://github.com/a/b/': The requested URL returned error: 403",
    ),
    Wording(
        "GitHub: a deploy key",
        "GR838",
        words="ERROR: The key you are authenticating with has been marked as read only.\n"
        "fatal: Could not read from remote repository.",
    ),
    Wording(
        "GitHub: single sign-on",
        "GR838",
        words="remote: The `acme' organization has enabled or enforced SAML SSO.\nfatal: unable to access 'https://x/'",
    ),
    Wording(
        "GitHub: a workflow file",
        "GR838",
        "[remote rejected] (refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` "
        "without `workflows` permission)",
    ),
    Wording(
        "GitLab",
        "GR838",
        words="remote: You are not allowed to push code to this project.\n"
        "fatal: unable to access 'https://gitlab.com/a/b.git/': The requested URL returned error: 403",
    ),
    Wording(
        "GitLab: a deploy key",
        "GR838",
        words="remote: ERROR: This deploy key does not have write access to this project.\n"
        "fatal: Could not read from remote repository.",
    ),
    Wording(
        "GitLab: a job token", "GR838", words="remote: You are not allowed to upload code.\nfatal: unable to access"
    ),
    Wording("Gitea", "GR838", f"[remote rejected] ({HOOK})", "remote: Gitea: User permission denied for writing."),
    Wording(
        "Gitolite",
        "GR838",
        "[remote rejected] (hook declined)",
        "remote: FATAL: W refs/heads/main packages/x ada DENIED by fallthru",
    ),
    Wording("Bitbucket (JGit)", "GR838", words="fatal: remote error: https://x/a.git: git-receive-pack not permitted"),
    # The repository.
    Wording(
        "GitHub",
        "GR839",
        words="remote: Repository not found.\nfatal: repository 'https://github.com/a/b.git/' not found",
    ),
    Wording("GitHub over ssh", "GR839", words="ERROR: Repository not found.\nfatal: Could not read from remote repo"),
    Wording(
        "GitLab",
        "GR839",
        words="remote: The project you were looking for could not be found or you don't have permission to view it.\n"
        "fatal: repository 'https://gitlab.com/a/b.git/' not found",
    ),
    Wording(
        "a path",
        "GR839",
        words="fatal: '/srv/x.git' does not appear to be a git repository\nfatal: Could not read from remote repo",
    ),
    # The way there.
    Wording("a name", "GR840", words="fatal: unable to access 'https://x/': Could not resolve host: x"),
    Wording(
        "ssh: a name", "GR840", words="ssh: Could not resolve hostname x: Name or service not known\nfatal: Could not"
    ),
    Wording(
        "nobody there",
        "GR840",
        words="fatal: unable to access 'http://127.0.0.1:1/a/': Failed to connect to 127.0.0.1 port 1 after 0 ms",
    ),
    Wording("ssh: nobody", "GR840", words="ssh: connect to host x port 22: Connection refused\nfatal: Could not read"),
    Wording(
        "ssh: cut off", "GR840", words="kex_exchange_identification: Connection closed by remote host\nfatal: Could"
    ),
    Wording("ssh: no answer", "GR840", words="ssh: connect to host x port 22: Connection timed out\nfatal: Could not"),
    Wording("a proxy", "GR840", words="fatal: unable to access 'https://x/': Could not resolve proxy: proxy"),
    # Who answers.
    Wording(
        "a certificate (OpenSSL)",
        "GR841",
        words="fatal: unable to access 'https://x/': SSL certificate problem: unable to get local issuer certificate",
    ),
    Wording(
        "a certificate (GnuTLS)",
        "GR841",
        words="fatal: unable to access 'https://x/': server certificate verification failed.",
    ),
    Wording("a host key", "GR841", words="Host key verification failed.\nfatal: Could not read from remote repo"),
    # Sizes.
    Wording(
        "GitHub: a file",
        "GR843",
        f"[remote rejected] ({HOOK})",
        "remote: error: GH001: Large files detected.\nremote: error: File x is 101.00 MB; this exceeds GitHub's file "
        "size limit of 100.00 MB",
    ),
    Wording(
        "GitLab: a file",
        "GR843",
        f"[remote rejected] ({HOOK})",
        'remote: GitLab: File "x" is larger than the allowed size of 1 MiB. Use Git LFS to manage this file.',
    ),
    Wording(
        "a proxy",
        "GR843",
        words="error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413\n"
        "fatal: the remote end hung up unexpectedly",
    ),
    Wording(
        "git: receive.maxInputSize",
        "GR843",
        "[remote rejected] (unpacker error)",
        "remote: fatal: pack exceeds maximum allowed size (1.00 KiB)",
    ),
    Wording(
        "GitLab: a quota",
        "GR844",
        f"[remote rejected] ({HOOK})",
        "remote: GitLab: Your push has been rejected, because this repository has exceeded its size limit of 10 GB",
    ),
    Wording("Forgejo: a quota", "GR844", f"[remote rejected] ({HOOK})", "remote: Forgejo: Quota exceeded"),
    Wording(
        "a disk",
        "GR844",
        "[remote rejected] (unpacker error)",
        "remote: fatal: write error: No space left on device",
    ),
    Wording(
        "a disk, for the ref",
        "GR844",
        "[remote rejected] (failed to update ref)",
        "remote: error: unable to write file refs/heads/main.lock: No space left on device",
    ),
    # Faults.
    Wording("GitHub: a fault", "GR846", "[remote rejected] (failure)", "remote: fatal error in commit_refs"),
    Wording("GitHub: a fault", "GR846", "[remote rejected] (Internal Server Error)"),
    Wording("cut off", "GR846", "[remote failure] (remote failed to report status)"),
    Wording("a gateway", "GR846", words="fatal: unable to access 'https://x/': The requested URL returned error: 502"),
    Wording("cut off", "GR842", words="fatal: unable to access 'http://x/': Operation too slow. Less than 1 bytes/sec"),
    Wording("too often", "GR846", words="fatal: unable to access 'https://x/': The requested URL returned error: 429"),
    Wording("cut off", "GR846", words="fatal: the remote end hung up unexpectedly"),
    Wording(
        "permissions on the server",
        "GR846",
        "[remote rejected] (unpacker error)",
        "remote: error: insufficient permission for adding an object to repository database ./objects",
    ),
    # The commit.
    Wording(
        "GitHub: an address",
        "GR847",
        "[remote rejected] (push declined due to email privacy restrictions)",
        "remote: error: GH007: Your push would publish a private email address.",
    ),
    Wording(
        "GitHub: a signature",
        "GR847",
        "[remote rejected] (push declined due to repository rule violations)",
        "remote: error: GH013: Repository rule violations found for refs/heads/main.\n"
        "remote: - Commits must have verified signatures.",
    ),
    Wording("GitLab: a signature", "GR847", f"[remote rejected] ({HOOK})", "remote: GitLab: Commit must be signed"),
    Wording(
        "GitLab: a message",
        "GR847",
        f"[remote rejected] ({HOOK})",
        "remote: GitLab: Commit message does not follow the pattern 'JIRA-.*'",
    ),
    Wording(
        "GitLab: an author",
        "GR847",
        f"[remote rejected] ({HOOK})",
        "remote: GitLab: Author 'ci@example.com' is not a member of team",
    ),
    Wording(
        "Bitbucket Data Center",
        "GR847",
        f"[remote rejected] ({HOOK})",
        "remote: You can only push your own commits in this repository",
    ),
    Wording("Gerrit", "GR847", "[remote rejected] (invalid committer)"),
    # Read-only.
    Wording(
        "GitHub",
        "GR848",
        words="remote: This repository was archived so it is read-only.\n"
        "fatal: unable to access 'https://github.com/a/b/': The requested URL returned error: 403",
    ),
    Wording(
        "GitLab",
        "GR848",
        words="remote: ERROR: You can't push code to an archived project.\nfatal: Could not read from remote repo",
    ),
    Wording(
        "GitLab: a replica",
        "GR848",
        words="remote: You can't push code to a read-only GitLab instance.\nfatal: unable to access 'https://x/'",
    ),
    Wording(
        "Gitea", "GR848", words="remote: Gitea: mirror repository is read-only\nfatal: unable to access 'https://x/'"
    ),
    # Names.
    Wording(
        "git: a folder",
        "GR831",
        "[remote rejected] (cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create 'refs/heads/a/b')",
    ),
    Wording(
        "git 2.39: a folder",
        "GR831",
        "[remote rejected] (failed to update ref)",
        "remote: error: cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create 'refs/heads/a/b'",
    ),
    Wording(
        "GitLab: a rule for names",
        "GR831",
        f"[remote rejected] ({HOOK})",
        "remote: GitLab: Branch name 'x' does not follow the pattern 'feature/.*'",
    ),
    # Whatever else.
    Wording("a server that nobody knows", "GR849", "[remote rejected] (the moon is full)"),
    Wording(
        "git: a clone with files",
        "GR849",
        "[remote rejected] (branch is currently checked out)",
        "remote: error: refusing to update checked out branch: refs/heads/main",
    ),
]


def said(wording: Wording) -> Said:
    output = f"To https://x/a.git\n!\t{NEW}:refs/heads/main\t{wording.reason}\nDone\n" if wording.reason else ""
    return Said(
        1 if output else 128, output, f"{wording.words}\nerror: failed to push some refs to 'https://x/a.git'\n"
    )


@pytest.mark.parametrize("wording", [*LOST, *REFUSED], ids=lambda each: f"{each.code} {each.server}")
def test_wording_has_its_code(wording: Wording) -> None:
    error = refusal_of_push(said(wording), "origin", "origin/main")
    assert error.code.number == wording.code, f"{error}\n{error.details}"
    assert isinstance(error, LostRace) == (wording.code == "GR832")
    assert "\n" not in error.message
    assert "{" not in error.message


def test_every_code_of_a_server_has_a_wording() -> None:
    """Those that gitramp itself gives have tests of their own."""
    own = {"GR830", "GR835", "GR845", "GR860"}
    codes = {code.number for code in vars(remote_codes).values() if isinstance(code, Code)}
    assert {wording.code for wording in (*LOST, *REFUSED)} == codes - own


def test_no_answer_and_no_word_is_the_hook_of_the_clone() -> None:
    silent = Said(1, "", "lint failed\nerror: failed to push some refs to '/srv/x.git'\n")
    assert refusal_of_push(silent, "origin", "origin/main").code is remote_codes.OWN_HOOK
    odd = Said(128, "", "fatal: the moon is full\n")
    assert refusal_of_push(odd, "origin", "origin/main").code is remote_codes.REMOTE_FAILED


def test_advice_for_other_commands_is_left_out() -> None:
    words = "error: failed to push some refs\nhint: Updates were rejected because ...\nhint: 'git pull' ...\n"
    error = refusal_of_push(
        Said(1, f"To x\n!\t{NEW}:refs/heads/main\t[rejected] (fetch first)\nDone\n", words), "o", "o/m"
    )
    assert "hint" not in error.details
    assert "To x" not in error.details
    assert "fetch first" in error.details


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "GR840"),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 503", "GR846"),
        ("fatal: the moon is full", "GR846"),
        ("fatal: detected dubious ownership in repository at '/srv/x.git'", "GR813"),
        ("fatal: could not read Password for 'https://x': terminal prompts disabled", "GR837"),
    ],
)
def test_refusal_of_a_fetch(words: str, code: str) -> None:
    assert refusal(Said(128, "", words), "origin", "origin/main").code.number == code


def test_page_tells_every_code() -> None:
    page = (Path(__file__).resolve().parents[1] / "docs" / "bots.md").read_text()
    codes = {code.number: code for code in vars(remote_codes).values() if isinstance(code, Code)}
    rows = dict(re.findall(r"^\| (GR\d+) \| (.*?) \| .*\|$", page.partition("| you see |")[0], re.MULTILINE))
    assert list(rows) == sorted(codes)
    assert [n for n, code in codes.items() if not rows[n].startswith(code.title)] == []
