"""What a rule is: a code and a function that yields breaches.

Owns the shapes that rules have. The narrowest one that can say a rule is the right one: what looks at one object can
be asked about that object alone, when it is the only one that changed. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import Breach, Manifest, ManifestSet

__all__ = ["Breach", "EnvironmentRule", "ManifestRule", "ObjectRule", "PolicyRule", "Rule"]


@dataclass(frozen=True, slots=True)
class EnvironmentRule:
    """A rule over what the overlay says; for what could not be expanded or is clearer in the overlay's words."""

    code: Code
    find: Callable[[Environment], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class ObjectRule:
    """A rule over one rendered object, whoever wrote it: the verdict depends on nothing but its body.

    `kinds` are those that `find` is asked about, each as `group/Kind` (`/Pod` for the core group); empty means all.
    """

    code: Code
    kinds: frozenset[str]
    find: Callable[[Manifest], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class ManifestRule:
    """A rule over rendered objects together, whoever wrote them."""

    code: Code
    find: Callable[[ManifestSet], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule over rendered objects whose bounds the environment says itself, as its `policy` does."""

    code: Code
    find: Callable[[Environment, ManifestSet], Iterator[Breach]]


Rule = EnvironmentRule | ObjectRule | ManifestRule | PolicyRule
