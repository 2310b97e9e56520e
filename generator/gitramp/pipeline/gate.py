"""What the gates say of environments that a change touches, for its review.

Owns how many are asked: a review is read while somebody waits. Schemas and the state of `rendered/` are left to a run
that writes. Must not know how a difference is found or shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from gitramp.model import Environment
from gitramp.pipeline.bases import Base
from gitramp.pipeline.build import build
from gitramp.pipeline.transition import judge_from
from gitramp.problem import InputRejected, Report
from gitramp.source import Snapshot

MOST = 200
"""Services that are asked about: a thousand take seconds."""


def gate(base: Base | None, taken: Snapshot, environments: Sequence[Environment]) -> Report | None:
    """Return what the rules say of environments and of the step to them; None when nobody was asked."""
    if sum(len(each.services) for each in environments) > MOST:
        return None
    try:
        built = build(taken, [each.name for each in environments]) if environments else ()
    except InputRejected as rejected:
        return rejected.report
    if base is None:
        return Report.of(found for one in built for found in one.findings)
    judgement = judge_from(base, taken, built, ())
    return Report.of([*judgement.findings, *(found for one in judgement.built for found in one.findings)])
