"""Write a tree as canonical YAML: the same bytes for the same tree, and the same tree to every reader.

Owns quoting and layout. A string stays unquoted only when it is provably a plain word to YAML 1.1 and 1.2 readers
alike: Kubernetes tools read with go-yaml v2, where `on`, `y`, `1e3`, `08` and `1:30` are not strings
(https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go). Must not know what the tree means.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./@%+=,-]*(?::[A-Za-z0-9_./@%+=,-]+)*(?: [A-Za-z0-9_./@%+=,-]+)*")
_LONGEST_KEY: Final = 1000  # readers look for a key's colon within 1024 characters; beyond, it is said with `?`
_RESERVED: Final = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"},
)
# JSON leaves these as they are; YAML readers take some for line ends and refuse others.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_LITERAL = re.compile("[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]*")


def write(tree: Mapping[str, Any], comment: str = "") -> bytes:
    """Write one document: optional comment line, block style, two spaces, LF, one newline at the end.

    Keys keep the order of the tree. Raises TypeError for what JSON could not hold: a bug of the caller.
    """
    lines = [f"# {comment}"] if comment else []
    _mapping(tree, "", lines)
    lines.append("" if tree else "{}\n")
    return "\n".join(lines).encode("utf-8")


def scalar(value: str | float | bool | None) -> str:  # noqa: FBT001  a truth value is content here
    """Write one scalar on one line."""
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return _float(value)
    message = f"{type(value).__name__} {value!r} has no canonical form"
    raise TypeError(message)


def _float(value: float) -> str:
    """Write a number with a fraction as YAML 1.1 wants it, too: with a dot, and with a sign in the exponent."""
    mantissa, _, exponent = repr(value).partition("e")
    whole = mantissa if "." in mantissa else f"{mantissa}.0"
    return whole if not exponent else f"{whole}e{int(exponent):+d}"


@functools.lru_cache(maxsize=1 << 16)  # keys and labels come back in every object
def _string(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSAFE.sub(lambda m: f"\\u{ord(m.group()):04x}", quoted)


# The three below append to one list instead of yielding: ten thousand objects are written three times as fast.


def _mapping(tree: Mapping[str, Any], indent: str, lines: list[str]) -> None:
    for key, value in tree.items():
        written = _string(key)
        if len(written) > _LONGEST_KEY:
            lines.append(f"{indent}? {written}")
            written = ""
        _entry(f"{indent}{written}:", value, indent, lines)


def _entry(start: str, value: Any, indent: str, lines: list[str]) -> None:
    if isinstance(value, dict):
        lines.append(start if value else f"{start} {{}}")
        _mapping(value, indent + "  ", lines)
    elif isinstance(value, (list, tuple)):
        lines.append(start if value else f"{start} []")
        _sequence(value, indent + "  ", lines)
    elif isinstance(value, str) and "\n" in value and _fits_literal(value):
        lines.append(f"{start} {'|' if value.endswith(chr(10)) else '|-'}")
        lines.extend(f"{indent}  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    else:
        lines.append(f"{start} {scalar(value)}")


def _sequence(items: Sequence[Any], indent: str, lines: list[str]) -> None:
    for item in items:
        if isinstance(item, dict) and item:
            first = len(lines)
            _mapping(item, indent + "  ", lines)
            lines[first] = f"{indent}- {lines[first][len(indent) + 2 :]}"
        else:
            _entry(f"{indent}-", item, indent, lines)


def _fits_literal(text: str) -> bool:
    """Whether `|` keeps the text: only LF, no blank at a line's end or the start."""
    lines = text.removesuffix("\n").split("\n")
    return (
        bool(_LITERAL.fullmatch(text))
        and lines[0] != ""
        and not lines[0].startswith((" ", "\t"))  # would be taken for indentation
        and lines[-1] != ""
        and all(line == line.rstrip() for line in lines)
    )
