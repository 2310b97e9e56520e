"""Kubernetes quantities as exact numbers: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/.

Owns the notation. Must not know what is measured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

# Two digits of exponent reach beyond every amount the API can hold; more would only cost memory to compute.
_QUANTITY = re.compile(
    r"(?P<number>[+-]?([0-9]{1,100}(\.[0-9]{0,100})?|\.[0-9]{1,100}))"
    r"([eE](?P<exponent>[+-]?[0-9]{1,2})|(?P<suffix>[KMGTPE]i|[numkMGTPE]?))"
)
_DECIMAL: Mapping[str, int] = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Mapping[str, int] = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


def read_quantity(written: Any) -> Fraction | None:
    """Return the exact amount, or None for what is no quantity; a bare number is one, as it is in JSON."""
    if isinstance(written, int) and not isinstance(written, bool):
        return Fraction(written)
    match = _QUANTITY.fullmatch(str(written)) if isinstance(written, (str, float)) else None
    return match and Fraction(match["number"]) * _scale(match["suffix"], match["exponent"])


def _scale(suffix: str | None, exponent: str | None) -> Fraction:
    if exponent is not None:
        return Fraction(10) ** int(exponent)
    assert suffix is not None
    return Fraction(2) ** _BINARY[suffix] if suffix in _BINARY else Fraction(10) ** _DECIMAL[suffix]
