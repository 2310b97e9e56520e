"""Reading: every trap is told at its place, everything else comes out as YAML 1.2 says, and memory stays bounded."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from gitramp.problem import Finding, InputRejected, Mark
from gitramp.source import Node, plain
from gitramp.yamlio import MAX_BYTES, read
from gitramp.yamlio.read import MAX_ALIASED_NODES, MAX_DEPTH, MAX_NODES

ROOT = Path(__file__).resolve().parents[1]


def rejection(content: bytes | str) -> Finding:
    """Return the one finding for which a file is refused."""
    with pytest.raises(InputRejected) as caught:
        read("x.yaml", content.encode() if isinstance(content, str) else content)
    (finding,) = caught.value.report
    return finding


def tree(content: bytes | str) -> Any:
    return plain(read("x.yaml", content.encode() if isinstance(content, str) else content))


# What is refused, and where.


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        pytest.param("a: 1\nb:\n  c: 2\n  c: 3\n", "GR005", 4, 3, id="key twice"),
        pytest.param('{"a": 1, "a": 1}', "GR005", 1, 10, id="key twice in JSON"),
        pytest.param("a: 1\n'a': 2\n", "GR005", 2, 1, id="key twice, once in quotes"),
        pytest.param("a: 08\n", "GR011", 1, 4, id="08"),
        pytest.param("a: 010\n", "GR011", 1, 4, id="010"),
        pytest.param("a: -010\n", "GR011", 1, 4, id="-010"),
        pytest.param("a: [1, 0o17]\n", "GR011", 1, 8, id="0o17"),
        pytest.param("a: 0x1f\n", "GR011", 1, 4, id="0x1f"),
        pytest.param("a: 0b101\n", "GR011", 1, 4, id="0b101"),
        pytest.param("a: 0_7\n", "GR011", 1, 4, id="0_7"),
        pytest.param("010: a\n", "GR011", 1, 1, id="010 as a key"),
        pytest.param("a:\n  <<: {b: 1}\n", "GR007", 2, 3, id="merge key"),
        pytest.param("b: &b {c: 1}\na: {<<: *b}\n", "GR007", 2, 5, id="merge key in flow"),
        pytest.param("a: !!str 1\n", "GR008", 1, 4, id="!!str"),
        pytest.param("a: !!python/object:os.system x\n", "GR008", 1, 4, id="python tag"),
        pytest.param("a: !foo 1\n", "GR008", 1, 4, id="!foo"),
        pytest.param("a: ! 1\n", "GR008", 1, 4, id="bare !"),
        pytest.param("!!map {a: 1}\n", "GR008", 1, 1, id="tag on a mapping"),
        pytest.param("a:\n  - !!seq [1]\n", "GR008", 2, 5, id="tag on a list"),
        pytest.param("!!str a: 1\n", "GR008", 1, 1, id="tag on a key"),
        pytest.param("a: 1\n---\nb: 2\n", "GR004", 2, 1, id="two documents"),
        pytest.param("a: 1\n---\n", "GR004", 2, 1, id="a second, empty document"),
        pytest.param("a: 1\n--- # nothing\n", "GR004", 2, 1, id="a second document of a comment"),
        pytest.param("", "GR003", 1, 1, id="empty"),
        pytest.param("\ufeff", "GR003", 1, 1, id="only a byte order mark"),
        pytest.param("\n\n", "GR003", 1, 1, id="only line ends"),
        pytest.param("# one\n# two\n", "GR003", 1, 1, id="only comments"),
        pytest.param("---\n", "GR003", 2, 1, id="only a start of document"),
        pytest.param("~\n", "GR003", 1, 1, id="only null"),
        pytest.param("a: *b\n", "GR009", 1, 4, id="unknown alias"),
        pytest.param("a: 1\nb: &b [1, *b]\n", "GR009", 2, 11, id="recursive alias in a list"),
        pytest.param("a: &a\n  b: *a\n", "GR009", 2, 6, id="recursive alias in a mapping"),
        pytest.param("1: a\n", "GR006", 1, 1, id="number as a key"),
        pytest.param("a: {1.5: b}\n", "GR006", 1, 5, id="fraction as a key"),
        pytest.param("a:\n  true: b\n", "GR006", 2, 3, id="truth value as a key"),
        pytest.param("null: a\n", "GR006", 1, 1, id="null as a key"),
        pytest.param("~: a\n", "GR006", 1, 1, id="tilde as a key"),
        pytest.param("? [a]\n: b\n", "GR006", 1, 3, id="list as a key"),
        pytest.param("a:\n  {b: c}: d\n", "GR006", 2, 3, id="mapping as a key"),
        pytest.param("a: &a b\n*a : c\n", "GR006", 2, 1, id="alias as a key"),
        pytest.param("a:\n\tb: 1\n", "GR001", 2, 1, id="tab as indentation"),
        pytest.param("a:\n  b: 1\n \tc: 1\n", "GR001", 3, 2, id="tab after a space as indentation"),
        pytest.param("a: [1\nb: 2\n", "GR001", 2, 2, id="list left open"),
        pytest.param("a: b: c\n", "GR001", 1, 5, id="two colons"),
        pytest.param("a: @b\n", "GR001", 1, 4, id="reserved character"),
        pytest.param("a: `b`\n", "GR001", 1, 4, id="back quote"),
        pytest.param("%YAML 2.0\n---\na: 1\n", "GR001", 1, 1, id="another YAML"),
    ],
)
def test_a_trap_is_refused_at_its_place(content: str, code: str, line: int, column: int) -> None:
    finding = rejection(content)
    assert (finding.code.number, finding.mark) == (code, Mark("x.yaml", line, column))
    assert finding.message
    assert finding.advice


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        pytest.param(b"\xff\xfea\x00:\x00 \x001\x00", 1, 1, id="UTF-16, little end first"),
        pytest.param(b"\xfe\xff\x00a\x00:\x00 \x001", 1, 1, id="UTF-16, big end first"),
        pytest.param(b"a: caf\xe9\n", 1, 7, id="Latin-1"),
        pytest.param(b"a: 1\nb: \xc3\xa9 \xc3\n", 2, 6, id="half a character, after a whole one"),
        pytest.param(b"a: 1\r\nb: x\xff\n", 2, 5, id="after a CRLF"),
        pytest.param(b"a: 1\n\xffb: 1\n", 2, 1, id="first of its line"),
        pytest.param(b"\xff", 1, 1, id="first of the file"),
        pytest.param(b"a: \xed\xa0\x80\n", 1, 4, id="half a surrogate pair"),
        pytest.param(b"a: \xc0\x80\n", 1, 4, id="zero in two bytes"),
    ],
)
def test_bytes_that_are_no_utf8_are_told_at_line_and_column(content: bytes, line: int, column: int) -> None:
    finding = rejection(content)
    assert (finding.code.number, finding.mark) == ("GR002", Mark("x.yaml", line, column))


@pytest.mark.parametrize("character", ["\0", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x80"])
@pytest.mark.parametrize(
    ("before", "line", "column"), [("a: x", 1, 5), ("a: 1\nb: '", 2, 5), ("# ä", 1, 4), ("a: 1\n", 2, 1)]
)
def test_a_control_character_is_told_at_line_and_column(before: str, line: int, column: int, character: str) -> None:
    finding = rejection(f"{before}{character}'\n")
    assert (finding.code.number, finding.mark) == ("GR002", Mark("x.yaml", line, column))


@pytest.mark.parametrize("character", ["\ufffe", "\uffff"])
def test_what_is_no_character_is_told_at_line_and_column(character: str) -> None:
    finding = rejection(f"a: 1\nb: x{character}\n")
    assert (finding.code.number, finding.mark) == ("GR002", Mark("x.yaml", 2, 5))


@pytest.mark.parametrize("separator", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("content", ["# all is well{}b: 2\na: 1\n", "a: 1{}b: 2\n", 'a: "x{}y"\n', "a: |\n  x{}  y\n"])
def test_a_line_end_that_only_yaml_1_1_knows_is_no_line_end(content: str, separator: str) -> None:
    """Editors show one line where YAML 1.1 sees two: a comment could hide a key."""
    written = content.format(separator)
    before = written[: written.index(separator)]
    finding = rejection(written)
    place = Mark("x.yaml", before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    assert (finding.code.number, finding.mark) == ("GR002", place)


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    assert rejection("a: 1\nb: 2\na: 3\n").message == "key `a` is said twice; first at line 1"


def test_a_conflict_of_a_merge_is_told_at_its_first_mark() -> None:
    finding = rejection("a:\n  b: 1\n<<<<<<< HEAD\n  c: 1\n=======\n  c: 2\n>>>>>>> other\n")
    assert (finding.code.number, finding.mark) == ("GR001", Mark("x.yaml", 3, 1))
    assert finding.message == "a merge conflict that nobody has settled"


def test_a_tab_is_told_in_plain_words() -> None:
    finding = rejection("a:\n\tb: 1\n")
    assert finding.message == "a tab where indentation belongs"
    assert finding.advice == "indent with spaces"


@pytest.mark.parametrize(("content", "advice"), [("010: a", 'write "010" if it is text'), ("1: a", 'write "1"')])
def test_the_remedy_shows_what_to_write(content: str, advice: str) -> None:
    assert rejection(content).advice == advice


# What is accepted, and as what.


@pytest.mark.parametrize("word", ["y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "off", "OFF"])
def test_truth_words_of_yaml_1_1_stay_text(word: str) -> None:
    assert tree(f"a: {word}\n{word}: a\n") == {"a": word, word: "a"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("nUll", "nUll"),
        ("tRue", "tRue"),
        ("0", 0),
        ("-1", -1),
        ("+12", 12),
        ("1.10", 1.1),
        ("7e2", 700.0),
        ("1E-2", 0.01),
        (".5", 0.5),
        ("5.", 5.0),
        ("-.5", -0.5),
        (".inf", float("inf")),
        ("-.inf", float("-inf")),
        (".Inf", float("inf")),
        ("+.INF", float("inf")),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("190:20:30", "190:20:30"),
        ("2001-01-01", "2001-01-01"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("1.2.3", "1.2.3"),
        ("1.4.2-rc.1", "1.4.2-rc.1"),
        ("0.9", 0.9),
        (".", "."),
        ("+", "+"),
        ("e3", "e3"),
        ("1e", "1e"),
        ("inf", "inf"),
        ("nan", "nan"),
        ("=", "="),
        ("'08'", "08"),
        ('"1.10"', "1.10"),
        ("'true'", "true"),
        ("''", ""),
        ("|\n  true\n", "true\n"),
        (">-\n  1\n", "1"),
    ],
)
def test_a_scalar_is_what_the_core_schema_says(written: str, value: Any) -> None:
    found = tree(f"a: {written}\n")["a"]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("written", [".nan", ".NaN", ".NAN"])
def test_not_a_number_is_a_number_too(written: str) -> None:
    found = tree(f"a: {written}\n")["a"]
    assert isinstance(found, float)
    assert found != found  # noqa: PLR0124  that is how it is known


@pytest.mark.parametrize("written", ["9" * 41, "-" + "1" * 5000, "0." + "1" * 50, "1" * 100_000])
def test_more_digits_than_any_number_has_stay_text(written: str) -> None:
    assert tree(f"a: {written}\n") == {"a": written}


def test_forty_digits_are_still_a_number() -> None:
    assert tree(f"a: {'9' * 40}\n") == {"a": 10**40 - 1}


def test_only_unquoted_scalars_keep_their_text() -> None:
    root = read("x.yaml", b"a: 1.10\nb: '1.10'\nc: |\n  1.10\nd: [7e2]\n")
    assert isinstance(root.value, dict)
    assert [root.value[key].raw for key in "abc"] == ["1.10", None, None]
    (item,) = root.value["d"].value if isinstance(root.value["d"].value, list) else []
    assert item.raw == "7e2"


def test_a_quoted_merge_key_is_a_key() -> None:
    assert tree('"<<": {a: 1}\n') == {"<<": {"a": 1}}


def test_end_of_document_and_start_of_the_first_are_welcome() -> None:
    assert tree("%YAML 1.2\n--- # overlay\na: 1\n...\n") == {"a": 1}


def test_a_byte_order_mark_does_not_move_columns() -> None:
    assert tree("\ufeffa: 1\n") == {"a": 1}
    assert rejection("\ufeffa: 08\n").mark == Mark("x.yaml", 1, 4)
    assert rejection("\ufeffa: 1\na: 1\n").mark == Mark("x.yaml", 2, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_read_alike(end: str) -> None:
    written = end.join(["a:", "  - x", "  - |", "    one", "    two", "b: 'three", "  four'", "c: 08", ""])
    assert tree(written.replace("08", "8")) == {"a": ["x", "one\ntwo\n"], "b": "three four", "c": 8}
    assert rejection(written).mark == Mark("x.yaml", 8, 4)


def test_columns_count_characters_not_bytes() -> None:
    assert rejection("{ä𝄞é: 1, b: 08}\n").mark == Mark("x.yaml", 1, 13)


def test_an_alias_stands_for_its_value_with_a_key_mark_of_its_own() -> None:
    root = read("x.yaml", b"a: &a {c: [1]}\nb: *a\n")
    assert plain(root) == {"a": {"c": [1]}, "b": {"c": [1]}}
    assert isinstance(root.value, dict)
    assert root.value["b"].key_mark == Mark("x.yaml", 2, 1)
    assert root.value["b"].mark == Mark("x.yaml", 1, 4)


def test_the_last_anchor_of_a_name_counts() -> None:
    assert tree("- &a 1\n- *a\n- &a 2\n- *a\n") == [1, 1, 2, 2]


# Caps.


@pytest.mark.parametrize(
    ("opening", "column"),
    [
        pytest.param("[", MAX_DEPTH + 2, id="flow lists"),
        pytest.param("{a: ", 4 * (MAX_DEPTH + 1) + 1, id="flow mappings"),
        pytest.param('{"a":', 5 * (MAX_DEPTH + 1) + 1, id="JSON objects"),
        pytest.param("- ", 2 * (MAX_DEPTH + 1) + 1, id="block lists"),
    ],
)
def test_a_hundred_thousand_levels_are_refused_at_the_first_too_deep(opening: str, column: int) -> None:
    finding = rejection(opening * 100_000)
    assert (finding.code.number, finding.mark) == ("GR010", Mark("x.yaml", 1, column))
    assert finding.message == f"nested more than {MAX_DEPTH} levels deep"


def test_block_mappings_are_refused_at_the_first_too_deep() -> None:
    levels = "".join(" " * depth + "a:\n" for depth in range(2000))
    finding = rejection(levels)
    assert finding.code.number == "GR010"
    assert finding.mark in {Mark("x.yaml", MAX_DEPTH + 2, MAX_DEPTH + 2), Mark("x.yaml", MAX_DEPTH + 1, MAX_DEPTH + 3)}


@pytest.mark.parametrize("opening", ["? ", "? - ", "- ? "])
def test_a_hundred_thousand_levels_of_keys_are_refused(opening: str) -> None:
    assert rejection(opening * 100_000).code.number in {"GR006", "GR010"}


def test_the_deepest_nesting_allowed_is_read() -> None:
    assert json.dumps(tree("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH)).count("[") == MAX_DEPTH


def test_aliases_do_not_nest_deeper_than_the_cap() -> None:
    """Each line is shallow, but stands on the one before: 2 kB that no recursive reader survives."""
    deep = ["x0: &x0 " + "[" * 60 + "1" + "]" * 60]
    deep += [f"x{n}: &x{n} " + "[" * 60 + f"*x{n - 1}" + "]" * 60 for n in range(1, 17)]
    finding = rejection("\n".join(deep))
    assert (finding.code.number, finding.mark) == ("GR010", Mark("x.yaml", 2, 69))


def test_a_file_over_the_size_cap_is_refused_with_both_sizes() -> None:
    finding = rejection(b"a: " + b"x" * MAX_BYTES)
    assert (finding.code.number, finding.mark) == ("GR010", Mark("x.yaml"))
    assert finding.message == f"the file has {MAX_BYTES + 3:,} bytes, the limit is {MAX_BYTES:,}"


def test_a_file_at_the_size_cap_is_read() -> None:
    assert len(tree(b"a: " + b"x" * (MAX_BYTES - 3))["a"]) == MAX_BYTES - 3


def test_more_values_than_the_cap_are_refused_at_the_first_too_many() -> None:
    finding = rejection("\n".join(["- 1"] * (MAX_NODES + 1000)))
    assert (finding.code.number, finding.mark) == ("GR010", Mark("x.yaml", MAX_NODES, 3))


def test_keys_count_as_values() -> None:
    finding = rejection("\n".join(f"k{n}: 1" for n in range(MAX_NODES // 2 + 10)))
    assert finding.code.number == "GR010"


def test_an_alias_bomb_is_refused_where_it_grows_over_the_cap() -> None:
    bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    bomb += [f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    finding = rejection("\n".join(bomb))
    assert finding.code.number == "GR009"
    assert finding.mark is not None
    assert finding.mark.line == 5  # 9 * 10 on line 2, 9 * 91 on line 3, 9 * 820 on line 4: 8,289 of 10,000
    assert finding.message == f"aliases expand to more than {MAX_ALIASED_NODES:,} values"


@pytest.mark.parametrize(("uses", "allowed"), [(MAX_ALIASED_NODES // 10, True), (MAX_ALIASED_NODES // 10 + 1, False)])
def test_aliases_are_allowed_up_to_the_cap(uses: int, allowed: bool) -> None:
    ten = "a: &a [1,2,3,4,5,6,7,8,9]\n"
    content = ten + "b: [" + ",".join(["*a"] * uses) + "]\n"
    if allowed:
        assert tree(content)["b"] == [list(range(1, 10))] * uses
    else:
        assert rejection(content).code.number == "GR009"


HOSTILE = """
import os, sys
from pathlib import Path
from gitramp.overlays import read_chains, snapshot
from gitramp.problem import InputRejected

