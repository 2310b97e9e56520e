"""Regular expressions are judged as Go's regexp judges them, which istiod asks."""

from __future__ import annotations

import pytest

from gitramp import re2

TAKEN = [
    "^*",
    "a|^+b",
    "${2}",
    "[^*]",
    "[$+]x",
    "(?)",
    "(?i)a",
    "(?i:a)b",
    r"\11",
    r"\123",
    r"\Q(\1\E",
    r"\pL",
    "[[:alpha:]]",
    "(?P<n>a)",
    "(?<n>a)",
    r"a\z",
    "a{1000}",
    "a{,2}",
    "[a-]",
    r"\b*a",
    r"a\z?",
]
REFUSED = [
    "",
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    r"(a)\1",
    "(?P=n)",
    "a**",
    "a++",
    "a{1001}",
    "(",
    "[a",
    "*",
    r"\Z",
    "(?a)",
    "(?#a)",
    r"\pB",
]


@pytest.mark.parametrize("expression", TAKEN)
def test_what_go_takes_is_taken(expression: str) -> None:
    assert re2.fault(expression) == ""


@pytest.mark.parametrize("expression", REFUSED)
def test_what_go_refuses_is_refused(expression: str) -> None:
    assert re2.fault(expression)


@pytest.mark.parametrize(
    ("expression", "texts", "others"),
    [
        ("[^*]+", "ab", "*"),
        ("^*a", "a", "b"),
        (r"\101", "A", "101"),
        (r"[$^]\+", "$+", "$$"),
        ("[[:digit:]]+", "12", "ab"),
        ("[[:^digit:]x]+", "ab x", "12 x1"),
        (r"\Qa.b\E+", "a.b a.bb", "axb"),
        (r"\d+", "12", "\u0663"),
        (r"[\d-]+", "1-2", "1_2"),
        (r"\W", "-", "a"),
        (r"\pL", "a B", "1 _"),
        ("a(?i)b|c", "ab aB c C", "Ab AB"),
        ("(a(?i)b)c", "aBc", "aBC ABc"),
        ("(?i:a)B", "aB AB", "Ab"),
        ("(?U)a+", "a aa", "b"),
        ("x{,2}", "x{,2}", "x xx"),
        (r"\x{61}b", "ab", "xb"),
        ("..", "\u00e9 ab", "a"),
    ],
)
def test_expression_fits_what_it_says(expression: str, texts: str, others: str) -> None:
    """`make mesh-check` asks Envoys about most of these."""
    assert [text for text in texts.split() if not re2.fits(expression, text)] == []
    assert [text for text in others.split() if re2.fits(expression, text)] == []


@pytest.mark.parametrize(
    ("expression", "inside"),
    [
        ("^canary$", "canary"),
        ("a|^b$|(^c|d$)", "a|b|(c|d)"),
        ("(?i)^x.y$", "(?i)x[^;]y"),
        (r"\S+[^a-][^]b]", r"[^;\s]+[^;a-][^;\]b]"),
        (r"\Q.^$\E\$[.^$]a\z", r"\Q.^$\E\$[.^$]a"),
    ],
)
def test_expression_for_a_part_ends_at_the_delimiter(expression: str, inside: str) -> None:
    assert re2.inside(expression, ";") == inside
    assert re2.fault(inside) == ""
