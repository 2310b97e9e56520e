"""Paths into trees: overlays and manifests are both asked by them.

Owns their spellings. Must not know any tree.
"""

from __future__ import annotations

import re

Pointer = tuple[str | int, ...]
"""Path of keys and list positions from the root of a tree; `show_pointer` writes it as RFC 6901 text."""

_POSITION = re.compile(r"0|[1-9][0-9]{0,9}")


def show_pointer(pointer: Pointer) -> str:
    """Write a pointer as RFC 6901 text: `/spec/http/1/route`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def dotted(pointer: Pointer) -> str:
    """Write a pointer as Kubernetes people say fields: `spec.http.1.route`."""
    return ".".join(str(step) for step in pointer) or "object"


def read_pointer(text: str) -> Pointer:
    """Read RFC 6901 text; steps that spell a number become list positions. Raises ValueError when it is no pointer."""
    before, *steps = text.split("/")
    if before:
        raise ValueError(f"{text} does not begin with /")
    return tuple(int(s) if _POSITION.fullmatch(s) else s.replace("~1", "/").replace("~0", "~") for s in steps)
