"""One value of a YAML file changes, and the rest of the bytes stay."""

from __future__ import annotations

import pytest

from gitramp import yamlio
from gitramp.source import Scalar, plain

FILE = b"""\
# head

services:
  search:   # trailing words
    env: {LEVEL: info, OLD: 'on'}
    canary:
        track:  v2

        weight: 10 # percent
    gone: null
    image: "ghcr.io/acme/search:1.4.2" # {"$imagepolicy": "apps:search"}
"""


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (["services", "search", "canary", "weight"], 25, b"weight: 25 # percent"),
        (["services", "search", "image"], "ghcr.io/acme/search:1.5.0", b'image: "ghcr.io/acme/search:1.5.0" # {"$im'),
        (["services", "search", "env", "LEVEL"], "on", b'LEVEL: "on"'),
    ],
)
def test_value_is_changed_and_words_around_it_stay(path: list[str], value: Scalar, line: bytes) -> None:
    edited = yamlio.edit(FILE, path, value)
    assert line in edited
    for words in (b"# head", b"# trailing words", b"# percent", b"gone: null", b"'on'", b'{"$imagepolicy"'):
        assert words in edited
    assert plain(yamlio.read("f", edited)) == with_value(plain(yamlio.read("f", FILE)), path, value)


def test_scalar_is_replaced_byte_for_byte() -> None:
    """Also where the file is not laid out as ruamel.yaml would lay it out."""
    assert yamlio.edit(FILE, ["services", "search", "canary", "weight"], 25) == FILE.replace(b"10 #", b"25 #")
    image = ["services", "search", "image"]
    assert yamlio.edit(FILE, image, "a'b:1") == FILE.replace(b'"ghcr.io/acme/search:1.4.2"', b'"a\'b:1"')
    assert yamlio.edit(FILE, ["services", "search", "env", "OLD"], "it's") == FILE.replace(b"'on'", b"'it''s'")
    assert yamlio.edit(FILE, ["services", "search", "gone"], 1) == FILE.replace(b"gone: null", b"gone: 1")


def test_value_behind_an_alias_changes_in_its_own_place_only() -> None:
    edited = yamlio.edit(b"a: &x 1\nb: *x\n", ["b"], 2)
    assert plain(yamlio.read("f", edited)) == {"a": 1, "b": 2}


def test_comma_does_not_end_a_value_in_braces() -> None:
    edited = yamlio.edit(b"a: {b: c, d: e}\n", ["a", "b"], "x, y")
    assert plain(yamlio.read("f", edited)) == {"a": {"b": "x, y", "d": "e"}}


def with_value(tree: dict[str, object], path: list[str], value: Scalar) -> dict[str, object]:
    node: dict[str, object] = tree
    for step in path[:-1]:
        below = node[step]
        assert isinstance(below, dict)
        node = below
    node[path[-1]] = value
    return tree


def test_same_value_leaves_every_byte() -> None:
    assert yamlio.edit(FILE, ["services", "search", "canary", "weight"], 10) == FILE


def test_missing_mappings_are_made() -> None:
    edited = yamlio.edit(b"kind: Environment\n", ["services", "search", "replicas"], 2)
    assert edited == b"kind: Environment\nservices:\n  search:\n    replicas: 2\n"


def test_text_that_looks_like_a_number_is_quoted() -> None:
    assert plain(yamlio.read("f", yamlio.edit(b"a: 1\n", ["tag"], "1.10"))) == {"a": 1, "tag": "1.10"}


