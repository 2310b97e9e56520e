"""Quantities: what is read, what is not, and that amounts compare exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp.checks.quantity import read_quantity

SCALES = {
    **{
        suffix: Fraction(10) ** (3 * n)
        for n, suffix in enumerate(["n", "u", "m", "", "k", "M", "G", "T", "P", "E"], -3)
    },
    **{suffix: Fraction(1024) ** n for n, suffix in enumerate(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"], 1)},
}


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("0", 0),
        ("1", 1),
        ("+1", 1),
        ("-1", -1),
        ("007", 7),
        ("1.", 1),
        (".5", Fraction(1, 2)),
        ("1.5", Fraction(3, 2)),
        ("250m", Fraction(1, 4)),
        ("0.1", Fraction(1, 10)),
        ("100u", Fraction(1, 10_000)),
        ("1n", Fraction(1, 10**9)),
        ("2k", 2000),
        ("1Ki", 1024),
        ("1.5Gi", 3 * 2**29),
        ("1M", 10**6),
        ("1E", 10**18),
        ("1Ei", 2**60),
        ("1E3", 1000),
        ("1e3", 1000),
        ("1e+3", 1000),
        ("12e-1", Fraction(6, 5)),
        (2, 2),
        (0.5, Fraction(1, 2)),
        (1e-7, Fraction(1, 10**7)),
    ],
)
def test_a_quantity_is_read_exactly(written: Any, amount: Fraction | int) -> None:
    assert read_quantity(written) == amount


@pytest.mark.parametrize(
    "written",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        ".",
        "m",
        "1K",
        "1KB",
        "1ki",
        "1mi",
        "1ni",
        "1e",
        "1e3m",
        "1_000",
        "1,5",
        "--1",
        "0x10",
        "1e999999999",
        "inf",
        "\u0661",
        float("nan"),
        float("inf"),
        None,
        True,
        [],
        {},
    ],
)
def test_anything_else_is_no_quantity(written: Any) -> None:
    assert read_quantity(written) is None


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), st.integers(0, 9), st.sampled_from(sorted(SCALES)))
def test_digits_point_and_suffix_say_the_amount(digits: int, places: int, suffix: str) -> None:
    whole, fraction = divmod(abs(digits), 10**places)
    point = f".{fraction:0{places}d}" if places else ""
    written = f"{'-' if digits < 0 else ''}{whole}{point}{suffix}"
    assert read_quantity(written) == Fraction(digits, 10**places) * SCALES[suffix]


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(-99, 99), st.sampled_from("eE"))
def test_an_exponent_says_the_amount(digits: int, exponent: int, letter: str) -> None:
    assert read_quantity(f"{digits}{letter}{exponent}") == digits * Fraction(10) ** exponent


@settings(deadline=None)
@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_amounts_compare_as_the_numbers_do(one: int, other: int) -> None:
    first, second = read_quantity(f"{one}n"), read_quantity(f"{other}n")
    assert first is not None
    assert second is not None
    assert (first < second) == (one < other)


@settings(deadline=None)
@given(st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.integers()))
def test_reading_never_raises(written: Any) -> None:
    amount = read_quantity(written)
    assert amount is None or isinstance(amount, Fraction)
