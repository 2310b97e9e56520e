"""One key goes, with what is its own, and the rest of the bytes stay."""

from __future__ import annotations

import pytest

from gitramp import yamlio

BRACES = """\
{
  a: 1, # one
  # about b
  b: 2, # two
  c: 3 # three
}
"""


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: 1\nb: 2 # two\nc: 3\n", "b", "a: 1\nc: 3\n"),
        ("a:\n  b: {c: 1}\n  d: |\n    text\n\ne: 1\n", "a.d", "a:\n  b: {c: 1}\n\ne: 1\n"),
        ("a:\nb: 1\n", "a", "b: 1\n"),
        ("a: 1\r\nb:\r\n  - 1\r\n  # in it\r\n# c\r\nc: 3\r\n", "b", "a: 1\r\n# c\r\nc: 3\r\n"),
        ("\ufeffa: 1\nb: 2\n", "a", "\ufeffb: 2\n"),
        ("a: 1\nb: 2", "b", "a: 1"),
        ("a: |\n  x\nb: 1", "b", "a: |\n  x\n"),
        ("a: |+\n  x\n\nb: 1\n", "a", "b: 1\n"),
        ("a: 1\n'b': 2\n", "b", "a: 1\n"),
        ("a: &x 1\nb: *x\n", "b", "a: &x 1\n"),
        ("a: 1\n", "b.c", "a: 1\n"),
        ("a: 1\n", "a.c", "a: 1\n"),
    ],
)
def test_key_goes_with_its_lines(before: str, path: str, after: str) -> None:
    assert yamlio.remove(before.encode(), path.split(".")).decode() == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: 1\n# words\nb: 2\nc: 3\n", "b", "a: 1\n# words\nc: 3\n"),
        ("a: 1\n# words\nb: 2\n\nc: 3\n", "b", "a: 1\n\nc: 3\n"),
        ("a: 1\n\n# words\nb: 2\n\nc: 3\n", "b", "a: 1\n\nc: 3\n"),
        ("a: 1\n\n# words\nb: 2\n", "b", "a: 1\n"),
        ("a: 1\n\n# about more than b\n\nb: 2\n", "b", "a: 1\n\n# about more than b\n"),
        ("# head\na: 1\n\nb: 2\n", "a", "# head\n\nb: 2\n"),
        ("---\n# head\na: 1\n\nb: 2\n", "a", "---\n# head\n\nb: 2\n"),
        ("a:\n  # about a\n  b: 1\n\n  c: 2\n", "a.b", "a:\n  # about a\n\n  c: 2\n"),
        ("a:\n  b: 1\n  c: 2 # two\n    # and more\n  # words\nd: 3\n", "a.c", "a:\n  b: 1\n  # words\nd: 3\n"),
    ],
)
def test_comment_goes_only_where_nothing_else_can_own_it(before: str, path: str, after: str) -> None:
    assert yamlio.remove(before.encode(), path.split(".")).decode() == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: {b: 1, c: 2, d: 3}\n", "a.b", "a: {c: 2, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", "a.c", "a: {b: 1, d: 3}\n"),
        ("a: {b: 1, c: 2, d: 3}\n", "a.d", "a: {b: 1, c: 2}\n"),
        ("a: {b: 1, c: 2,}\n", "a.c", "a: {b: 1,}\n"),
        ("a: {b, c: }\n", "a.b", "a: {c: }\n"),
        ("a: {b, c: }\n", "a.c", "a: {b}\n"),
        ('{"a":1,"b":2}\n', "a", '{"b":2}\n'),
        ("{a: 1,\n  b: 2, c: 3}\n", "b", "{a: 1,\n  c: 3}\n"),
        ("{a: 1, # one\n  b: 2}\n", "a", "{b: 2}\n"),
        (BRACES, "a", BRACES.replace("  a: 1, # one\n", "")),
        (BRACES, "b", BRACES.replace("  b: 2, # two\n", "")),
        (BRACES, "c", BRACES.replace("2, # two\n  c: 3 # three", "2 # two")),
    ],
)
def test_entry_in_braces_goes_with_one_comma(before: str, path: str, after: str) -> None:
    assert yamlio.remove(before.encode(), path.split(".")).decode() == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: # words\n  b: 1\nc: 2\n", "a.b", "a: {} # words\nc: 2\n"),
        ("a:\n  b: 1", "a.b", "a: {}"),
        ("a:\n  b:\n    c: 1\n", "a.b.c", "a:\n  b: {}\n"),
        ("a: &x\n  b: 1\nc: 2\n", "a.b", "a: &x {}\nc: 2\n"),
        ("a: { b: 1 } # words\n", "a.b", "a: {} # words\n"),
        ("# head\na: 1\n", "a", "# head\n{}\n"),
        ("a: 1", "a", "{}"),
        ("{a: 1}\n", "a", "{}\n"),
    ],
)
def test_last_key_leaves_an_empty_mapping_and_not_null(before: str, path: str, after: str) -> None:
    assert yamlio.remove(before.encode(), path.split(".")).decode() == after


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ("a: &x 1\nb: *x\n", "a"),
        ("a: &x {c: 1}\nb: *x\n", "b.c"),
        ("a: &x {c: 1}\nb: *x\n", "a.c"),
        ("a: &x 1\nb: &x 2\nc: *x\n", "b"),
        ("? a\n: b\nc: 1\n", "a"),
    ],
)
def test_key_that_others_need_stays(content: str, path: str) -> None:
    with pytest.raises(yamlio.NotAlone):
        yamlio.remove(content.encode(), path.split("."))
