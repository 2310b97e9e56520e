"""GR532: an environment follows one that is there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.source import show
from gitramp.steps.step import Change, ChangeRule

CODE = Code(
    "GR532",
    "an environment that follows none",
    "An environment that is not there, or that comes after this one itself, holds nothing back.",
    "name an environment in `environments/`, and no circle",
)


def find(change: Change) -> Iterator[tuple[str, Breach]]:
    """Yield each `follows` that leads nowhere or back."""
    for name, environment in change.present.items():
        first = environment.follows
        if first and first not in change.names:
            near = get_close_matches(first, change.names, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield name, Breach(f"there is no environment {show(first)}{hint}", environment.at("follows"))
        elif first:
            way = [name]
            while way[-1] in change.present and (following := change.present[way[-1]].follows) and following not in way:
                way.append(following)
            if way[-1] in change.present and change.present[way[-1]].follows == name:
                yield name, Breach(f"{' -> '.join([*way, name])} is a circle", environment.at("follows"))


RULE = ChangeRule(CODE, find)
