"""What is known to be sound: the noun that rules fill, runs hand on and a memory keeps.

Owns `Sound`. Must not know what a digest is of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sound:
    """Objects by their digests, and rule -> the kinds that it looked at with the digest of all objects of those."""

    objects: frozenset[bytes] = frozenset()
    rules: Mapping[str, tuple[tuple[str, ...], bytes]] = field(default_factory=dict)
