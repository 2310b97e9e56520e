"""One commit of named paths, with everything else left as it is.

Owns the commit itself. `git commit --only` is the means: it takes the paths from the work tree, leaves what is staged
elsewhere staged, and runs the user's hooks and signing
(https://git-scm.com/docs/git-commit#Documentation/git-commit.txt---only). Must not know what the paths hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from gitramp.problem import RepoError
from gitramp.repo import codes
from gitramp.repo.authorship import CONFIGURED, Authorship
from gitramp.repo.repository import (
    PathStatus,
    Repository,
    call,
    head_tree,
    listed,
    pathspec,
    scratch_file,
    scratch_folder,
    statuses,
)


def planned_tree(repository: Repository, paths: Sequence[str]) -> str:
    """Return the id of the tree that a commit of these paths will have; the user's index is not touched."""
    with scratch_folder() as folder:
        own_index = {"GIT_INDEX_FILE": str(folder / "index")}
        if head := head_tree(repository):
            call(repository, "read-tree", head, env=own_index)
        with scratch_file(listed(repository.inside(path) for path in paths)) as names:
            options = ["--add", "--remove", "--replace", "-z", "--stdin"]
            call(repository, "update-index", *options, env=own_index, istream=names)
        return str(call(repository, "write-tree", env=own_index))


def subtree_id(repository: Repository, tree: str, folder: str) -> str:
    """Return the id of a folder of the workspace within a tree; that of an empty one when it is not there."""
    try:
        return str(call(repository, "rev-parse", "--verify", "--quiet", f"{tree}:{repository.inside(folder)}"))
    except RepoError:
        return str(call(repository, "hash-object", "-t", "tree", "--stdin"))


def with_trailers(message: str, trailers: Mapping[str, Sequence[str]]) -> str:
    """Put trailers at the end of a message, in a paragraph of their own; no line of the message can pass for one."""
    keys = tuple(f"{key}:" for key in trailers)
    body = "\n".join(line for line in message.rstrip().split("\n") if not line.lstrip().startswith(keys))
    return f"{body}\n\n" + "".join(f"{key}: {value}\n" for key, values in trailers.items() for value in values)


def commit(
    repository: Repository,
    paths: Sequence[str],
    message: str,
    tree: str,
    by: Authorship = CONFIGURED,
    *,
    empty: bool = False,
) -> str | None:
    """Commit exactly these paths as they are on the disk; `tree` is what `planned_tree` said of them.

    An `empty` one is made for its message alone, where no path differs. Returns the new
    commit's id, None when HEAD holds that tree already. Raises RepoError, after which the index is what it was; only
    codes.HOOK_EDITED is raised after a commit was made.
    """
    if not empty and head_tree(repository) == tree:
        return None
    named = set(paths)
    before = [s for s in statuses(repository, _folders(paths)) if s.path in named]
    _refuse_partly_staged(before)
    with (
        scratch_file(listed(pathspec(repository, path) for path in paths)) as specs,
        scratch_file(message.encode("utf-8", "backslashreplace")) as text,
        _known(repository, [s.path for s in before if s.index == "?"]),
    ):
        _git_commit(repository, specs.name if paths else "", text.name, by)
    return _committed(repository, tree)


def _git_commit(repository: Repository, specs: str, text: str, by: Authorship) -> None:
    """Commit with the message as it stands: no configuration of the user may strip, recode or ask for it."""
    what = [f"--pathspec-from-file={specs}", "--pathspec-file-nul"] if specs else ["--allow-empty"]
    arguments = [f"--file={text}", "--cleanup=verbatim", *what, *by.options]
    repository.git(c="i18n.commitEncoding=UTF-8")  # for the next call
    call(repository, "commit", "--only", "--quiet", *arguments, env=by.environment)


def _folders(paths: Sequence[str]) -> list[str]:
    """Return the top folders of paths: a thousand files are too many arguments, and git walks folders faster."""
    return sorted({path.split("/")[0] for path in paths})


def _refuse_partly_staged(found: Sequence[PathStatus]) -> None:
    """Refuse a path with changes on both sides of the index, or one that is staged for deletion and still there."""
    entries = Counter(status.path for status in found)
    for status in found:
        if entries[status.path] > 1 or (status.index not in " ?" and status.work_tree != " "):
            raise RepoError(codes.PARTLY_STAGED, f"{status.path} is staged in another version than is on the disk")


@contextmanager
def _known(repository: Repository, new: Sequence[str]) -> Iterator[None]:
    """Make new files known to the index, for `commit --only` passes over others; unknown again when it fails.

    Their content is not staged by this, and whatever ends the commit, an interrupt included, it is taken back.
    """
    if not new:
        yield
        return
    try:
        with scratch_file(listed(pathspec(repository, path) for path in new)) as specs:
            call(repository, "add", "--intent-to-add", f"--pathspec-from-file={specs.name}", "--pathspec-file-nul")
        yield
    except BaseException:
        # The first failure is the one to tell; a file that stays known without content hinders no later commit.
        with suppress(RepoError), scratch_file(listed(repository.inside(path) for path in new)) as names:
            call(repository, "update-index", "--force-remove", "-z", "--stdin", istream=names)
        raise


def _committed(repository: Repository, tree: str) -> str:
    made, its_tree = str(call(repository, "rev-parse", "HEAD", "HEAD^{tree}")).split()
    if its_tree != tree:
        message = f"commit {made[:12]} was made, but a hook changed the files in it"
        changed = str(call(repository, "diff-tree", "-r", "--name-only", tree, made))
        raise RepoError(codes.HOOK_EDITED, message, details=changed)
    return made
