"""Write a tree as canonical YAML: the same bytes for the same tree, and the same tree to every reader.

Owns quoting and layout. A string stays unquoted only when it is provably a plain word to YAML 1.1 and 1.2 readers
alike: Kubernetes tools read with go-yaml v2, where `on`, `y`, `1e3`, `08` and `1:30` are not strings
(https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go). Must not know what the tree means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./@%+=,-]*(?::[A-Za-z0-9_./@%+=,-]+)*(?: [A-Za-z0-9_./@%+=,-]+)*")
_RESERVED: Final = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"},
)
# JSON leaves these as they are; YAML readers take some for line ends and refuse others.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_LITERAL = re.compile("[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]*")


def write(tree: Mapping[str, Any], comment: str = "") -> bytes:
    """Write one document: optional comment line, block style, two spaces, LF, one newline at the end.

    Keys keep the order of the tree. Raises TypeError for what JSON could not hold: a bug of the caller.
    """
    lines = [f"# {comment}"] if comment else []
    lines.extend(_mapping(tree, "") if tree else ["{}"])
    lines.append("")
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
    message = f"{type(value).__name__} {value!r} has no canonical form"
    raise TypeError(message)


def _string(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSAFE.sub(lambda m: f"\\u{ord(m.group()):04x}", quoted)


def _mapping(tree: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in tree.items():
        yield from _entry(f"{indent}{_string(key)}:", value, indent)


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield start if value else f"{start} {{}}"
        yield from _mapping(value, indent + "  ")
    elif isinstance(value, (list, tuple)):
        yield start if value else f"{start} []"
        yield from _sequence(value, indent + "  ")
    elif isinstance(value, str) and "\n" in value and _fits_literal(value):
        yield f"{start} {'|' if value.endswith(chr(10)) else '|-'}"
        yield from (f"{indent}  {line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    else:
        yield f"{start} {scalar(value)}"


def _sequence(items: list[Any] | tuple[Any, ...], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping) and item:
            first, *rest = _mapping(item, indent + "  ")
            yield f"{indent}- {first[len(indent) + 2 :]}"
            yield from rest
        else:
            yield from _entry(f"{indent}-", item, indent)


def _fits_literal(text: str) -> bool:
    """Whether `|` keeps the text: only LF, no blank at a line's end or the start."""
    lines = text.removesuffix("\n").split("\n")
    return (
        bool(_LITERAL.fullmatch(text))
        and lines[0] != ""
        and not lines[0].startswith(" ")
        and lines[-1] != ""
        and all(line == line.rstrip(" ") for line in lines)
    )
