"""One value of a YAML file changes, or one key goes, and the rest of the bytes stay."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from gitramp import yamlio
from gitramp.problem import InputRejected
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


# Any file, any path: the value changes and nothing else, or the edit is refused.

KEYS = st.sampled_from(["a", "b", "c d", "1.10", "on", "é"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-9, 99)
    | st.sampled_from(["x", "", "a, b", "it's", '"', "1e3", "# n", "é\n"])
)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
MAPPINGS = st.dictionaries(KEYS, TREES, min_size=1, max_size=4)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Write a mapping as people and tools do: in block or flow style or both, with comments, any line ends."""
    text = yaml.safe_dump(
        draw(MAPPINGS),
        default_flow_style=draw(st.sampled_from([None, False, True])),
        default_style=draw(st.sampled_from([None, None, "'", '"', "|"])),
        allow_unicode=True,
        sort_keys=False,
        indent=draw(st.sampled_from([2, 4])),
        width=draw(st.sampled_from([20, 1000])),
    ).replace(" null\n", draw(st.sampled_from([" null\n", " ~ # nothing\n", "\n"])))
    text = draw(st.sampled_from(["", "# head\n", "---\n"])) + text + draw(st.sampled_from(["", "# tail\n", "...\n"]))
    lines = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + lines.encode()


@settings(max_examples=400)
@given(files(), st.lists(KEYS, min_size=1, max_size=3), LEAVES)
def test_one_value_changes_and_nothing_else(content: bytes, path: list[str], value: Scalar) -> None:
    try:
        before = plain(yamlio.read("f", content))
    except InputRejected:  # the words about what a reader refuses are elsewhere
        assume(False)
    try:
        after = yamlio.edit(content, path, value)
    except KeyError:
        assert blocked(before, path)
        return
    except yamlio.NotAlone:
        event("refused")
        return
    assert exact(plain(yamlio.read("f", after))) == exact(put(before, path, value))
    assert after.startswith(b"\xef\xbb\xbf") == content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content or b"\r\n" not in after


def blocked(tree: Any, path: list[str]) -> bool:
    for step in path:
        if tree is None:
            return False
        if not isinstance(tree, dict):
            return True
        tree = tree.get(step)
    return False


def put(tree: Any, path: list[str], value: Scalar) -> Any:
    below = tree or {}
    return value if not path else below | {path[0]: put(below.get(path[0]), path[1:], value)}


def exact(tree: Any) -> str:
    """Write a tree so that 1, true and "1" differ, and the order of keys does not."""
    return json.dumps(tree, sort_keys=True)


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
    ("content", "path"),
    [("a: &x {b: 1}\nc: *x\n", "c.b"), ("a: &x {b: 1}\nc: *x\n", "a.b"), ("a: &x 1\nc: *x\n", "a")],
)
def test_value_that_an_alias_shares_is_not_changed(content: str, path: str) -> None:
    with pytest.raises(yamlio.NotAlone):
        yamlio.edit(content.encode(), path.split("."), 2)
