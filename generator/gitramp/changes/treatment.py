"""What a rule does with its requests besides sending them on: faults, time limits, retries, copies, headers.

Owns which fields of a rule those are, and how each is told. Must not know who answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gitramp import body
from gitramp.changes.flow import flow
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

_TOLD_OTHERWISE = frozenset(
    {"backendRefs", "directResponse", "filters", "match", "matches", "name", "redirect", "rewrite", "route"}
)
"""Who is meant, who answers, and the proxy's own answers: the router tells them."""
_ANSWERS = frozenset({"RequestRedirect", "URLRewrite"})


class Treatment(NamedTuple):
    """One thing that is done: its field, the whole of it for comparison, and in short, "" for what may be a secret."""

    name: str
    whole: str
    shown: str


def treatments(manifest: Manifest, rule: Pointer) -> tuple[Treatment, ...]:
    """Return what a rule does with its requests."""
    found = body.mapping(manifest.body, *rule)
    said = [*((key, value) for key, value in found.items() if key not in _TOLD_OTHERWISE), *_filters(found)]
    return tuple(sorted(Treatment(key, json.dumps(value, sort_keys=True), flow((key,), value)) for key, value in said))


def _filters(rule: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the filters of a rule of Gateway API, and what destinations do with headers."""
    for _, each in body.items(rule, "filters"):
        kind = body.text(each, "type")
        if kind not in _ANSWERS:
            yield kind, {key: value for key, value in body.mapping(each).items() if key != "type"}
    headers = [body.field(each, "headers") for _, each in body.items(rule, "route")]
    if any(headers):
        yield "headers of destinations", headers
