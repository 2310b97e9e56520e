"""Unquoted scalars as the readers around Kubernetes take them: YAML 1.1 in the manner of its Go library.

Owns those rules, for manifests that somebody else wrote: what kubectl would send is what must be judged, so `y` is a
truth value and `0644` is 420. Must not know where a scalar stands.
https://github.com/kubernetes-sigs/yaml
"""

from __future__ import annotations

import re
from typing import Final

from gitramp.source import Scalar

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"})
_FALSE: Final = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"})
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]*))"
)
_BASES: Final = {"x": 16, "b": 2, "o": 8, "d": 10}
_FLOAT = re.compile(r"[-+]?[0-9]*\.?[0-9]+([eE][-+][0-9]+)?")
_SPECIAL: Final = {
    f"{sign}.{spelt}": float(f"{sign}inf") for sign in ("", "+", "-") for spelt in ("inf", "Inf", "INF")
} | {f".{spelt}": float("nan") for spelt in ("nan", "NaN", "NAN")}
_MAX_DIGITS: Final = 40
"""More digits than any number of the API has; longer ones stay text."""


def scalar(text: str) -> Scalar:
    """Resolve unquoted text."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text in _SPECIAL:
        return _SPECIAL[text]
    plain = text.replace("_", "")
    if len(plain) > _MAX_DIGITS:
        return text
    found = _INTEGER.fullmatch(plain)
    if found and found.lastgroup:
        return int(found["sign"] + found[found.lastgroup], _BASES[found.lastgroup])
    return float(plain) if _FLOAT.fullmatch(plain) else text
