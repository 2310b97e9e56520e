"""Gate 4: what no schema can express, as one file a rule.

Owns the order in which rules run. A file named `gr<number>_<subject>.py` with a `RULE` in it is a rule; CONTRIBUTING
says how to add one. Must not know where findings are shown or what the overlay looked like.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule, ManifestRule, Rule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.resource import ManifestSet

__all__ = ["Breach", "Rule", "check_environment", "check_manifests", "rules"]


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, by number."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith("gr"))
    return tuple(importlib.import_module(f"{__name__}.{name}").RULE for name in names)


def check_environment(environment: Environment) -> Iterator[tuple[Code, Breach]]:
    """Yield what is wrong with an environment before it is expanded; expansion relies on there being no error."""
    for rule in rules():
        if isinstance(rule, EnvironmentRule):
            yield from ((rule.code, breach) for breach in rule.find(environment))


def check_manifests(manifests: ManifestSet) -> Iterator[tuple[Code, Breach]]:
    """Yield what is wrong with a set of objects, whoever wrote them."""
    for rule in rules():
        if isinstance(rule, ManifestRule):
            yield from ((rule.code, breach) for breach in rule.find(manifests))
