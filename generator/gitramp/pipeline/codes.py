"""The findings of the line itself: what no stage could see alone.

Owns codes GR708 and GR709.
"""

from gitramp.problem import Code

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
