"""What a metrics server answers: numbers at moments, or why there are none.

Owns the shape that who asks and who judges share. Must not know PromQL, thresholds or the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Window:
    """The moments that are asked about, in Unix seconds: `count` of them, `interval` apart, the last one at `end`."""

    end: int
    interval: int
    count: int

    @property
    def moments(self) -> tuple[int, ...]:
        """The moments, the first one first."""
        return tuple(self.end - self.interval * back for back in reversed(range(self.count)))


@dataclass(frozen=True, slots=True)
class Answer:
    """The points of one query, by moment; `fault` says why there are none that count, `warnings` what the server adds.

    A number may be infinite or none at all (NaN), as the server says it: whether it counts is for others to judge.
    """

    points: Mapping[int, float] = field(default_factory=dict)
    fault: str = ""
    warnings: tuple[str, ...] = ()
