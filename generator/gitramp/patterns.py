"""Patterns with `*`, as policies and parity write them: `*` stands for any text, also none.

Owns what fits a pattern, and whether one pattern takes in no more than another. No regular expression is made of
what users write, so that none can take long. Must not know what the texts are.
"""

from __future__ import annotations


def fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern as a whole."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *inner, last = rest
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in inner:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def beneath(pattern: str, path: str) -> bool:
    """Whether a path with slashes, or a pattern of some, is what a pattern stands for or lies beneath that."""
    wanted, steps = pattern.rstrip("/").split("/"), path.rstrip("/").split("/")
    return len(steps) >= len(wanted) and all(map(fits, wanted, steps))
