"""In what an environment may differ from another one.

Owns the vocabulary of parity. Must not know how environments are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitramp.model.key import Placed, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity(Placed):
    """The environment that this one must be like, and the differences that are meant."""

    other: str = key(
        "Name of the environment that this one is compared with; itself, where a Layer says it, is not.",
        name="with",
        example="staging",
    )
    allow: Mapping[str, str] = key(
        "Path in an overlay -> why the environments differ there, and in what is beneath. A step may hold `*`: "
        "`services.*.replicas`; where keys have dots, the path is written as /services/*/config/files/a.conf.",
        example={"services.*.replicas": "production is sized for its traffic"},
        default={},
    )
