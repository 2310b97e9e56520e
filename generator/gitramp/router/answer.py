"""What becomes of a request: the rule that took it, and who answers with which probability.

Owns the shape of the result. Must not know how it is found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from gitramp.pointer import Pointer
from gitramp.resource import Manifest


@dataclass(frozen=True, slots=True)
class Share:
    """One of those who may answer: a Service and its port, and the track it is the address of.

    `track` is empty where no Service of the environment has that name; `decided_at` leads into the rule's object.
    """

    host: str
    port: int | None
    track: str
    probability: Fraction
    decided_at: Pointer


@dataclass(frozen=True, slots=True)
class Answer:
    """The rule that took a request, and what it does with it.

    `rule` leads to the rule in `manifest`, None when no object routes the host and `says` tells what happens then;
    `match` to the entry that fitted, None when the rule takes every request. `status` is that of an answer by the proxy
    itself, 0 when a track is asked; `says` puts it in words. `path` is what the track sees, `location` where a redirect
    leads, as far as the request tells: what is not said of it stays as it was asked, in HTTP.
    """

    manifest: Manifest | None
    rule: Pointer = ()
    name: str = ""
    match: Pointer | None = None
    shares: tuple[Share, ...] = ()
    status: int = 0
    says: str = ""
    path: str = ""
    location: str = ""

    def redirected(self, status: int, location: str) -> Answer:
        """Return the answer with a redirect."""
        return replace(self, status=status, says=f"redirect to {location}", location=location)
