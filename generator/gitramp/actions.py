"""What a commit says that gitramp did: a line `Gitramp-Action: <verb> <service>@<environment> <words>` for each.

Owns the form of that line, for who writes it and who reads it. Pure. Must not know what the verbs do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

ACTION = "Gitramp-Action"
_LINE = re.compile(
    rf"^[ \t]*{ACTION}:[ \t]*(?P<verb>\S+)[ \t]+(?P<service>[^\s@]+)@(?P<environment>[^\s@]+)(?P<words>[^\r\n]*)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that gitramp did to a service of an environment: `canary/advance search@production 10->25`."""

    verb: str
    service: str
    environment: str
    words: str = ""

    def __str__(self) -> str:
        """Write it as the trailer has it."""
        return f"{self.verb} {self.service}@{self.environment} {self.words}".rstrip()


def actions(messages: Iterable[str]) -> tuple[Action, ...]:
    """Return what messages say, wherever it stands: a squash moves trailers into the text, and indents them."""
    found = (match for message in messages for match in _LINE.finditer(message))
    return tuple(dict.fromkeys(Action(m["verb"], m["service"], m["environment"], m["words"].strip()) for m in found))
