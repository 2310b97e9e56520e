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
    ("expression", "text"), [("[^*]+", "ab"), ("^*a", "a"), (r"\101", "A"), (r"[$^]\+", "$+"), ("[[:digit:]]+", "12")]
)
def test_expression_fits_what_it_says(expression: str, text: str) -> None:
    assert re2.fits(expression, text)


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
