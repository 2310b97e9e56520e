"""The findings of the rendered tree.

Owns codes GR701 to GR707 and GR710; GR708 and GR709 belong to commits.
"""

from gitramp.problem import Code, Severity

DRIFT = Code(
    "GR701",
    "rendered/ is not what the overlays render to",
    "Argo CD or Flux applies rendered/, reviewers read the overlays: when they differ, one of them is misled.",
    "run `gitramp render` and commit the result",
)
NOT_OURS = Code(
    "GR702",
    "a file that gitramp did not write is in the way",
    "gitramp replaces and prunes only files that carry its mark; anything else may be somebody's work.",
    "move it away, or delete it if it once was gitramp's and lost its first line",
)
LINK = Code(
    "GR703",
    "a symbolic link inside rendered/",
    "Writing through a link could change files outside rendered/.",
    "remove the link; gitramp makes the folders it needs",
)
STRANGER = Code(
    "GR704",
    "a manifest in a rendered environment that gitramp did not write",
    "Argo CD or Flux applies every file in the folder, so this one reaches the cluster without any gate.",
    "move it out of rendered/, or delete it",
    severity=Severity.WARNING,
)
BUSY = Code(
    "GR705",
    "another gitramp is writing in this workspace",
    "Two runs that write at once could mix their trees.",
    "wait for the other run to end; the lock goes with its process",
)
CANNOT_WRITE = Code(
    "GR706",
    "the workspace cannot be written",
    "Nothing is promoted unless everything could be staged, so rendered/ is as it was or is completed by the next run.",
    "look at the permissions and free space of the folder, then run the command again",
)
CANNOT_READ = Code(
    "GR707",
    "the workspace cannot be read",
    "What cannot be read can be neither compared nor validated.",
    "look at the permissions of the file or folder, then run the command again",
)
COMPLETED = Code(
    "GR710",
    "the promotion of an earlier run was completed",
    "A promotion that has begun is finished by the next run, so that rendered/ is never left half old, half new.",
    "nothing to do; if that run's edit was withdrawn, `gitramp render` brings rendered/ back to the overlays",
    severity=Severity.INFO,
)
