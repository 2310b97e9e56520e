"""The answer to `gitramp parity` as text and for programs.

Owns its wording and shape. Must not know how environments are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.parity import Difference, Side
from gitramp.pipeline import Comparison
from gitramp.pointer import show_pointer
from gitramp.report.source_lines import printable
from gitramp.source import show


def compared_text(compared: Comparison) -> str:
    """Write each difference with both places, and the reason of those that are declared."""
    return printable("\n".join(_lines(compared)) + "\n")


def _lines(compared: Comparison) -> Iterator[str]:
    one, other = compared.one, compared.other
    if not compared.differences:
        yield f"{one} and {other} do not differ."
        return
    width = max(len(one), len(other))
    for each in compared.differences:
        reason = compared.reasons.get(each.declared)
        yield show(each.path, 120) + (f"  (declared: {show(reason, 120)})" if reason else "")
        for name, side in ((one, each.here), (other, each.there)):
            yield f"  {name.ljust(width)}  {show(side.says)}  <- {side.mark}"
    number = len(compared.differences)
    declared = sum(bool(each.declared) for each in compared.differences)
    differ = f"{one} and {other} differ in {number:,} {'value' if number == 1 else 'values'}"
    yield differ + (f", {declared:,} of them declared." if declared else ".")


def compared_json(compared: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON holds it."""
    listed = [_difference(each, compared) for each in compared.differences]
    return {"environments": [compared.one, compared.other], "differences": listed}


def _difference(each: Difference, compared: Comparison) -> dict[str, Any]:
    return {
        "path": each.path,
        "pointer": show_pointer(each.pointer),
        "declaredBy": each.declared or None,
        "reason": compared.reasons.get(each.declared),
        "sides": [_side(compared.one, each.here), _side(compared.other, each.there)],
    }


def _side(name: str, side: Side) -> dict[str, Any]:
    mark = side.mark
    return {"environment": name, "says": side.says, "path": mark.path, "line": mark.line, "column": mark.column}
