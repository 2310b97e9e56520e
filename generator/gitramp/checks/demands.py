"""What a policy demands, as rules point at it, and the patterns that it is said in.

Owns the words for the second line of a finding. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Iterable

from gitramp.resource import Elsewhere
from gitramp.source import show


def demand(*steps: str) -> tuple[Elsewhere, ...]:
    """Return the place of a demand in `policy`."""
    key, *rest = steps
    return (Elsewhere(" ".join([f"policy.{key}", *(show(step) for step in rest)]), ("policy", *steps)),)


def listed(allowed: Iterable[str]) -> str:
    """Name what is allowed, the first few of many."""
    shown = [show(text) for text in allowed]
    few = shown[:5]
    return ", ".join(few) + (f" and {len(shown) - len(few)} more" if len(shown) > len(few) else "")
