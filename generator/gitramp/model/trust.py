"""Who may speak to whom, and how that is proved: mutual TLS and its exceptions.

Owns the vocabulary of trust. Must not know services, environments or the objects that enforce it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, key


@dataclass(frozen=True, slots=True, kw_only=True)
class PortException(Named):
    """A port of the pods on which mutual TLS is not demanded."""

    mode: Literal["PERMISSIVE", "DISABLE"] = key(
        "`PERMISSIVE` takes plain text besides mutual TLS, `DISABLE` nothing but plain text.",
        example="PERMISSIVE",
        default="PERMISSIVE",
    )
    reason: str = key(
        "Why the port is an exception; rendered as an annotation.",
        example="scraped by a Prometheus without a sidecar",
        minLength=10,
        x_hint="say in a sentence who needs plain text here",
    )
