"""A branch of a remote: which one is meant, what it holds now, and a push to it that never overwrites.

Owns the names of remotes and branches and the three calls over a network. Must not know what the files mean, and
touches neither branches, index and work tree of the user nor FETCH_HEAD.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex

from gitramp.problem import RepoError
from gitramp.repo import remote_codes
from gitramp.repo.history import Commit, commit_named, is_shallow
from gitramp.repo.network import over_network, time_limit
from gitramp.repo.rejections import Said, refusal, refusal_of_push
from gitramp.repo.repository import Repository, call
from gitramp.secrets import masked
from gitramp.source import did_you_mean, show

_HEADS = "refs/heads/"
_CONFIGURED = r"^(remote\..*\.(push)?url|branch\..*\.(remote|merge))$"
# No user's ref, tag, submodule or FETCH_HEAD changes, and no clean-up starts (git 2.29 and newer know them all).
_QUIETLY = (
    "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance",
    "--refmap=",
)  # fmt: skip
_ABSENT = re.compile(r"^fatal: couldn't find remote ref ", re.MULTILINE)
_HELD = re.compile(r"cannot lock ref|unable to (lock|update local ref)|\.lock': File exists", re.IGNORECASE)
_SYMREF = re.compile(r"^ref: refs/heads/(?P<branch>\S+)\tHEAD$", re.MULTILINE)
_DEEPER = 10
"""A whole history takes longer than its tip."""


@dataclass(frozen=True, slots=True)
class Target:
    """A branch of a remote: where an edit starts and, unless it goes to a branch of its own, ends."""

    remote: str
    branch: str

    def __str__(self) -> str:
        return f"{self.remote}/{self.branch}"


def target(repository: Repository, remote: str = "", branch: str = "", timeout: float | None = None) -> Target:
    """Return the branch that is meant, by name or by what is checked out; the remote is asked when nothing else says.

    Raises RepoError when nothing does, or what is named is no branch.
    """
    configured = _configured(repository)
    its_remote, its_branch = _upstream(repository, configured)
    name = _remote(remote, its_remote, _remotes(configured))
    _refuse_several(name, configured)
    found = branch or (its_branch if its_remote == name else "") or default_branch(repository, name, timeout)
    refuse_name(repository, found)
    return Target(name, found)


def pushes_with(repository: Repository, target: Target) -> tuple[str, tuple[str, ...]]:
    """Return the address that a push goes to, and the headers that git adds there; both may hold secrets."""
    try:
        url = str(call(repository, "remote", "get-url", "--push", "--", target.remote))
    except RepoError:
        return "", ()
    try:
        return url, (str(call(repository, "config", "--get-urlmatch", "http.extraHeader", url)),)
    except RepoError:  # none
        return url, ()


def _configured(repository: Repository) -> Mapping[str, Sequence[str]]:
    """Return what the configuration says of remotes and branches: every value of a key."""
    try:
        said = str(call(repository, "config", "-z", "--get-regexp", _CONFIGURED))
    except RepoError:  # nothing
        return {}
    found: dict[str, list[str]] = {}
    for entry in said.split("\0")[:-1]:
        key, _, value = entry.partition("\n")
        found.setdefault(key, []).append(value)
    return found


def _remotes(configured: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(key.split(".", 1)[1].rpartition(".")[0] for key in configured if key.startswith("remote."))
    )


def _upstream(repository: Repository, configured: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Return remote and name of the upstream of the branch that is checked out; two "" for none, as in most CI."""
    try:
        head = str(call(repository, "symbolic-ref", "--quiet", "HEAD"))
    except RepoError:
        return "", ""
    about = f"branch.{head.removeprefix(_HEADS)}"
    remote, merge = (configured.get(f"{about}.{key}", ("",))[-1] for key in ("remote", "merge"))
    known = remote in _remotes(configured)  # it may be a URL, or `.` for a branch of this repository
    return (remote, merge.removeprefix(_HEADS) if merge.startswith(_HEADS) else "") if known else ("", "")


def _remote(wanted: str, of_upstream: str, known: Sequence[str]) -> str:
    """Choose the remote; one that is named must be there."""
    if wanted and wanted not in known:
        remedy = did_you_mean(wanted, known)
        said = masked(wanted)  # a URL, for which no name was asked, may hold a token
        raise RepoError(remote_codes.NO_REMOTE, f"there is no remote {show(said)}", remedy)
    if chosen := wanted or of_upstream or ("origin" if "origin" in known else ""):
        return _not_an_option(chosen)
    if len(known) == 1:
        return _not_an_option(known[0])
    found = f"there are {len(known)} remotes and none is origin: {', '.join(map(show, known))}"
    raise RepoError(remote_codes.NO_REMOTE, found if known else "the repository has no remote")


def _not_an_option(remote: str) -> str:
    if remote.startswith("-") or not remote.isprintable():
        raise RepoError(remote_codes.NO_REMOTE, f"{show(remote)} is no name that git takes for a remote")
    return remote


