"""The moments between two states: which of the changes are done, and which are not yet.

Owns the search for a moment in which a question has a bad answer. It asks about no change that the answer does not
depend on, so that it tries a handful of moments where an enumeration of all orders would try n!. Must not know what is
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from gitramp.ordering.precedence import Precedence
from gitramp.ordering.trees import Key, Trees, namespace_key
from gitramp.resource import Manifest

_Found = TypeVar("_Found")
Decided = Mapping[Key, bool]


class Undecided(Exception):
    """An answer depends on whether this change is done."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class World:
    """A moment: `decided` says which changes are done, `others` what holds for the rest, None when nobody knows."""

    trees: Trees
    decided: Decided = field(default_factory=dict)
    others: bool | None = None

    def look(self, key: Key) -> Manifest | None:
        """Return an object as it is at this moment; what stood in a namespace that is deleted went with it."""
        if key.namespace:
            home = self.trees.changes.get(namespace_key(key.namespace))
            if home is not None and home.after is None and self._done(home.key):
                return None
        change = self.trees.changes.get(key)
        if change is None:
            return self.trees.after.get(key)
        return change.after if self._done(key) else change.before

    def _done(self, key: Key) -> bool:
        done = self.decided.get(key, self.others)
        if done is None:
            raise Undecided(key)
        return done


def moments(
    order: Precedence, ask: Callable[[World], _Found | None], decided: Decided
) -> Iterator[tuple[Decided, _Found]]:
    """Yield each kind of moment, possible in some order of application, in which `ask` finds something.

    A moment is possible exactly if no change in it that is done waits for one that is not (`Precedence.allows`), and
    `ask` sees nothing but the changes that are decided: so what is yielded is all there is, and all of it can happen.
    """
    if not order.allows(decided):
        return
    try:
        found = ask(World(order.trees, decided))
    except Undecided as undecided:
        for done in (False, True):
            yield from moments(order, ask, {**decided, undecided.key: done})
        return
    if found is not None:
        yield decided, found
