"""Every code that a finding can have.

Owns which modules declare codes. Must not know what any of them means.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from gitramp import checks, foreign, kubeconform, schemas
from gitramp.overlays import codes as overlay_codes
from gitramp.parse import codes as parse_codes
from gitramp.patches import codes as patch_codes
from gitramp.pipeline import codes as own_codes
from gitramp.problem import Code, UsageError
from gitramp.repo import codes as repo_codes
from gitramp.tree import codes as tree_codes
from gitramp.yamlio import codes as reading_codes

_STAGES = (
    reading_codes,
    overlay_codes,
    foreign,
    parse_codes,
    patch_codes,
    schemas,
    kubeconform,
    tree_codes,
    own_codes,
    repo_codes,
)


@functools.cache
def every_code() -> Mapping[str, Code]:
    """Return every code gitramp can report, by number."""
    found = [value for stage in _STAGES for value in vars(stage).values() if isinstance(value, Code)]
    found.extend(rule.code for rule in checks.rules())
    return MappingProxyType({code.number: code for code in sorted(found, key=str)})


def code_named(number: str) -> Code:
    """Return the code of a number; raises UsageError with the nearest one."""
    known = every_code()
    if number not in known:
        raise UsageError(f"there is no code {number}; the codes are {', '.join(known)}")
    return known[number]
