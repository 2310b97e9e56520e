"""The laws of matches: what is said of two of them holds for every request of a small world."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp.model import Match, PathMatch, StringMatch
from gitramp.model.overlap import CannotSay, covers, disjoint, implies, narrower

TEXTS = ("", "a", "ab", "abc", "b", "ba")
PATHS = ("/", "/a", "/a/b", "/ab", "/b")


class Request(NamedTuple):
    path: str
    method: str
    header: str | None
    cookie: str | None
    query: str | None
    namespace: str


WORLD = [
    Request(*parts)
    for parts in itertools.product(PATHS, ("GET", "PUT"), (None, "a", "ab"), (None, "a", "b"), (None, "a"), ("x", "y"))
]


def passes(test: StringMatch, text: str) -> bool:
    if isinstance(test, PathMatch) and test.prefix is not None:
        return text == test.prefix or text.startswith(test.prefix.rstrip("/") + "/")
    if test.exact is not None:
        return text == test.exact
    if test.prefix is not None:
        return text.startswith(test.prefix)
    return re.fullmatch(str(test.regex), text) is not None


def fits(match: Match, request: Request) -> bool:
    tests = [(test, request.header) for test in match.headers.values()]
    tests += [(test, request.cookie) for test in match.cookies.values()]
    tests += [(test, request.query) for test in match.query.values()]
    tests += [(match.path, request.path)] if match.path else []
    passed = all(text is not None and passes(test, text) for test, text in tests)
    return (
        passed
        and (not match.methods or request.method in match.methods)
        and match.source_namespace in {None, request.namespace}
    )


def said(kind: str, text: str) -> StringMatch:
    if kind == "exact":
        return StringMatch(exact=text)
    return StringMatch(prefix=text or "a") if kind == "prefix" else StringMatch(regex=text or "a")


def said_of_path(kind: str, text: str) -> PathMatch:
    if kind == "exact":
        return PathMatch(exact=text)
    return PathMatch(prefix=text) if kind == "prefix" else PathMatch(regex=text)


KINDS = st.sampled_from(["exact", "prefix", "regex"])
TESTS = st.builds(said, KINDS, st.sampled_from(TEXTS))
PATH_TESTS = st.builds(said_of_path, KINDS, st.sampled_from(PATHS))
MATCHES = st.builds(
    Match,
    path=st.none() | PATH_TESTS,
    methods=st.sampled_from([(), ("GET",), ("GET", "PUT")]),
    headers=st.dictionaries(st.sampled_from(["x-a", "X-A"]), TESTS, max_size=1),
    cookies=st.dictionaries(st.just("c"), TESTS, max_size=1),
    query=st.dictionaries(st.just("q"), TESTS, max_size=1),
    source_namespace=st.sampled_from([None, "x", "y"]),
)


@given(MATCHES, MATCHES)
@settings(max_examples=300, deadline=None)
def test_what_covers_fits_every_request_that_the_other_fits(wide: Match, narrow: Match) -> None:
    if covers(wide, narrow):
        assert [request for request in WORLD if fits(narrow, request) and not fits(wide, request)] == []


@given(MATCHES, MATCHES)
@settings(max_examples=300, deadline=None)
def test_no_request_fits_two_that_are_disjoint(one: Match, other: Match) -> None:
    try:
        apart = disjoint(one, other)
    except CannotSay:
        return
    if apart:
        assert [request for request in WORLD if fits(one, request) and fits(other, request)] == []


@given(TESTS, TESTS)
def test_the_narrower_test_stands_for_both(one: StringMatch, other: StringMatch) -> None:
    try:
        joined = narrower(one, other)
    except CannotSay:
        assert one.regex is not None or other.regex is not None
        return
    for text in TEXTS:
        assert (joined is not None and passes(joined, text)) == (passes(one, text) and passes(other, text))


@given(PATH_TESTS, PATH_TESTS)
def test_what_implies_another_passes_nowhere_else(one: PathMatch, other: PathMatch) -> None:
    if implies(one, other):
        assert [path for path in PATHS if passes(one, path) and not passes(other, path)] == []


def contradictions() -> Iterator[tuple[Match, Match]]:
    yield Match(methods=("GET",)), Match(methods=("PUT",))
    yield Match(gateways=("public",)), Match(gateways=("mesh",))
    yield Match(source_namespace="a"), Match(source_namespace="b")
    yield Match(source_labels={"app": "web"}), Match(source_labels={"app": "cart"})
    yield Match(path=PathMatch(prefix="/a")), Match(path=PathMatch(exact="/ab"))
    yield Match(headers={"X-A": StringMatch(exact="1")}), Match(headers={"x-a": StringMatch(exact="2")})


@pytest.mark.parametrize("pair", list(contradictions()))
def test_contradictions_are_known(pair: tuple[Match, Match]) -> None:
    assert disjoint(*pair)
    assert disjoint(*reversed(pair))


def test_a_prefix_of_a_path_is_one_of_whole_segments() -> None:
    prefix = PathMatch(prefix="/api")
    assert [path for path in ("/api", "/api/", "/api/v1", "/apis", "/ap") if prefix.fits(path)] == [
        "/api",
        "/api/",
        "/api/v1",
    ]
    assert PathMatch(prefix="/").fits("/anything")
