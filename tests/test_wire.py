"""Texts as they come over the wire: what a real Envoy made of them, asked once byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitramp import router, wire


@pytest.mark.parametrize(
    ("said", "compared"),
    [
        ("", "/"),
        ("/a/../b", "/b"),
        ("/a/..", "/"),
        ("/..", "/"),
        ("/a/./b/.", "/a/b/"),
        ("/a//b", "/a//b"),
        ("/%41%7e%2F%20", "/A~%2F%20"),
        ("/a{b|c", "/a%7Bb%7Cc"),
        ("/a\\b", "/a/b"),
        ("/café au", "/caf%C3%A9%20au"),
        ("/a+(b):*,;=@!$&'", "/a+(b):*,;=@!$&'"),
    ],
)
def test_a_path_is_compared_as_envoy_normalises_it(said: str, compared: str) -> None:
    assert wire.whole_path(said) == compared
    assert router.Request.to("h", said).path == compared


@given(st.text())
def test_what_is_compared_stays_as_it_is(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert wire.whole_path(wire.whole_path(text)) == wire.whole_path(text)
    assert wire.header(wire.header(text)) == wire.header(text)


def test_of_a_query_nothing_is_decoded_and_the_first_counts() -> None:
    request = router.Request.to("h", "/?a=1+2&a=3&b%26=x=y&c&d[]=%41&é= #e=1")
    assert request.query == {"a": "1+2", "b%26": "x=y", "c": "", "d[]": "%41", "%C3%A9": "%20"}


def test_blanks_around_a_header_do_not_count() -> None:
    assert router.Request.to("h", "/", headers=[("X", " a b\t"), ("x", "")]).values("X") == ("a b", "")


@pytest.mark.parametrize(
    ("name", "tested"),
    [("x-a", ("1", "2")), ("Accept", ("1,2",)), ("user-agent", ("1,2",)), ("accept-language", ("1", "2"))],
)
def test_lines_of_a_header_are_one_value_where_envoy_has_a_place_for_it(name: str, tested: tuple[str, ...]) -> None:
    request = router.Request.to("h", headers=[(name, "1"), (name, "2")])
    assert request.values(name) == tested
    assert request.values("other") == ()


def test_cookies_come_in_one_line() -> None:
    assert router.Request.to("h", headers=[("cookie", "a=1"), ("cookie", "b=2")]).values("cookie") == ("a=1; b=2",)
