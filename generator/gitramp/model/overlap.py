"""How two matches relate: whether a request can fit both, and whether one takes all that the other would.

Owns the reasoning on tests; it is careful, not complete: where a regular expression leaves it open, the answer is that
nothing is known. Must not know routes or what becomes of the requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from gitramp.model.match import Match, StringMatch

Test = TypeVar("Test", bound=StringMatch)


class CannotSay(Exception):
    """No single test is passed by just those texts that pass both."""


def same(one: StringMatch, other: StringMatch) -> bool:
    """Whether two tests say the same, wherever they stand."""
    return (one.exact, one.prefix, one.regex) == (other.exact, other.prefix, other.regex)


def implies(one: StringMatch, other: StringMatch) -> bool:
    """Whether every text that passes `one` is known to pass `other`."""
    if same(one, other):
        return True
    if one.exact is not None:
        return other.fits(one.exact)
    return one.prefix is not None and other.prefix is not None and other.fits(one.prefix)


def narrower(one: Test, other: Test) -> Test | None:
    """Return the test that stands for both, None when no text passes both; raises CannotSay."""
    if implies(one, other):
        return one
    if implies(other, one):
        return other
    if one.regex is not None or other.regex is not None:
        raise CannotSay
    return None


def disjoint(one: Match, other: Match) -> bool:
    """Whether no request fits both; raises CannotSay when they test one thing in ways that no single test unites."""
    pairs = [*_texts(one.headers, other.headers, lower=True), *_texts(one.cookies, other.cookies)]
    pairs += _texts(one.query, other.query)
    if one.path is not None and other.path is not None:
        pairs.append((one.path, other.path))
    if len({*one.cookies, *other.cookies}) > 1 or _cookie_twice(one, other) or _cookie_twice(other, one):
        raise CannotSay  # all cookies are one header, and a header has one test
    narrowed = [narrower(a, b) for a, b in pairs]
    return None in narrowed or _other_senders(one, other)


def both(ones: Sequence[Match], others: Sequence[Match]) -> Iterator[tuple[Match, ...]]:
    """Yield each pair of alternatives that a request can fit at once; no alternatives stand for every request."""
    if not ones or not others:
        yield from ((match,) for match in (*ones, *others))
        return
    yield from ((one, other) for one in ones for other in others if not disjoint(one, other))


def _texts(
    one: Mapping[str, StringMatch], other: Mapping[str, StringMatch], *, lower: bool = False
) -> Iterator[tuple[StringMatch, StringMatch]]:
    tests = {name.lower() if lower else name: test for name, test in other.items()}
    for name, test in one.items():
        found = tests.get(name.lower() if lower else name)
        if found is not None:
            yield test, found


def _cookie_twice(one: Match, other: Match) -> bool:
    return bool(one.cookies) and any(name.lower() == "cookie" for name in other.headers)


def _other_senders(one: Match, other: Match) -> bool:
    """Whether methods, labels, namespaces or gateways exclude each other."""
    sets = ((one.methods, other.methods), (one.gateways, other.gateways))
    if any(a and b and set(a).isdisjoint(b) for a, b in sets):
        return True
    if None not in {one.source_namespace, other.source_namespace} and one.source_namespace != other.source_namespace:
        return True
    labels = other.source_labels
    return any(labels.get(name, value) != value for name, value in one.source_labels.items())


def covers(wide: Match, narrow: Match) -> bool:
    """Whether every request that fits `narrow` is known to fit `wide`."""
    tests = [(wide.headers, narrow.headers), (wide.cookies, narrow.cookies), (wide.query, narrow.query)]
    for outer, inner in tests:
        lower = outer is wide.headers
        if len(list(_texts(inner, outer, lower=lower))) < len(outer):
            return False
        if not all(implies(a, b) for a, b in _texts(inner, outer, lower=lower)):
            return False
    if wide.path is not None and (narrow.path is None or not implies(narrow.path, wide.path)):
        return False
    return _same_senders(wide, narrow)


def _same_senders(wide: Match, narrow: Match) -> bool:
    sets = ((wide.methods, narrow.methods), (wide.gateways, narrow.gateways))
    if any(a and not (b and set(b) <= set(a)) for a, b in sets):
        return False
    if wide.source_namespace not in {None, narrow.source_namespace}:
        return False
    return wide.source_labels.items() <= narrow.source_labels.items()
