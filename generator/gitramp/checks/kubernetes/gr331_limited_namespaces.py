"""GR331: limits are those of a namespace that is rendered."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import did_you_mean, show

CODE = Code(
    "GR331",
    "limits of a namespace that is not rendered",
    "They would have no effect: gitramp renders the namespaces of addresses and tracks, and no others.",
    "name a namespace of a track, the apex, or `*` for all that are not named",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each entry of `namespaces.limits` that no rendered namespace has the name of."""
    rendered = environment.rendered_namespaces()
    for limits in environment.namespaces.limits.values():
        if limits.name != "*" and limits.name not in rendered:
            remedy = did_you_mean(limits.name, rendered, f"rendered are {', '.join(rendered) or 'none'}")
            yield Breach(f"no namespace {show(limits.name)} is rendered", limits.pointer, remedy=remedy)


RULE = EnvironmentRule(CODE, find)
