"""Texts that pass: found through expressions, and for several tests at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import passing as texts
from gitramp import re2, wire
from gitramp.passing import example, passing


@pytest.mark.parametrize(
    "expression", ["v[2-9]", "(?i)beta|alpha", r"a\.b+c{2}", ".*", "^(x|y)?z$", "[^a]", r"\d+-\w", "(?P<n>q)*?r", "[]]"]
)
def test_a_text_is_found_that_passes(expression: str) -> None:
    found = passing(expression)
    assert found is not None
    assert re2.fits(expression, found)


@given(st.from_regex(r"[a-c.(|)\[\]?*+^$\\dw{2}]{1,12}", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_what_is_found_passes(expression: str) -> None:
    found = passing(expression)
    assert found is None or re2.fits(expression, found)


@pytest.mark.parametrize(
    "expression",
    ["^(.*;[ ]*)?access=v2([ ]*;.*)?$", r"^(.*;[ ]*)?search\-track=v2\.1([ ]*;.*)?$", "GET|HEAD", ".*Tester/[0-9]+.*"],
)
def test_what_is_rendered_of_cookies_and_methods_is_passed(expression: str) -> None:
    assert example([texts.Test("regex", expression)], wire.header)


@pytest.mark.parametrize(
    ("tests", "found"),
    [
        ([texts.Test("prefix", "/a"), texts.Test("exact", "/ab")], "/ab"),
        ([texts.Test("segments", "/api"), texts.Test("segments", "/api/v1")], "/api/v1"),
        ([texts.Test("segments", "/api"), texts.Test("exact", "/apis")], None),
        ([texts.Test("regex", "/v[0-9]+"), texts.Test("prefix", "/v")], "/v0"),
        ([texts.Test("present", "/any")], "/any"),
        ([texts.Test("exact", "/a b")], None),
    ],
)
def test_one_text_passes_all_tests_and_is_sent_as_it_is(tests: list[texts.Test], found: str | None) -> None:
    assert example(tests, wire.path) == found


def test_nothing_is_a_text_too() -> None:
    assert example([texts.Test("exact", "")], wire.header) == ""
