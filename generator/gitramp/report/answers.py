"""The answer to `gitramp route` as text, and the words for who answers that others share.

Owns that wording. Must not know how the answer was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from gitramp.changes import Outcome
from gitramp.pipeline import Routed
from gitramp.pointer import show_pointer
from gitramp.report.source_lines import printable
from gitramp.router import MESH


def routed_text(routed: Routed) -> str:
    """Write who answers a request: the rule, each track with its probability, and the overlay lines behind them."""
    return printable("\n".join(_lines(routed)) + "\n")


def _lines(routed: Routed) -> Iterator[str]:
    request, answer = routed.request, routed.answer
    way_in = "in the mesh" if request.way_in == MESH else f"at gateway {request.way_in}"
    yield f"{request.method} {request.host}{request.path} {way_in}, {routed.environment}"
    if answer.manifest is None:
        yield f"  {answer.status}: {answer.says}"
        return
    where = f" {show_pointer(answer.rule)}" if answer.rule else ""
    yield f"  {answer.manifest.id}{where}{f' ({answer.name})' if answer.name else ''}"
    if answer.match is not None:
        yield f"    fits {show_pointer(answer.match)}{_from(routed.match_line)}"
    if answer.path and answer.path != request.path:
        yield f"    sent on as {answer.path}"
    if answer.status:
        yield f"  -> {answer.status}: {answer.says}{_from(routed.match_line)}"
    elif answer.says:
        yield f"    {answer.says}"
    for share, line in zip(answer.shares, routed.share_lines, strict=True):
        port = f":{share.port}" if share.port else ""
        yield f"  -> {percent(share.probability)}  {share.track or 'nobody: 503'}  {share.host}{port}{_from(line)}"


def answered_by(outcome: Outcome) -> str:
    """Say who answers some requests, or what the proxy answers by itself: `v1 90 %, v2 10 %`."""
    if outcome.status:
        return f"{outcome.status}, {outcome.says}"
    return ", ".join(f"{name} {percent(share)}" for name, share in outcome.shares) or "nobody"


def percent(probability: Fraction) -> str:
    """Write a probability: `90 %`, `33.3 %`."""
    share = float(probability * 100)
    return f"{share:.0f} %" if share == int(share) else f"{share:.1f} %"


def _from(place: object) -> str:
    return f"  <- {place}" if place is not None else ""
