"""Why a commit does not reach a remote, or the remote's branch not us: one code for each thing that mends it.

Owns codes GR830 to GR849, and GR860. Must not know in which words a server says so.
"""

from gitramp.problem import Code

NO_REMOTE = Code(
    "GR830",
    "no remote to work with",
    "A push needs one remote: the one that is named, that of the branch's upstream, `origin`, or the only one.",
    "name it with --remote NAME; `git remote` lists them and `git remote add NAME URL` adds one",
)
NO_BRANCH = Code(
    "GR831",
    "no branch to work on",
    "The branch is the one that is named, the upstream of the one that is checked out, or the remote's HEAD.",
    "name it with --base NAME: `main`, without refs/heads/ before it",
)
LOST_RACE = Code(
    "GR832",
    "another push came first",
    "The branch has moved since it was fetched. A push that went on would undo what the other one did.",
    "run the command again: it starts from the branch as it is now",
)
SERVER_HOOK = Code(
    "GR833",
    "a hook of the server refused the push",
    "The server's own rules come first; the branch is as it was.",
    "mend what the hook says, then run the command again",
)
PROTECTED = Code(
    "GR834",
    "the branch is protected",
    "The server takes changes of this branch by pull or merge request alone, or from others alone.",
    "push to a branch of its own for a pull request with --branch NAME, or let the bot's account push to this one",
)
OWN_HOOK = Code(
    "GR835",
    "the pre-push hook of this clone refused the push",
    "A push runs the hook of the clone as `git push` does; nothing was sent.",
    "mend what the hook says, then run the command again",
)
SECRET_FOUND = Code(
    "GR836",
    "the server found a secret in the push",
    "The server looks for tokens and keys in what is pushed, and takes none; the branch is as it was.",
    "take the secret out of the overlay and revoke it; use a reference to a Secret instead",
)
NO_LOGIN = Code(
    "GR837",
    "the remote does not know who is asking",
    "There are no credentials, or wrong or expired ones. gitramp never asks for any: git gets them from its helpers.",
    "check the token or key of the job, or the credential helper: `git ls-remote REMOTE` must work without a question",
)
FORBIDDEN = Code(
    "GR838",
    "the account may not push here",
    "The server knows the account, and the account may not write.",
    "give the account, token or deploy key the right to write to the repository's contents",
)
NOT_FOUND = Code(
    "GR839",
    "the remote has no such repository",
    "The URL is wrong, or the account may not see the repository, which many servers say in the same words.",
    "check the URL with `git remote get-url REMOTE`, and that the account may read the repository",
)
UNREACHABLE = Code(
    "GR840",
    "the remote cannot be reached",
    "The name of the host is unknown, or nothing answers there.",
    "check the network, proxy and URL, then run the command again",
)
UNVERIFIED = Code(
    "GR841",
    "the remote cannot prove who it is",
    "Its TLS certificate or SSH host key is not known here, so nothing was sent.",
    "add the certificate authority (http.sslCAInfo) or the host key (known_hosts) after checking it",
)
TIMED_OUT = Code(
    "GR842",
    "the remote does not answer in time",
    "git was stopped, and all that it had started.",
    "run the command again, which looks at what the remote has first; give it more time with GITRAMP_TIMEOUT=SECONDS",
)
TOO_LARGE = Code(
    "GR843",
    "the push is too large for the server",
    "The server, or a proxy before it, has a limit for a file or a push.",
    "look at the size of the files; a proxy's limit is its own setting (nginx: client_max_body_size)",
)
FULL = Code(
    "GR844",
    "the server has no room left",
    "The repository has reached its quota, or the disk is full.",
    "make room on the server, or raise the quota",
)
FILTERED = Code(
    "GR845",
    "a file of the commit goes through a filter",
    "Git attributes give it a `filter`, as Git LFS does, or a `working-tree-encoding`: Git then holds something else "
    "than the file, and the cluster would get that.",
    "take environments/ and rendered/ out of that rule in .gitattributes: `git check-attr -a FILE` shows it",
)
REMOTE_FAILED = Code(
    "GR846",
    "the remote failed",
    "The server broke off, is overloaded, or has a fault; the branch may have moved or not.",
    "run the command again later, which looks at what the remote has first",
)
COMMIT_RULE = Code(
    "GR847",
    "the server does not take such a commit",
    "A rule of the server is about the commit's author, address, message or signature.",
    "set user.name, user.email and commit.gpgsign of the bot's git as the server's rule asks",
)
READ_ONLY = Code(
    "GR848",
    "the remote repository is read-only",
    "It is archived, a mirror, or the server is under maintenance.",
    "push to where the repository lives now, or wait until the server takes changes again",
)
REFUSED = Code(
    "GR849",
    "the remote refused the push",
    "The server said no in words that gitramp does not know; the branch is as it was.",
    "mend what the server says, then run the command again",
)
LEFT_OVER = Code(
    "GR860",
    "a branch for a pull request that is left over",
    "It has commits that the base has not, and the base has moved on: a request that was merged by squash or given up, "
    "or one whose base has got other commits. An edit on top of it would start from what is no longer so.",
    "delete the branch, `git push REMOTE --delete NAME`, or take another name",
)
