"""How a fault is put into a set of objects: a place, found by chance among those that fit, and what is done there.

Owns paths with `*` for "any item", and the edits. Must not know any particular fault.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Body = dict[str, Any]
Edit = Callable[[Body, Random], bool]
"""Changes an object in place; says whether it could."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what it is, the family that must refuse it, the kinds it can be in, and the edit.

    `where` narrows the objects that can have it. Without an edit, the object is taken away.
    """

    name: str
    family: str
    kind: str
    edit: Edit | None
    where: Callable[[Body], bool] = lambda _: True


def plant(fault: Fault, bodies: Sequence[Body], random: Random) -> list[Body | None] | None:
    """Return the objects with a fault in one of them, None in the place of one that is gone; None when it fits nowhere."""
    positions = [i for i, body in enumerate(bodies) if kind_of(body) == fault.kind and fault.where(body)]
    random.shuffle(positions)
    for position in positions:
        changed = copy.deepcopy(bodies[position])
        if fault.edit is None or (fault.edit(changed, random) and changed != bodies[position]):
            made = changed if fault.edit else None
            return [made if i == position else body for i, body in enumerate(bodies)]
    return None


def kind_of(body: Body) -> str:
    """Return `group/Kind`."""
    return f"{body['apiVersion'].rpartition('/')[0]}/{body['kind']}"


def put(path: str, value: Any) -> Edit:
    """Set a value; what is around it must be there."""

    def edit(body: Body, random: Random) -> bool:
        around, last = _around(body, path, random)
        if around is None or (isinstance(around, list) and not 0 <= int(last) < len(around)):
            return False
        around[int(last) if isinstance(around, list) else last] = copy.deepcopy(value)
        return True

    return edit


def drop(path: str) -> Edit:
    """Take a value away; it must be there."""

    def edit(body: Body, random: Random) -> bool:
        around, last = _around(body, path, random)
        if isinstance(around, dict) and last in around:
            del around[last]
            return True
        if isinstance(around, list) and last.isdigit() and int(last) < len(around):
            del around[int(last)]
            return True
        return False

    return edit


def add(path: str, item: Any) -> Edit:
    """Append an item to a list that is there."""

    def edit(body: Body, random: Random) -> bool:
        around, last = _around(body, path, random)
        listed = around.get(last) if isinstance(around, dict) else None
        if not isinstance(listed, list):
            return False
        listed.append(copy.deepcopy(item))
        return True

    return edit


def repeat(path: str, **changed: Any) -> Edit:
    """Say an item of a list twice, the second time with some keys changed."""

    def edit(body: Body, random: Random) -> bool:
        around, last = _around(body, path, random)
        listed = around.get(last) if isinstance(around, dict) else None
        if not isinstance(listed, list) or not listed:
            return False
        again = copy.deepcopy(random.choice(listed))
        listed.append({**again, **changed} if isinstance(again, dict) else again)
        return True

    return edit


def change(path: str, how: Callable[[Any], Any]) -> Edit:
    """Make another value of the one that is there."""

    def edit(body: Body, random: Random) -> bool:
        around, last = _around(body, path, random)
        if isinstance(around, dict) and last in around:
            around[last] = how(around[last])
            return True
        if isinstance(around, list) and around:
            position = random.randrange(len(around)) if last == "*" else int(last)
            around[position] = how(around[position])
            return True
        return False

    return edit


def both(*edits: Edit) -> Edit:
    """Do several things; all must fit."""
    return lambda body, random: min(edit(body, random) for edit in edits)  # all of them are done, whatever fits


def _around(body: Any, path: str, random: Random) -> tuple[Any, str]:
    r"""Return what holds the last step of a dotted path; `*` is any item, `\.` a dot within a step."""
    *steps, last = [step.replace("\0", ".") for step in path.replace("\\.", "\0").split(".")]
    for step in steps:
        if isinstance(body, list) and body:
            body = random.choice(body) if step == "*" else body[int(step)] if int(step) < len(body) else None
        else:
            body = body.get(step) if isinstance(body, dict) else None
    return body if isinstance(body, (dict, list)) else None, last
