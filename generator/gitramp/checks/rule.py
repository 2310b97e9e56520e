"""What a rule is: a code and a function that yields breaches.

Owns the shape that all rules share. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import Breach, ManifestSet

__all__ = ["Breach", "EnvironmentRule", "ManifestRule", "Rule"]


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
