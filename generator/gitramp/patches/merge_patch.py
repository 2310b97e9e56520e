"""JSON Merge Patch over an object: https://www.rfc-editor.org/rfc/rfc7396.

Owns the rule that mappings merge, everything else replaces and null removes. Must not know which object it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitramp.model.key import Replacement
from gitramp.patches.edited import Edited
from gitramp.pointer import Pointer


def apply(edited: Edited, patch: Mapping[str, Any], said: Pointer) -> None:
    """Merge a patch, which stands in the overlay at `said`, into an object."""
    _merge(edited, edited.body, (), patch, said)


def _merge(edited: Edited, target: dict[str, Any], at: Pointer, patch: Mapping[str, Any], said: Pointer) -> None:
    for key, value in patch.items():
        here, from_here = (*at, key), (*said, key)
        if value is None:
            if key in target:
                edited.cut(target, here)
        elif not isinstance(value, dict):
            edited.put(target, here, value, from_here)
        else:
            if isinstance(value, Replacement) or not isinstance(target.get(key), dict):
                edited.put(target, here, {}, from_here)
            _merge(edited, target[key], here, value, from_here)
