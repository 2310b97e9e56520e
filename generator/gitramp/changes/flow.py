"""A value in one short line, where none of it can be a secret.

Owns what is shown of values. Must not know what they mean.
"""

from __future__ import annotations

from typing import Any

from gitramp.parity import PRIVATE
from gitramp.pointer import Pointer
from gitramp.secrets import names_secrets, shape_of_secret
from gitramp.source import show

_PRIVATE = PRIVATE | {"args", "command"}
_LONGEST = 80
_DEEPEST = 16


def flow(pointer: Pointer, value: Any) -> str:
    """Write a value as YAML in one line; "" where any of it may be a secret, has more lines, or it is too long."""
    text = _flow(pointer, value)
    return text if len(text) <= _LONGEST else ""


def _flow(pointer: Pointer, value: Any) -> str:
    names = [str(step).replace("-", "_") for step in pointer]
    if names_secrets(names) or not _PRIVATE.isdisjoint(names) or len(names) > _DEEPEST:
        return ""
    if isinstance(value, str):
        return "" if "\n" in value or shape_of_secret(value) else show(value, _LONGEST)
    if isinstance(value, dict):
        inside = {key: _flow((*pointer, key), each) for key, each in value.items()}
        return f"{{{', '.join(f'{key}: {text}' for key, text in inside.items())}}}" if all(inside.values()) else ""
    if isinstance(value, list):
        listed = [_flow((*pointer, n), each) for n, each in enumerate(value)]
        return f"[{', '.join(listed)}]" if all(listed) else ""
    return show(value)
