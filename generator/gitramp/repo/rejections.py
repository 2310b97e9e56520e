"""What servers say when they refuse, and what it means: one table for each place in which they say it.

Owns the words of git, ssh, curl and the forges. What a push says of its one ref is asked first, the words around it
second. Must not call git.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gitramp.problem import Code, RepoError
from gitramp.repo import codes, remote_codes


class LostRace(RepoError):
    """The remote's branch is not what it was when it was fetched: start again from what it is now."""


class Said(NamedTuple):
    """What one git said over a network: its exit status, standard output and standard error."""

    status: int
    output: str
    words: str


class _Row(NamedTuple):
    """What some words mean; the phrases are patterns, in any case, compiled when a push is refused and not before."""

    code: Code
    message: str
    phrases: str

    def fits(self, words: str) -> bool:
        """Say whether the words hold any of the phrases."""
        return re.search(self.phrases, words, re.IGNORECASE | re.MULTILINE) is not None


def _row(code: Code, message: str, *phrases: str) -> _Row:
    return _Row(code, message, "|".join(phrases))


_TAKEN = _row(
    remote_codes.NO_BRANCH,
    "{to} cannot be: a branch stands where it would need a folder, or the other way round",
    "exists; cannot create", "refname conflict", "there are still refs under",
)  # fmt: skip
_UNFIT_NAME = _row(
    remote_codes.NO_BRANCH,
    "the server takes no branch of the name of {to}",
    "branch name .*does not follow", "deny updating a hidden ref", "funny refname",
)  # fmt: skip
_LOST = _row(
    remote_codes.LOST_RACE,
    "another push to {to} came first",
    # git's own, of all its versions
    "fetch first", "non-fast-forward", "needs force", "already exists", "stale info",
    "remote ref updated since checkout", "(cannot|failed to|unable to) lock", "failed to update ref",
    "incorrect old value", "reference does not exist", "unable to resolve reference",
    "is at [0-9a-f]{40,64} but expected",
    # JGit's (Gerrit, Bitbucket, GitBucket), and Azure's
    "lock error", "lock.failure", "transaction aborted", "already been updated by another client",
)  # fmt: skip
_SLOW = _row(remote_codes.TIMED_OUT, "{remote} did not answer in time", "operation too slow")
_CONFLICT = _row(remote_codes.LOST_RACE, "another push to {to} came first", "returned error: 409", "HTTP 409")
_SECRET = _row(
    remote_codes.SECRET_FOUND,
    "the server found a secret in what is pushed to {to}",
    "GH009", "secrets? detected", "(cannot|must not) contain secrets", "push protection",
)  # fmt: skip
_LARGE = _row(
    remote_codes.TOO_LARGE,
    "the push to {to} is too large for the server",
    "GH001", "file size limit", "larger than the allowed size", "exceeds maximum allowed size",
    "maximum (allowed )?file size", "returned error: 413", "HTTP 413", "request entity too large",
)  # fmt: skip
_FULL = _row(
    remote_codes.FULL,
    "the server has no room left",
    "storage limit", "exceeded its size limit", r"over its (\w+ )?limit", "repository size limit", "quota",
    "no space left",
)  # fmt: skip
_READ_ONLY = _row(
    remote_codes.READ_ONLY,
    "the remote repository is read-only",
    "archived (so it is|project|repository)", "repository (is|was) archived", "mirror repository",
    "repository is (temporarily )?read-only", r"read-only (mode|(\w+ )?instance)", "maintenance mode",
)  # fmt: skip
_PROTECTED = _row(
    remote_codes.PROTECTED,
    "{to} is protected",
    "GH006", "protected (branch|ref)", "through (a |the )?(pull|merge) request", "not allowed to push into this branch",
    "permission denied to update branch", "prohibited by Gerrit", r"branch \S+ is protected", "TF402455",
)  # fmt: skip
_RULES = _row(remote_codes.PROTECTED, "{to} is protected", "GH013", "rule violations")
_COMMIT = _row(
    remote_codes.COMMIT_RULE,
    "the server does not take such a commit",
    "GH007", "email privacy", "verified signature", "commit must be signed", "un(signed|verified) commit",
    "does not follow the pattern", "is not a member of team", "verified emails?", "only push your own commits",
    "invalid (committer|author)", "change-id",
)  # fmt: skip
_FORBIDDEN = _row(
    remote_codes.FORBIDDEN,
    "the account may not do this at {remote}",
    r"permission to \S+ denied", "write access", "marked as read only", "(returned error:|HTTP) 403", "SAML SSO",
    "IP allow list", "not allowed to (push|upload|download)", "not authorized", "DENIED by",
    "permission denied for writing", "access denied", "does not have permission", "deploy key",
    "without `?workflows?`? (scope|permission)", "git-receive-pack not permitted", "job token not allowed",
    "insufficient permissions", "pushing over HTTP is not allowed",
)  # fmt: skip
_UNVERIFIED = _row(
    remote_codes.UNVERIFIED,
    "{remote} cannot prove who it is",
    "host key verification failed", "host identification has changed", "SSL certificate", "certificate verif",
    "local issuer certificate", "self[- ]signed certificate", "SSL_ERROR", "gnutls_handshake", "SSL connect error",
    "SSL routines", "no alternative certificate subject", "TLS connect(ion)? (error|was)",
)  # fmt: skip
_UNREACHABLE = _row(
    remote_codes.UNREACHABLE,
    "{remote} cannot be reached",
    "could not resolve (host|proxy)", "failure in name resolution", "name or service not known",
    "nodename nor servname", "failed to connect to", "couldn't connect to", "connection (timed out|refused|reset)",
    "no route to host", "network is (unreachable|down)", "operation timed out", "unable to (look up|connect to)",
    "empty reply from", "kex_exchange_identification", "^connection closed by", "proxy connect",
)  # fmt: skip
_NO_LOGIN = _row(
    remote_codes.NO_LOGIN,
    "{remote} does not know who is asking",
    "authentication failed", "could not read (username|password)", "terminal prompts disabled", "returned error: 401",
    "invalid username or", r"permission denied \((publickey|password|keyboard|gssapi)", "HTTP Basic: Access denied",
    "password authentication (was removed|is not supported)", "token (has |is )?(expired|revoked|invalid)",
    "bad credentials", "too many authentication failures", "invalid credentials",
)  # fmt: skip
_NOT_FOUND = _row(
    remote_codes.NOT_FOUND,
    "{remote} has no such repository",
    "repository not found", "repository '.*' not found", "does not appear to be a git repository",
    "returned error: 404", "project you were looking for could not be found", "no such project",
    "(repository|project|path) .*does not exist", "cannot find repository", "no such file or directory",
    "not a git repository",
)  # fmt: skip
_TRANSACTION = _row(
    remote_codes.SERVER_HOOK, "a hook of the server refused the push to {to}", "ref updates aborted by (the .*)?hook"
)
_OWNERSHIP = _row(codes.OWNERSHIP, "git refuses a repository of another owner", "dubious ownership")
_BROKEN = _row(
    remote_codes.REMOTE_FAILED,
    "{remote} failed",
    r"(returned error:|HTTP) (429|5\d\d)", "hung up unexpectedly", "early EOF", "RPC failed", "protocol error",
    "bad line length", "bad band", "unpacker error", "internal server error", "failed to report status", "rate limit",
    "could not read from remote repository", "unable to access", "unexpected disconnect",
    "error in commit_refs", "operation timed out",
)  # fmt: skip

