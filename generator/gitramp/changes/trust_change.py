"""A change of what may be called and of what is enforced, in words.

Owns the kinds of such changes. Must not know how one is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["may", "mayNot", "limits", "stops", "starts", "changes"]


@dataclass(frozen=True, slots=True)
class TrustChange:
    """One thing that changes, in words."""

    kind: Kind
    says: str
