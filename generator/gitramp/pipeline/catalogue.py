"""Every code that a finding can have.

Owns which modules declare codes. Must not know what any of them means.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType, ModuleType

from gitramp import allowances, checks, foreign, kubeconform, parity, ratings, schemas, steps, weakening
from gitramp.checks.rule import EnvironmentRule
from gitramp.ordering import codes as order_codes
from gitramp.overlays import codes as overlay_codes
from gitramp.parse import codes as parse_codes
from gitramp.patches import codes as patch_codes
from gitramp.pipeline import codes as own_codes
from gitramp.preview import codes as preview_codes
from gitramp.problem import Catalogue, Code, Severity, UsageError
from gitramp.prometheus import codes as prometheus_codes
from gitramp.repo import codes as repo_codes
from gitramp.repo import remote_codes
from gitramp.request_tests import codes as request_codes
from gitramp.starter import codes as starter_codes
from gitramp.tree import codes as tree_codes
from gitramp.yamlio import codes as reading_codes

_FINAL = (
    reading_codes,
    overlay_codes,
    foreign,
    parse_codes,
    patch_codes,
    order_codes,
    schemas,
    kubeconform,
    prometheus_codes,
    preview_codes,
    tree_codes,
    own_codes,
    repo_codes,
    remote_codes,
    starter_codes,
)
"""What an environment does not survive: where its errors are told, there is nothing to rate or to allow."""
_JUDGED = (allowances, ratings, weakening)
_RATED = (parity, request_codes)
RETIRED: Mapping[str, str] = MappingProxyType({})
"""Numbers that no finding has any more, and what became of what they told; a number is never used again."""


@functools.cache
def catalogue() -> Catalogue:
    """Return every code gitramp can report, by number, and which of them stay errors whatever a policy says."""
    rules = checks.rules()
    of_rules = (rule.code for rule in (*rules, *steps.rules()))
    found = (*_codes(_FINAL), *_codes(_JUDGED), *_codes(_RATED), *of_rules)
    early = (rule.code for rule in rules if isinstance(rule, EnvironmentRule))
    errors = (code for code in (*_codes(_FINAL), *early) if code.severity is Severity.ERROR)
    final = frozenset(str(code) for code in (*errors, weakening.CODE))
    by_number = {code.number: code for code in sorted(found, key=str)}
    return Catalogue(MappingProxyType(by_number), final, final | {str(code) for code in _codes(_JUDGED)})


def _codes(modules: Iterable[ModuleType]) -> Iterator[Code]:
    return (value for module in modules for value in vars(module).values() if isinstance(value, Code))


def every_code() -> Mapping[str, Code]:
    """Return every code gitramp can report, by number."""
    return catalogue().codes


def code_named(number: str) -> Code:
    """Return the code of a number; raises UsageError with the nearest one."""
    if number in RETIRED:
        raise UsageError(f"{number} is retired: {RETIRED[number]}")
    if number not in every_code():
        raise UsageError(f"there is no code {number}; {catalogue().nearest(number) or '`gitramp codes` lists them'}")
    return every_code()[number]
