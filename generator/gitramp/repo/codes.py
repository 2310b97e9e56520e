"""Why a commit cannot be made: the states of a repository in which it would fail or lose something.

Owns codes GR801 to GR819.
"""

from gitramp.problem import Code

NO_REPOSITORY = Code(
    "GR801",
    "the workspace is in no Git repository",
    "Git is where gitramp keeps everything: a commit needs a repository with a work tree.",
    "run `git init` in the workspace, or name another one with -C DIR",
)
NO_GIT = Code(
    "GR802",
    "git is not there",
    "Commits are made by git itself, so that hooks, signing and identity are yours.",
    "install git 2.31 or newer and put it on PATH",
)
DETACHED = Code(
    "GR803",
    "HEAD is detached",
    "A commit that no branch points to is lost with the next checkout.",
    "check out a branch: `git switch NAME`, or `git switch -c NAME` for a new one",
)
IN_PROGRESS = Code(
    "GR804",
    "another operation is in progress",
    "A commit in the middle of a merge, rebase, cherry-pick or revert would become part of it.",
    "finish it, or give it up with --abort",
)
LOCKED = Code(
    "GR805",
    "the index is locked",
    "Another git is writing, or one was killed while it wrote.",
    "wait for the other git to end; when there is none, delete the lock file",
)
NO_IDENTITY = Code(
    "GR806",
    "git does not know who commits",
    "Every commit names its author.",
    'run `git config user.name "..."` and `git config user.email "..."`',
)
HOOK_REFUSED = Code(
    "GR807",
    "a hook refused the commit",
    "The repository's own rules come first; nothing was committed.",
    "mend what the hook says, then commit again",
)
HOOK_EDITED = Code(
    "GR808",
    "a hook changed the files that were committed",
    "The commit does not hold what the overlays render to, so the next render drifts from it.",
    "keep hooks away from rendered/ and environments/, run `gitramp render`, and amend the commit",
)
PARTLY_STAGED = Code(
    "GR809",
    "a file is staged in another version than is on the disk",
    "The commit takes the file from the disk; the version that was staged would be lost.",
    "stage the file as it is with `git add`, or unstage it with `git restore --staged`",
)
IGNORED = Code(
    "GR810",
    "a file of the commit is ignored by Git",
    "An ignored file would be missing in the commit, so the commit would not render to itself.",
    "take the rule out of .gitignore: `git check-ignore -v FILE` shows it",
)
DISK = Code(
    "GR811",
    "git cannot write",
    "Nothing was committed.",
    "look at the permissions and free space of .git",
)
SIGNING = Code(
    "GR812",
    "the commit could not be signed",
    "Your git is configured to sign commits (commit.gpgsign); nothing was committed.",
    "mend the key or program that git signs with: `git config --get-regexp gpg` shows them",
)
OWNERSHIP = Code(
    "GR813",
    "git does not trust the repository's owner",
    "git refuses to work in a repository that belongs to another user.",
    "if you trust it: `git config --global --add safe.directory DIR`",
    source="https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory",
)
FAILED = Code(
    "GR814",
    "git failed",
    "What git said is below; nothing was committed.",
    "mend what git says, then run the command again",
)
UNSEEN = Code(
    "GR815",
    "git passes over a file of the commit",
    "Its changes would be missing in the commit, so the commit would not render to itself.",
    "keep environments/ and rendered/ in one repository, and let git see their changes",
)
NO_REVISION = Code(
    "GR816",
    "a revision that is not there",
    "A step is judged from a revision that Git has; a shallow clone has the newest commits only.",
    "name a commit, branch or tag that `git rev-parse` knows",
)
