"""Writing: the same bytes for the same tree, and the same tree to readers of YAML 1.1 and 1.2."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from gitramp.source import plain
from gitramp.yamlio import read, write

# Words that go-yaml v2 (sigs.k8s.io/yaml, kubectl, Helm) or a reader of YAML 1.1 or 1.2 takes for something else.
WITHOUT_BLANKS = r"""
y Y n N yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE
null Null NULL ~ nan NaN .nan .NaN .NAN inf Inf infinity Infinity .inf .Inf -.inf +.INF
0 1 -1 +1 08 010 -017 0o17 0O17 0x1f 0X1F -0x1f 0b11 1_000 0_0 0x_1 1e3 1E3 7e2 12e45 1.5e3 1e+3 1e-3
.5 5. -.5 1.10 1.0 685.230_15e+03 1:30 190:20:30 20:30.15 2001-01-01 2001-1-1 2001-12-14t21:59:43.10-05:00
0.1.2 1.37 1e + . .. _ _1 1_ 0x 0xg 0b 0b2 09:30 1:60 60:1
= << - -- --- ... a: # &a *a !a | > %a @a `a` ' " 'a' "a" \ \n [ ] { } , [a]
"""
WITH_BLANKS = [
    "2001-12-14 21:59:43.10 -5", "- a", "? a", ": a", "a: b", "a #b", "{a: b}", "", " ", " a", "a ", "\ta", "a\t",
    "a\rb", "\r\n", "a\x85b", "a\u2028b", "\ufeffa", "\0", "\x1b", "\x7f", "\xa0", "𝄞",
]  # fmt: skip
WORDS = [*WITHOUT_BLANKS.split(), *WITH_BLANKS]


def readings(content: bytes) -> list[Any]:
    """Return what each reader makes of a file."""
    return [
        yaml.safe_load(content),
        yaml.load(content, yaml.CSafeLoader),
        YAML(typ="safe", pure=True).load(content.decode()),
        plain(read("x.yaml", content)) if content != b"{}\n" else {},
    ]


def lines(tree: dict[str, Any]) -> list[str]:
    return write(tree).decode().splitlines()


# Half a surrogate pair is no text: no file can hold it.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MULTILINE = st.lists(st.text(st.sampled_from("ab \t#-:'\"|\\\r\n\x85\u2028"), max_size=6), max_size=5).map("\n".join)
KEYS = st.sampled_from(WORDS) | TEXT
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64)
    | st.sampled_from(WORDS)
    | TEXT
    | MULTILINE
    | st.integers().map(str)
    | st.floats().map(str)
)
TREES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=4), max_leaves=25
)
ROOTS = st.dictionaries(KEYS, TREES, max_size=4)


@settings(deadline=None, max_examples=150)
@given(ROOTS)
def test_every_reader_reads_what_was_written(tree: dict[str, Any]) -> None:
    content = write(tree)
    for found in readings(content):
        assert found == tree
        assert exact(found) == exact(tree)


def exact(tree: Any) -> str:
    """Tell 1 from True and one order of keys from another."""
    return repr(tree)


@settings(deadline=None)
@given(ROOTS)
def test_a_file_ends_in_one_newline_and_holds_no_reader_s_trap(tree: dict[str, Any]) -> None:
    content = write(tree)
    assert content.endswith(b"\n")
    assert not content.endswith(b"\n\n")
    assert b"\r" not in content
    assert all(line == line.rstrip() and not line.startswith(b"\t") for line in content.split(b"\n"))
    for event in yaml.parse(content):
        assert not isinstance(event, yaml.AliasEvent)
        assert getattr(event, "anchor", None) is None
        assert getattr(event, "tag", None) is None


@settings(deadline=None)
@given(ROOTS)
def test_the_same_tree_gives_the_same_bytes(tree: dict[str, Any]) -> None:
    first = write(tree)
    assert write(tree) == first
    again = yaml.load(first, yaml.CSafeLoader)
    assert write(again) == first


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_readers_differ_on_is_quoted_as_key_and_value(word: str) -> None:
    content = write({word: word, "list": [word, {word: 1}]})
    assert readings(content) == [{word: word, "list": [word, {word: 1}]}] * 4
    assert content.count(b'"') >= 8
    assert content.startswith(b'"')


@pytest.mark.parametrize(
    "word",
    [
        "a", "canary", "x-track", "search.services-v1.svc.cluster.local", "ghcr.io/acme/search:1.4.2", "/-/liveness",
        "networking.istio.io/v1", "/tmp", "none", "yesterday", "offer", "nullable", "two words", "e3", "v1.10", "a=b",
        "http://catalog.services", "Gebäude",
    ],
)  # fmt: skip
def test_an_everyday_word_stays_readable(word: str) -> None:
    (line,) = lines({"a": word})
    assert line.removeprefix("a: ").strip('"') == word
    assert ('"' in line) == (not word.isascii())


@pytest.mark.parametrize(("value", "written"), [(None, "null"), (True, "true"), (False, "false"), (0, "0"), (-7, "-7")])
def test_other_scalars_are_written_the_one_way_all_readers_share(value: Any, written: str) -> None:
    assert lines({"a": value}) == [f"a: {written}"]


def test_the_layout_is_block_style_with_two_spaces() -> None:
    tree = {
        "a": {"b": {"c": 1}, "empty": {}, "none": []},
        "list": [1, [2, [3], []], {"d": 4, "e": [5]}, {"f": {"g": 6}}, {}],
    }
    assert lines(tree) == [
        "a:",
        "  b:",
        "    c: 1",
        "  empty: {}",
        "  none: []",
        "list:",
        "  - 1",
        "  -",
        "    - 2",
        "    -",
        "      - 3",
        "    - []",
        "  - d: 4",
        "    e:",
        "      - 5",
        "  - f:",
        "      g: 6",
        "  - {}",
    ]


def test_keys_keep_the_order_of_the_tree() -> None:
    assert lines({"b": 1, "a": 2, "B": 3}) == ["b: 1", "a: 2", "B: 3"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("server {\n  listen 8080;\n}\n", ["a: |", "  server {", "    listen 8080;", "  }"]),
        ("one\ntwo", ["a: |-", "  one", "  two"]),
        ("one\n\n\ntwo\n", ["a: |", "  one", "", "", "  two"]),
        ("# comment\n---\n...\n", ["a: |", "  # comment", "  ---", "  ..."]),
        ("a: b\n- 'c\n", ["a: |", "  a: b", "  - 'c"]),
        ("über\n𝄞\n", ["a: |", "  über", "  𝄞"]),
    ],
)
def test_text_of_many_lines_is_a_block(text: str, written: list[str]) -> None:
    assert lines({"a": text}) == written
    assert readings(write({"a": text})) == [{"a": text}] * 4


@pytest.mark.parametrize(
    "text",
    [
        "\n", "\n\n", "a\n\n", "\na\n", " a\nb\n", "\ta\nb\n", "a \nb\n", "a\nb ", "a\n \nb\n", "a\n  ",
        "a\r\nb\r\n", "a\rb\n", "a\x85\nb\n", "a\u2028\nb\n", "\ufeffa\nb\n", "a\n\0b\n", "a\n\x7f\n", "a\n\ufffe\n",
        "a\nb\n\n\n",
    ],
)  # fmt: skip
def test_text_that_a_block_would_change_is_quoted(text: str) -> None:
    (line,) = lines({"a": text})
    assert line.startswith('a: "')
    assert readings(write({"a": text})) == [{"a": text}] * 4


@settings(deadline=None, max_examples=200)
@given(MULTILINE, st.sampled_from(["map", "list", "nested"]))
def test_blanks_and_line_ends_of_text_are_kept_wherever_it_stands(text: str, where: str) -> None:
    trees: dict[str, dict[str, Any]] = {
        "map": {"a": text, "b": 1},
        "list": {"a": [text, text, 1]},
        "nested": {"a": [{"b": text, "c": [[text]]}, text]},
    }
    tree = trees[where]
    assert readings(write(tree)) == [tree] * 4


def test_an_object_that_occurs_twice_is_written_twice() -> None:
    shared = {"x": [1, 2]}
    content = write({"a": shared, "b": shared, "c": [shared, shared["x"]]})
    assert b"&" not in content
    assert b"*" not in content
    assert content.count(b"- 1\n") == 4


def test_a_tuple_is_a_list() -> None:
    assert write({"a": (1, ("b",), ())}) == write({"a": [1, ["b"], []]})


@pytest.mark.parametrize("tree", [{}, {"a": 1}])
def test_a_comment_stands_on_the_first_line(tree: dict[str, Any]) -> None:
    content = write(tree, "made by gitramp")
    assert content == b"# made by gitramp\n" + write(tree)
    assert yaml.safe_load(content) == tree


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("k" * 1000, id="1000 letters"),
        pytest.param("k" * 1025, id="1025 letters"),
        pytest.param("\0" * 300, id="300 zeros"),
    ],
)
def test_a_long_key_is_read_back(key: str) -> None:
    """Readers look for the colon of a key no farther than 1024 characters."""
    tree = {key: {"a": [1]}, "b": [{key: "x"}]}
    assert readings(write(tree)) == [tree] * 4


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1e16)
@example(5e-324)
@example(-0.0)
def test_number_with_a_fraction_is_read_back(value: float) -> None:
    for reading in readings(write({"a": value})):
        assert isinstance(reading["a"], float)
        assert reading["a"] == value


@pytest.mark.parametrize("value", [float("inf"), float("nan"), b"a", {1, 2}, object()])
def test_what_has_no_canonical_form_is_a_bug_of_the_caller(value: Any) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        write({"a": value})
