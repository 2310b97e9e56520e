"""What is found out about a set of objects once, for all rules that ask.

Owns `index`, which keeps it as long as the set is in use and remembers which kinds it was found out from: who asks has
looked at those kinds too. Must not know any index.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from gitramp.resource import ManifestSet

Asked = ParamSpec("Asked")
Found = TypeVar("Found")


def index(find: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """Keep what a function of a set finds; its other arguments are few and plain."""
    ask: Callable[..., Found] = find

    @functools.lru_cache(maxsize=32)
    def kept(*asked: Any) -> tuple[Found, frozenset[str]]:
        looked_at = _set_in(asked).looked_at
        before = frozenset(looked_at)
        looked_at.clear()
        found = ask(*asked)
        own = frozenset(looked_at)
        looked_at.update(before)
        return found, own

    @functools.wraps(find)
    def asked_for(*asked: Asked.args, **_: Asked.kwargs) -> Found:  # all are asked by position
        found, own = kept(*asked)
        _set_in(asked).looked_at.update(own)
        return found

    return asked_for


def _set_in(asked: tuple[object, ...]) -> ManifestSet:
    return next(each for each in asked if isinstance(each, ManifestSet))
