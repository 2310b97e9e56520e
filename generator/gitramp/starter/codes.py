"""The findings of making a repository.

Owns codes GR865 to GR867.
"""

from gitramp.problem import Code, Severity

OCCUPIED = Code(
    "GR865",
    "a new repository where environments are already",
    "`gitramp init` makes environments of its own; among yours they would be deployed by surprise.",
    "name another folder; to add CI to what is here, run `gitramp init --ci github` or `--ci gitlab`",
)
UNWRITABLE = Code(
    "GR866",
    "a file of a new repository that cannot be written",
    "No file is ever left half written; run again, the command adds what is missing.",
    "look at the permissions and free space of the folder, then run the command again",
)
UNEQUAL = Code(
    "GR867",
    "a file that `gitramp init` left as it is",
    "Files that are there are never overwritten, so what this one would have said is missing in yours.",
    "compare it with the file that `gitramp init` writes into an empty folder, and take over what you want",
    Severity.INFO,
)
