"""What a rule is: a code and a function that yields breaches.

Owns the shape that all rules share. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import Pointer


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach of a rule: what is wrong, where, and how to mend it when the code's own remedy is too general.

    `pointer` leads into `manifest` or, without one, into the merged overlay.
    """

    message: str
    pointer: Pointer
    manifest: Manifest | None = None
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class EnvironmentRule:
    """A rule over what the overlay says; for what could not be expanded or is clearer in the overlay's words."""

    code: Code
    find: Callable[[Environment], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class ManifestRule:
    """A rule over rendered objects, whoever wrote them: the usual kind."""

    code: Code
    find: Callable[[ManifestSet], Iterator[Breach]]


Rule = EnvironmentRule | ManifestRule
