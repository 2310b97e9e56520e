"""The rules of a VirtualService in the order in which they are tried, each with those before it that take its requests.

Owns the comparison of each match with those of earlier rules. Must not know what is said about it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gitramp import body
from gitramp.checks import connection_tests, request_tests, routes
from gitramp.checks.registry import is_own
from gitramp.pointer import Pointer
from gitramp.resource import Manifest
from gitramp.source import show


@dataclass(frozen=True, slots=True)
class Match:
    """A match of a rule, or the rule itself where it takes everything; `asked` is what it asks for."""

    at: Pointer
    rule: Pointer
    rule_name: str
    asked: Any


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `taken` has, for each of its `matches`, the first earlier one that covers it."""

    manifest: Manifest
    at: Pointer
    name: str
    matches: tuple[Match, ...] = field(default=())
    taken: tuple[Match | None, ...] = field(default=())

    @property
    def is_dead(self) -> bool:
        """Whether earlier rules take all of its requests."""
        return None not in self.taken


def rules_in_order(manifest: Manifest) -> Iterator[Rule]:
    """Yield the rules of each protocol; http rules are tried on requests, the others on connections."""
    bound = frozenset(name for _, name in routes.gateway_names(manifest))
    yield from _of(manifest, "http", functools.partial(request_tests.read, gateways=bound), request_tests.covers)
    for protocol in ("tls", "tcp"):
        read = functools.partial(connection_tests.read, gateways=bound)
        yield from _of(manifest, protocol, read, connection_tests.covers)


def is_harmless(rule: Rule) -> bool:
    """Whether nothing is lost: the earlier rules do the same, or gitramp closed a list that needed no end."""
    if is_own(rule.manifest) and not any(body.items(rule.manifest.body, *rule.at, "match")):
        return True
    own = _action(rule.manifest, rule.at)
    return all(_action(rule.manifest, taker.rule) == own for taker in rule.taken if taker is not None)


def _of(
    manifest: Manifest, protocol: str, read: Callable[[Any], Any], covers: Callable[[Any, Any], bool]
) -> Iterator[Rule]:
    earlier: list[Match] = []
    everything = read({})
    whole: Match | None = None
    for at, rule in body.items(manifest.body, "spec", protocol):
        name = show(body.text(rule, "name")) if body.text(rule, "name") else str(at[-1])
        said = [((*at, *found), read(match)) for found, match in body.items(rule, "match")]
        matches = tuple(Match(place, at, name, asked) for place, asked in said or [(at, everything)])
        taken = tuple(whole or next((e for e in earlier if covers(e.asked, m.asked)), None) for m in matches)
        yield Rule(manifest, at, name, matches, taken)
        if not body.mapping(rule, "delegate"):  # what a delegate does not take goes on to the next rule
            earlier.extend(match for match, taker in zip(matches, taken, strict=True) if taker is None)
            whole = whole or next((match for match in matches if covers(match.asked, everything)), None)


def _action(manifest: Manifest, at: Pointer) -> Mapping[str, Any]:
    rule = body.mapping(manifest.body, *at)
    return {key: value for key, value in rule.items() if key not in {"match", "name"}}
