"""The branch of a pull or merge request: what an edit for it starts from, and the text of the request.

Owns that a branch that is left over is refused, and which lines of the commits a squash must keep. Must not know what
is edited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gitramp import repo
from gitramp.problem import RepoError
from gitramp.verbs.ground import Head

_KEPT = ("Gitramp-Action:", "Approved-by:", "Co-authored-by:")
"""What history is asked for later; `Rendered-from` is true of one commit alone."""


@dataclass(frozen=True, slots=True)
class Request:
    """A pull or merge request that is to be opened: its text, and the ways to do it, "" for one that there is not."""

    title: str
    body: str
    command: str
    link: str


def start_of(repository: repo.Repository, target: repo.Target, tip: Head, branch: str) -> Head:
    """Return what an edit for a branch starts from: its commits where they are on top of the tip, else the tip.

    Raises RepoError when it has commits that the tip has not, and is not on top of it: left over from another time.
    """
    if branch in ("", target.branch):
        return tip
    own = repo.fetch(repository, replace(target, branch=branch))
    if own is None:
        return tip
    merged = repo.merge_base(repository, own.id, tip.commit.id)
    if merged is None and repo.is_shallow(repository):
        repo.deepen(repository, target)
        merged = repo.merge_base(repository, own.id, tip.commit.id)
    if merged is not None and merged.id == own.id:
        return tip
    if merged is None or merged.id != tip.commit.id:
        raise _left_over(repository, target, tip, own, branch)
    return Head.of(repository, own)


def _left_over(repository: repo.Repository, target: repo.Target, tip: Head, own: repo.Commit, branch: str) -> RepoError:
    behind = repo.count(repository, own.id, tip.commit.id)
    commits = "1 commit" if behind == 1 else f"{behind} commits"
    message = f"{target.remote}/{branch} exists and is {commits} behind {target.branch}"
    return RepoError(repo.LEFT_OVER, message)


def request_for(repository: repo.Repository, target: repo.Target, branch: str, since: Head, commit: str) -> Request:
    """Say how a request is opened for a branch that holds a commit: its text is that of the commit.

    What history reads of any commit of the branch goes to the end of the text: where a squash takes the text for its
    message, a step without those lines would count as by hand.
    """
    told = repo.texts(repository, since.commit.id, commit)
    title, _, rest = told[-1].partition("\n")
    said = rest.rpartition("\nRendered-from: ")[0].strip()
    lines = [line for text in told for line in text.split("\n") if line.startswith(_KEPT)]
    kept = "\n".join(sorted(dict.fromkeys(lines), key=lambda line: _KEPT.index(f"{line.split(':')[0]}:")))
    body = "\n\n".join(filter(None, [said, kept]))
    forge = repo.forge(repository, target)
    into = target.branch
    return Request(title, body, forge.command(branch, into, title, body), forge.link(branch, into))