def test_line_ends_and_byte_order_mark_stay() -> None:
    assert yamlio.edit(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", ["a"], 3) == b"\xef\xbb\xbfa: 3\r\nb: 2\r\n"


def test_a_scalar_on_the_way_is_no_mapping() -> None:
    with pytest.raises(KeyError, match="a"):
        yamlio.edit(b"a: 1\n", ["a", "b"], 2)


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("a:\n  b: 1 # one\nc: 2\n", "a.d", 3, "a:\n  b: 1 # one\n  d: 3\nc: 2\n"),
        (
            "a:\n    b:\n      - 1\n      # words\n\nc: 2\n",
            "a.d",
            "x",
            "a:\n    b:\n      - 1\n      # words\n    d: x\n\nc: 2\n",
        ),
        ("a: {b: 1}\n", "a.c", 2, "a: {b: 1, c: 2}\n"),
        ("a: {}\n", "a.c.d", 2, "a: {c: {d: 2}}\n"),
        ("a: {b, c: }\n", "a.b", 2, "a: {b: 2, c: }\n"),
        ("a: {b, c: }\n", "a.c", 2, "a: {b, c: 2 }\n"),
        ("a:\n", "a", 1, "a: 1\n"),
        ("a: # words\nb: 1\n", "a.c", 1, "a: # words\n  c: 1\nb: 1\n"),
        ("a: null\n", "a.c", 1, "a:\n  c: 1\n"),
        ("a:\n  b: 1\n  c: 2\n# words\nd: 3\n", "a", 4, "a: 4\n# words\nd: 3\n"),
        ("a: |\n  text\n\nb: 1\n", "a", "x", "a: x\n\nb: 1\n"),
        ("a: &x 1\nb: 2", "c", 3, "a: &x 1\nb: 2\nc: 3"),
        ("a: true\n", "a", 1, "a: 1\n"),
        ("a: 1\n", "a", None, "a: null\n"),
        ('a: "b\n  c"\nd: 1\n', "a", "x", 'a: "x"\nd: 1\n'),
        ("a: b\r\nc: d\r\n", "e.f", 1, "a: b\r\nc: d\r\ne:\r\n  f: 1\r\n"),
    ],
)
def test_new_text_goes_where_the_old_one_stood(before: str, path: str, value: Scalar, after: str) -> None:
    assert yamlio.edit(before.encode(), path.split("."), value).decode() == after


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("a:\n    b: 1\n", "a.c.d", 2, "a:\n    b: 1\n    c:\n        d: 2\n"),
        ("a:\n  b: {c: 1}\n", "a.d.c", 2, "a:\n  b: {c: 1}\n  d: {c: 2}\n"),
        ("a:\n  b: {c: 1}\n  e: 1\n", "a.d.c", 2, "a:\n  b: {c: 1}\n  e: 1\n  d:\n    c: 2\n"),
        ("a: 1\n", "b", {"c": {"d": [1, {"e": "f:g"}]}}, 'a: 1\nb:\n  c:\n    d: [1, {e: "f:g"}]\n'),
        ("a:\n  b: ~ # words\n  c: 1\n", "a.b", {"d": 1}, "a:\n  b: # words\n    d: 1\n  c: 1\n"),
        ("a:\n  b: {c: 1}\n  d: null\n", "a.d.c", 2, "a:\n  b: {c: 1}\n  d: {c: 2}\n"),
        ("a: {\n  b: 1, # one\n  c: 2 # two\n}\n", "a.d", 3, "a: {\n  b: 1, # one\n  c: 2, # two\n  d: 3\n}\n"),
        ("a: {\n  b: 1,\n}\n", "a.d", 3, "a: {\n  b: 1,\n  d: 3,\n}\n"),
        ("a:\n  b: |+\n    text\n\n\nc: 1\n", "a.d", 1, "a:\n  b: |+\n    text\n\n\n  d: 1\nc: 1\n"),
    ],
)
def test_new_keys_look_like_what_stands_around_them(before: str, path: str, value: yamlio.Tree, after: str) -> None:
    assert yamlio.edit(before.encode(), path.split("."), value).decode() == after


def test_keys_one_after_the_other_stand_at_the_end_of_their_service() -> None:
    before = "services:\n  search:\n    replicas: 3 # each\n\n  # The catalog.\n  catalog: {}\n"
    track = yamlio.edit(before.encode(), ["services", "search", "canary", "track"], "v2")
    both = yamlio.edit(track, ["services", "search", "canary", "weight"], 0).decode()
    canary = "    canary:\n      track: v2\n      weight: 0\n"
    assert both == before.replace("# each\n", f"# each\n{canary}")


@pytest.mark.parametrize(
    ("content", "path"),
    [("a: &x {b: 1}\nc: *x\n", "c.b"), ("a: &x {b: 1}\nc: *x\n", "a.b"), ("a: &x 1\nc: *x\n", "a")],
)
def test_value_that_an_alias_shares_is_not_changed(content: str, path: str) -> None:
    with pytest.raises(yamlio.NotAlone):
        yamlio.edit(content.encode(), path.split("."), 2)
