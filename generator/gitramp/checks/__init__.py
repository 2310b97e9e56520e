"""Gate 4: what no schema can express, as one file a rule.

Owns the order in which rules run. A file named `gr<number>_<subject>.py` with a `RULE` in it, in the package of its
family, is a rule; CONTRIBUTING says how to add one. Must not know where findings are shown or what the overlay looked
like.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gitramp.checks import verdict
from gitramp.checks.overlay import gr120_own_objects
from gitramp.checks.rule import Breach, EnvironmentRule, ManifestRule, ObjectRule, PolicyRule, Rule
from gitramp.checks.verdict import Verdict, digest
from gitramp.model import Environment
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.sound import Sound

__all__ = [
    "Breach",
    "Rule",
    "Verdict",
    "check_document",
    "check_environment",
    "check_manifests",
    "check_object",
    "check_policy",
    "digest",
    "judge",
    "rules",
]


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, by number."""
    families = [m.name for m in pkgutil.iter_modules(__path__) if m.ispkg]
    found = {
        module.name: f"{__name__}.{family}.{module.name}"
        for family in families
        for module in pkgutil.iter_modules([f"{path}/{family}" for path in __path__])
        if module.name.startswith("gr")
    }
    return tuple(importlib.import_module(found[name]).RULE for name in sorted(found))


def check_environment(environment: Environment) -> Iterator[tuple[Code, Breach]]:
    """Yield what is wrong with an environment before it is expanded; expansion relies on there being no error."""
    for rule in rules():
        if isinstance(rule, EnvironmentRule):
            yield from ((rule.code, breach) for breach in rule.find(environment))


def check_document(document: Any, at: Pointer) -> Iterator[tuple[Code, Breach]]:
    """Yield what keeps a document at a place from being an object; the other rules take objects only."""
    yield from ((gr120_own_objects.CODE, breach) for breach in gr120_own_objects.faults(document, at))


def check_manifests(manifests: ManifestSet) -> Iterator[tuple[Code, Breach]]:
    """Yield what is wrong with a set of objects, whoever wrote them."""
    for manifest in manifests:
        yield from check_object(manifest)
    for rule in rules():
        if isinstance(rule, ManifestRule):
            yield from ((rule.code, breach) for breach in rule.find(manifests))


def judge(manifests: ManifestSet, contents: Sequence[bytes], known: Sound) -> Verdict:
    """Say what `check_manifests` says, and ask no rule about what is `known` to be sound.

    `contents` has the `digest` of each object: of its path and of what is rendered there.
    """
    breaches: list[tuple[Code, Breach]] = []
    objects: set[bytes] = set()
    for manifest, content in zip(manifests, contents, strict=True):
        mine = verdict.of_object(content)
        found = () if mine in known.objects else tuple(check_object(manifest))
        breaches.extend(found)
        objects.update(() if found else (mine,))
    kinds = verdict.Kinds.of(manifests, contents)
    still = {rule: said for rule, said in known.rules.items() if kinds.together(said[0]) == said[1]}
    for rule in rules():
        if isinstance(rule, ManifestRule) and rule.code.number not in still:
            manifests.looked_at.clear()
            found = tuple((rule.code, breach) for breach in rule.find(manifests))
            breaches.extend(found)
            if not found:
                read = tuple(sorted(manifests.looked_at))
                still[rule.code.number] = (read, kinds.together(read))
    return Verdict(tuple(breaches), Sound(frozenset(objects), still))


def check_object(manifest: Manifest) -> Iterator[tuple[Code, Breach]]:
    """Yield what is wrong with one object, whatever else there is."""
    kind = f"{manifest.id.gvk.group}/{manifest.id.gvk.kind}"
    for rule in _object_rules().get(kind, _object_rules()[""]):
        yield from ((rule.code, breach) for breach in rule.find(manifest))


def check_policy(environment: Environment, manifests: ManifestSet) -> Iterator[tuple[Code, Breach]]:
    """Yield what breaks the bounds that an environment sets itself."""
    for rule in rules():
        if isinstance(rule, PolicyRule):
            yield from ((rule.code, breach) for breach in rule.find(environment, manifests))


@functools.cache
def _object_rules() -> Mapping[str, Sequence[ObjectRule]]:
    """Return the rules for one object by its kind; those for a kind that no rule names are under ""."""
    found = [rule for rule in rules() if isinstance(rule, ObjectRule)]
    kinds = {"", *(kind for rule in found for kind in rule.kinds)}
    return {kind: [rule for rule in found if not rule.kinds or kind in rule.kinds] for kind in kinds}
