"""What came into a branch, commit by commit along first parents: which files it changed, which messages it brought.

Owns the reading of long histories in a few calls of Git, and no more of them than somebody asks for. Must not write
anything, nor know what files and messages mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gitramp.repo.history import Commit, entries, is_shallow, log
from gitramp.repo.repository import Repository, call, contents, pathspec

_FIRST_PAGE, _PAGE = 64, 1024


@dataclass(frozen=True, slots=True)
class Landing:
    """A commit of a branch, and what the files that it changed were before; None where a shallow clone ends."""

    commit: Commit
    before: Mapping[str, bytes | None] | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A commit of a branch and the messages that came with it: its own, and for a merge those of all it brought.

    `whole` is whether all of them are there: a shallow clone may lack some of what a merge brought.
    """

    commit: Commit
    author: str
    messages: tuple[str, ...]
    whole: bool = True


def landings(repository: Repository, newest: Commit, folder: str, wanted: Callable[[str], bool]) -> Iterator[Landing]:
    """Yield the commits of a branch that changed files below a folder, newest first; of no other file is it told.

    What a merge brought in counts from the merge. Pages: who asks for the last commit does not pay for all of them.
    """
    cut, start, size = is_shallow(repository), newest.id, _FIRST_PAGE
    while start:
        page = _page(repository, start, folder, size)
        taken = [(commit, {p: b for p, b in told.items() if wanted(p)}) for commit, told in page]
        content = contents(repository, (blob for _, told in taken for blob in told.values() if blob))
        for commit, told in taken:
            if cut and not commit.parents and _has_parents(repository, commit):
                yield Landing(commit, None)
                return
            yield Landing(commit, {path: content[blob] if blob else None for path, blob in told.items()})
        start = page[-1][0].parents[0] if len(page) == size and page[-1][0].parents else ""
        size = _PAGE


def _has_parents(repository: Repository, commit: Commit) -> bool:
    """Say whether a commit names parents, be they here or not: a shallow clone hides them."""
    head, _, _ = str(call(repository, "cat-file", "commit", commit.id)).partition("\n\n")
    return any(line.startswith("parent ") for line in head.split("\n"))


def _page(repository: Repository, start: str, folder: str, size: int) -> list[tuple[Commit, dict[str, str]]]:
    options = ["--first-parent", "--diff-merges=first-parent", "--root", "--raw", "-z", "--no-abbrev", "--no-renames"]
    said = log(repository, *options, f"-{size}", "--format=%H %ct %P", start, "--", pathspec(repository, folder))
    return [(c, {repository.outside(path): blob for path, blob in told.items()}) for c, told in entries(said)]


def arrivals(repository: Repository, newest: Commit, oldest: Commit) -> tuple[Arrival, ...]:
    """Return the commits of a branch from one back to another, both included, with what each of them brought."""
    layout = "--format=%H%x00%P%x00%ct%x00%an <%ae>%x00%B"
    bounds = [f"^{oldest.parents[0]}"] if oldest.parents else []
    said = log(repository, "-z", layout, newest.id, *bounds, "--").split("\0")
    fields = zip(said[0::5], said[1::5], said[2::5], said[3::5], said[4::5], strict=False)
    known = {i: (Commit(i, tuple(p.split()), int(t)), author, text) for i, p, t, author, text in fields}
    chain: list[str] = []
    step = newest.id
    while step in known and (not chain or chain[-1] != oldest.id):
        chain.append(step)
        step = next(iter(known[step][0].parents), "")
    cut = is_shallow(repository)
    seen: set[str] = set()
    found = [_arrival(known, name, seen, cut=cut) for name in reversed(chain)]
    return tuple(reversed(found))


def _arrival(known: Mapping[str, tuple[Commit, str, str]], name: str, seen: set[str], *, cut: bool) -> Arrival:
    """Gather what a commit brought that no older commit of the branch did; `seen` grows by it."""
    commit, author, own = known[name]
    messages, waiting, whole = [own], list(commit.parents[1:]), True
    seen.add(name)
    while waiting:
        step = waiting.pop()
        if step in seen or step not in known:
            continue
        seen.add(step)
        brought, _, text = known[step]
        messages.append(text)
        whole = whole and not (cut and not brought.parents)
        waiting.extend(brought.parents)
    return Arrival(commit, author, tuple(messages), whole)
