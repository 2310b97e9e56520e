"""The findings of the line itself: what no stage could see alone.

Owns codes GR708, GR709, GR711, GR712, GR820, GR821 and GR872.
"""

from gitramp.problem import Code, Severity

LEFT_BEHIND = Code(
    "GR708",
    "a changed overlay that another environment extends too",
    "A commit must render to itself: with only some of the environments, the others would be out of date in it.",
    "commit the other environments as well, or all of them with `gitramp commit`",
)
SAVED_MEANWHILE = Code(
    "GR709",
    "an overlay was saved while the commit was being made",
    "The commit would hold an overlay that nobody rendered or validated.",
    "run the command again",
)
NOT_ITSELF = Code(
    "GR711",
    "a branch that does not render to itself",
    "A commit on top would bring the differences along, though nobody has looked at them with it.",
    "run `gitramp commit` on the branch with this version of gitramp, and push that first",
)
OTHER_EDITS = Code(
    "GR712",
    "edits that the commit would take along in silence",
    "A verb's commit tells what the verb does; what else stands in the same overlays would reach the cluster unread.",
    "commit them first with `gitramp commit`, or put them away with `git stash`; --push takes none of them along",
)
BASE_UNREADABLE = Code(
    "GR820",
    "an environment of the base cannot be read",
    "What changes from it is unknown, so no rule of steps was applied to that environment.",
    "look at the step with your own eyes; once the base can be read again, so are steps from it",
    Severity.WARNING,
)
NOT_JUDGED = Code(
    "GR821",
    "steps that were not judged",
    "Without the revision before, or its history, skipped or hasty steps are not found.",
    "let the checkout have the history (`fetch-depth: 0`), or say `--no-steps` where nothing shall be judged",
    Severity.WARNING,
    source="https://github.com/actions/checkout#fetch-all-history-for-all-tags-and-branches",
)
PAGE_UNWRITTEN = Code(
    "GR872",
    "a page that cannot be written",
    "What was there before is still there; half a page is never left.",
    "name a file in a folder that is there and may be written, or `-o -` for the standard output",
)
