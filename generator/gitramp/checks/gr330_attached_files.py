"""GR330: a file that an overlay names lies beside the overlays."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import tracks
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR330",
    "a file that is not there",
    "Only files in `environments/<overlay>/files/` are part of the environment, of its commits and its drift.",
    "put the file into environments/<overlay>/files/ and name it from environments/ on, such as base/files/app.ini",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each config file whose content is not there."""
    for _, track in tracks(environment):
        for said in track.config.files.values() if track.config else ():
            if said.file is not None and said.file not in environment.attached:
                near = get_close_matches(said.file, environment.attached, n=1)
                remedy = f"did you mean {near[0]}?" if near else ""
                yield Breach(f"there is no environments/{show(said.file)}", said.at("file"), remedy=remedy)


RULE = EnvironmentRule(CODE, find)