_REASONS = (_UNFIT_NAME, _LOST, _SECRET, _COMMIT, _FORBIDDEN)
"""Of the one ref that is pushed, in parentheses."""
_NO_RACE = (_TAKEN, _FULL)
"""Around a ref that could not be updated, when it is not for another push."""
_DECLINED = (_UNFIT_NAME, _SECRET, _LARGE, _FULL, _READ_ONLY, _PROTECTED, _COMMIT, _FORBIDDEN, _RULES)
"""Around a hook that refused, as most forges do. A hook may say anything, so no word for a lost race is among them."""
_WORDS = (
    _TRANSACTION, _SLOW, _UNVERIFIED, _UNREACHABLE, _NO_LOGIN, _READ_ONLY, _FORBIDDEN, _NOT_FOUND, _CONFLICT, _LARGE,
    _FULL, _OWNERSHIP, _BROKEN,
)  # fmt: skip
"""When nothing is said of a ref: the general last, which git, ssh and curl add to the particular."""
# `! <from>:<to> [remote rejected] (<reason>)`: https://git-scm.com/docs/git-push#_output
_STATUS = re.compile(r"^!\t[^\t\n]*\t\[(?P<kind>[^\]\n]*)\](?: \((?P<reason>.*)\))?$", re.MULTILINE)
_HOOK = re.compile(r"hook declined|declined due to repository rule|rule violations|declined", re.IGNORECASE)
_PUSH_FAILED = re.compile(r"^error: failed to push some refs to ", re.MULTILINE)
_ADVICE = re.compile(r"^hint: .*\n?|^To .*\n?|^Done\n?", re.MULTILINE)


def refusal_of_push(said: Said, remote: str, to: str) -> RepoError:
    """Return what a push that failed means; its words must hold no secret any more."""
    about = {"remote": remote, "to": to}
    status = _STATUS.search(said.output)
    details = _details(said)
    if status is None:
        if found := _first(_WORDS, said.words, about, details):
            return found
        if _PUSH_FAILED.search(said.words):  # no word of the remote, and none of what leads there
            return RepoError(remote_codes.OWN_HOOK, "the pre-push hook refused the push", details=details)
        return RepoError(remote_codes.REMOTE_FAILED, f"the push to {to} failed", details=details)
    reason = status["reason"] or status["kind"]
    around = f"{reason}\n{said.words}"
    if found := _first(_REASONS, reason, about, details):
        return (_first(_NO_RACE, around, about, details) or found) if isinstance(found, LostRace) else found
    if _HOOK.search(reason):
        protected = RepoError(remote_codes.PROTECTED, f"{to} is protected", details=details)
        known = _first(_DECLINED, said.words, about, details) or ("protected branch" in reason and protected)
        return known or RepoError(remote_codes.SERVER_HOOK, f"a hook of the server refused {to}", details=details)
    found = _first(_DECLINED, around, about, details) or _first((_BROKEN, _FULL), around, about, details)
    return found or RepoError(remote_codes.REFUSED, f"the push to {to} was refused: {reason}", details=details)


def refusal(said: Said, remote: str, to: str) -> RepoError:
    """Return what a fetch or question that failed means; its words must hold no secret any more."""
    details = _details(said)
    found = _first(_WORDS, said.words, {"remote": remote, "to": to}, details)
    return found or RepoError(remote_codes.REMOTE_FAILED, f"{remote} cannot be read", details=details)


def _first(rows: Sequence[_Row], words: str, about: dict[str, str], details: str) -> RepoError | None:
    row = next((row for row in rows if row.fits(words)), None)
    if row is None:
        return None
    kind = LostRace if row.code is remote_codes.LOST_RACE else RepoError
    return kind(row.code, row.message.format(**about), details=details)


def _details(said: Said) -> str:
    """Return the words of a git without its advice, which is about other commands than ours."""
    answer = _STATUS.sub(lambda found: f"! {found[0].rpartition(chr(9))[2]}", said.output)
    lines = _ADVICE.sub("", f"{said.words}\n{answer}").splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip())
