"""GR330: a file that an overlay names lies beside the overlays."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import tracks
from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.source import did_you_mean, show

CODE = Code(
    "GR330",
    "a file that is not there",
    "Only files in `environments/<overlay>/files/` are part of the environment, of its commits and its drift.",
    "put the file into environments/<overlay>/files/ and name it from environments/ on, such as base/files/app.ini",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each file that an overlay names and that is not there."""
    named = [*_config_files(environment), *((said.file, said.at("file")) for said in environment.manifests.values())]
    for file, at in named:
        if file not in environment.attached:
            remedy = did_you_mean(file, environment.attached)
            yield Breach(f"there is no environments/{show(file)}", at, remedy=remedy)


def _config_files(environment: Environment) -> Iterator[tuple[str, Pointer]]:
    for _, track in tracks(environment):
        for said in track.config.files.values() if track.config else ():
            if said.file is not None:
                yield said.file, said.at("file")


RULE = EnvironmentRule(CODE, find)
