"""The values of one environment: merged, valid in form, with what is inherited and attached in its place.

Owns gates 1 and 2 for one environment. Must not know what is rendered from the values.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitramp import documents, merge, parse
from gitramp.problem import InputRejected, Report, Severity
from gitramp.source import Overlay, Values


def merged(name: str, chain: tuple[Overlay, ...], attached: Mapping[str, bytes]) -> Values:
    """Merge the overlays of an environment; raises InputRejected with every fault of their form."""
    values = merge.merge(name, chain)
    faults = parse.check_schema(values)
    if any(fault.severity is Severity.ERROR for fault in faults):
        raise InputRejected(Report.of(faults))
    return documents.attach(merge.inherit(values), attached)