def _refuse_several(remote: str, configured: Mapping[str, Sequence[str]]) -> None:
    """Refuse a remote that pushes to several places: one push could land in one and lose its race in another."""
    urls = configured.get(f"remote.{remote}.pushurl") or configured.get(f"remote.{remote}.url", ())
    if len(set(urls)) > 1:
        remedy = "add a remote with one URL, and name it with --remote NAME"
        raise RepoError(remote_codes.NO_REMOTE, f"a push to {remote} goes to {len(set(urls))} URLs at once", remedy)


def default_branch(repository: Repository, remote: str, timeout: float | None = None) -> str:
    """Return the branch that the remote's HEAD names; the remote is asked only when no clone has written it down."""
    inside = f"refs/remotes/{remote}/"
    try:
        return str(call(repository, "symbolic-ref", "--quiet", f"{inside}HEAD")).removeprefix(inside)
    except RepoError:
        asked = ("ls-remote", "--symref", "--", remote, "HEAD")
    said = over_network(repository, remote, *asked, timeout=time_limit(timeout))
    if said.status:
        raise refusal(said, remote, remote)
    if found := _SYMREF.search(said.output):
        return found["branch"]
    raise RepoError(remote_codes.NO_BRANCH, f"the HEAD of {remote} names no branch")


def refuse_name(repository: Repository, branch: str, option: str = "--base") -> None:
    """Raise RepoError when a name is none that a branch can have: an option, a full ref, control characters."""
    plain = f"name it with {option} NAME: `ramp/search`, without spaces" if option != "--base" else ""
    remedy = f"leave {_HEADS} out" if branch.startswith(_HEADS) else plain
    valid = branch.isprintable() and not branch.startswith(("-", "refs/")) and branch not in ("", "HEAD")
    try:
        if valid:
            call(repository, "check-ref-format", f"{_HEADS}{branch}")
    except RepoError:
        valid = False
    if not valid:
        raise RepoError(remote_codes.NO_BRANCH, f"{show(branch)} is no name of a branch", remedy)


def fetch(repository: Repository, target: Target, timeout: float | None = None) -> Commit | None:
    """Return the tip of the branch as the remote has it now, with what it holds; None when the branch is not there.

    A ref of ours keeps it from being collected: one for each branch, so that the next fetch gets only what is new.
    """
    seconds = time_limit(timeout)
    kept = _kept(target)
    said = _fetched(repository, target, kept, seconds)
    if not said.status:
        return commit_named(repository, kept)
    if not _HELD.search(said.words):
        _refuse_unless_absent(said, target)
        return None
    own = f"{kept}-{token_hex(8)}"  # another run in this clone holds the first, or was killed while it did
    said = _fetched(repository, target, own, seconds)
    if said.status:
        _refuse_unless_absent(said, target)
        return None
    found = commit_named(repository, own)
    call(repository, "update-ref", "-d", own)  # git keeps for two weeks what nothing points to
    return found


def _kept(target: Target) -> str:
    """Return the ref for a target: by a digest, as `a` and `a/b` may follow each other but are never both refs."""
    return f"refs/gitramp/tip/{hashlib.sha256(f'{target.remote} {target.branch}'.encode()).hexdigest()[:24]}"


def _fetched(repository: Repository, target: Target, into: str, seconds: float, *options: str) -> Said:
    refspec = f"+{_HEADS}{target.branch}:{into}"
    asked = ("fetch", *_QUIETLY, *options, "--", target.remote, refspec)
    return over_network(repository, target.remote, *asked, timeout=seconds)


def _refuse_unless_absent(said: Said, target: Target) -> None:
    if not _ABSENT.search(said.words):
        raise refusal(said, target.remote, str(target))


def deepen(repository: Repository, target: Target, timeout: float | None = None) -> None:
    """Fetch the whole history of the branch when the clone is shallow."""
    if is_shallow(repository):
        said = _fetched(repository, target, _kept(target), _DEEPER * time_limit(timeout), "--unshallow")
        if said.status:
            _refuse_unless_absent(said, target)


def push(repository: Repository, target: Target, commit: str, branch: str = "", timeout: float | None = None) -> None:
    """Push a commit to the branch, or to another one of the same remote; raises LostRace when that has moved.

    A push to the target is compare-and-swap on the commit's parent: git's fast-forward rule alone would also bring
    back what somebody has just taken off the branch. The lease can overwrite nothing: the commit is a child of what
    it names (https://git-scm.com/docs/git-push#Documentation/git-push.txt---force-with-lease).
    """
    name = branch or target.branch
    refuse_name(repository, name)
    made = commit_named(repository, commit)
    parent = made.parents[0] if made.parents else ""
    lease = (f"--force-with-lease={_HEADS}{name}:{parent}",) if name == target.branch else ()
    options = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no", *lease)
    never_all = ("-c", f"remote.{target.remote}.mirror=false")
    asked = (*never_all, "push", *options, "--", target.remote, f"{made.id}:{_HEADS}{name}")
    said = over_network(repository, target.remote, *asked, timeout=time_limit(timeout))
    if said.status:
        raise refusal_of_push(said, target.remote, f"{target.remote}/{name}")