def work(root):
    try:
        read_chains(snapshot(root))
    except InputRejected as rejected:
        print(" ".join(f"{f.mark.path.split('/')[1]}={f.code}" for f in rejected.report), flush=True)

# A forked process counts its own memory; an executed one starts with what its parent had.
child = os.fork()
if child == 0:
    work(Path(sys.argv[1]))
    os._exit(0)
_, status, usage = os.wait4(child, 0)
print(status, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def test_hostile_files_are_refused_in_little_memory(tmp_path: Path) -> None:
    folder = tmp_path / "environments"
    folder.mkdir()
    with (folder / "big.yaml").open("wb") as file:
        file.write(b"a: " + b"x" * 1000)
        file.truncate(100 * 1000 * 1000)
    (folder / "deep.yaml").write_text("[" * 100_000)
    (folder / "deep-block.yaml").write_text("- " * 100_000)
    (folder / "deep-json.yaml").write_text('{"a":' * 100_000)
    (folder / "many.yaml").write_bytes(b"[" + b"1," * (MAX_BYTES // 2 - 2) + b"]")
    levels = [f"x{n}: &x{n} [{','.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 30)]
    (folder / "bomb.yaml").write_text("\n".join(["x0: &x0 [1]", *levels]))
    ran = subprocess.run(
        [sys.executable, "-c", HOSTILE, str(tmp_path)],
        env={"PYTHONPATH": str(ROOT / "generator")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told, measured = ran.stdout.splitlines()
    assert told.split() == [
        "big.yaml=GR010", "bomb.yaml=GR009", "deep-block.yaml=GR010", "deep-json.yaml=GR010", "deep.yaml=GR010",
        "many.yaml=GR010",
    ]  # fmt: skip
    status, peak = map(int, measured.split())
    assert status == 0
    assert peak < 200 * 1000 * 1000


# Whatever a file holds.

TOKENS = [
    *"abc01.-+_~:,?[]{}#&*!|>'\"%@`\\ \t\n\r<=",
    "\n  ", "\n    ", "- ", ": ", "? ", "&a ", "*a", "*a ", "!!str ", "---\n", "...\n", "<<", "null", "true", "on",
    ".inf", ".Inf", ".INF", ".nan", ".NaN", "1e9", "e5", "0x1f", "ä", "𝄞", "\ufeff", "\u2028", "\x85", "\x7f", "\0",
    "%YAML 1.2\n", "%TAG ! !x\n", "\\x", "\\u12", "\\ud800", ">+\n", "|2-\n",
]  # fmt: skip


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(content: bytes) -> None:
    read_or_refused(content)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_random_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text.encode("utf-8", "replace"))


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
def test_random_pieces_of_yaml_are_read_or_refused(text: str) -> None:
    read_or_refused(text.encode())


def read_or_refused(content: bytes) -> None:
    try:
        root = read("x.yaml", content)
    except InputRejected as rejected:
        (finding,) = rejected.report
        assert finding.mark is not None
        lines = re.split(r"\r\n|[\r\n\x85\u2028\u2029]", content.decode("utf-8", "replace"))
        assert 1 <= finding.mark.line <= len(lines) + 1  # the end of a file without a last line end is the next line
        assert finding.mark.column >= 1
    else:
        assert root.value is not None


# What YAML lets a file hold without an escape, but for line ends that are no longer ones in YAML 1.2.
PRINTABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"), max_size=20
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**38), 10**38) | st.floats(allow_nan=False, allow_infinity=False)
TREES = st.recursive(
    SCALARS | PRINTABLE,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(PRINTABLE, below, max_size=4),
    max_leaves=20,
)
ROOTS = st.dictionaries(PRINTABLE, TREES, min_size=1, max_size=4)


def marks_of_reader(node: Node) -> Iterator[tuple[int, int]]:
    """Yield the places of a tree: keys and values in the order of the file."""
    yield (node.mark.line - 1, node.mark.column - 1)
    if isinstance(node.value, dict):
        for child in node.value.values():
            assert child.key_mark is not None
            yield (child.key_mark.line - 1, child.key_mark.column - 1)
            yield from marks_of_reader(child)
    elif isinstance(node.value, list):
        for item in node.value:
            assert item.key_mark is None
            yield from marks_of_reader(item)


def marks_of_ruamel(node: Any) -> Iterator[tuple[int, int]]:
    yield (node.start_mark.line, node.start_mark.column)
    if isinstance(node.value, list):
        for child in node.value:
            if isinstance(child, tuple):
                yield (child[0].start_mark.line, child[0].start_mark.column)
                yield from marks_of_ruamel(child[1])
            else:
                yield from marks_of_ruamel(child)


def ruamel() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 1 << 20
    yaml.representer.ignore_aliases = lambda *_: True
    return yaml


@settings(deadline=None)
@given(ROOTS)
def test_what_ruamel_writes_is_read_back_with_its_marks(written: dict[str, Any]) -> None:
    out = io.StringIO()
    ruamel().dump(written, out)
    root = read("x.yaml", out.getvalue().encode())
    assert plain(root) == written
    assert list(marks_of_reader(root)) == list(marks_of_ruamel(ruamel().compose(out.getvalue())))


@settings(deadline=None)
@given(ROOTS, st.sampled_from([None, 1, 4]))
def test_json_is_read_back_with_its_marks(written: dict[str, Any], indent: int | None) -> None:
    content = json.dumps(written, indent=indent, ensure_ascii=False)
    root = read("x.yaml", content.encode())
    assert plain(root) == written
    assert list(marks_of_reader(root)) == list(marks_of_ruamel(ruamel().compose(content)))
