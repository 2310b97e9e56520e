"""Change one value of somebody's YAML file and leave the rest of their bytes alone.

A scalar that is there is replaced in place, between its own first and last character. A key that is not there is added
by ruamel.yaml, under the settings with which it gives a usual file back as it was. Owns both. Must not know what the
keys mean or whether the new value is right.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from typing import Any

from gitramp.source import Node, Scalar, plain, walk_towards
from gitramp.yamlio.read import read
from gitramp.yamlio.write import scalar

_BYTE_ORDER_MARK = "\ufeff"
_WIDE = 1 << 20
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)


def edit(content: bytes, path: Sequence[str], value: Scalar) -> bytes:
    """Return the file with the value at `path` of its mapping set; mappings on the way are made when missing.

    Expects a file that `read` accepts. Raises KeyError with the path so far when something on the way is no mapping.
    """
    nodes = list(walk_towards(read("", content), tuple(path)))
    if not isinstance(nodes[-1].value, (dict, type(None))) and len(nodes) <= len(path):
        raise KeyError(".".join(path[: len(nodes) - 1]))
    text = content.decode("utf-8")
    if len(nodes) == len(path) + 1 and not isinstance(nodes[-1].value, (dict, list)):
        found = _spliced(text, nodes[-1], value)
        if found is not None and _changes_only(nodes[0], found, path, value):
            return found.encode("utf-8")
    return _rewritten(text, path, value).encode("utf-8")


def _changes_only(before: Node, text: str, path: Sequence[str], value: Scalar) -> bool:
    """Whether the text reads as before but for one value: a value behind an alias would change in other places too."""
    wanted = plain(before)
    parent = wanted
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return bool(plain(read("", text.encode("utf-8"))) == wanted)


def _spliced(text: str, node: Node, value: Scalar) -> str | None:
    """Replace a scalar that stands on one line; None for those that do not (block scalars, nothing at all)."""
    if type(node.value) is type(value) and node.value == value:
        return text
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    lines = text.removeprefix(mark).splitlines(keepends=True)
    line, start = lines[node.mark.line - 1], node.mark.column - 1
    quoted = _QUOTED.match(line, start)
    old = node.raw if node.raw is not None else quoted.group() if quoted else ""
    if not old or not line.startswith(old, start):
        return None
    lines[node.mark.line - 1] = f"{line[:start]}{_like(old, value)}{line[start + len(old) :]}"
    return mark + "".join(lines)


def _like(old: str, value: Scalar) -> str:
    """Write a scalar, text in the quotes that the old one had."""
    if isinstance(value, str) and old.startswith("'") and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, str) and old.startswith('"'):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if isinstance(value, str) and "," in value:  # would end the value inside `{...}`
        return json.dumps(value)
    return scalar(value)


def _rewritten(text: str, path: Sequence[str], value: Scalar) -> str:
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    yaml = _round_trip()
    tree = yaml.load(text.removeprefix(mark))
    node = tree
    for step in path[:-1]:
        if node.get(step) is None:
            node[step] = {}
        node = node[step]
    node[path[-1]] = value
    out = io.StringIO(newline="")
    yaml.dump(tree, out)
    written = out.getvalue()
    return mark + (written.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in text else written)


def _round_trip() -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415  only edits need it
    from ruamel.yaml.representer import RoundTripRepresenter  # noqa: PLC0415

    class Representer(RoundTripRepresenter):
        """Writes null as a word; a class of our own, because representers are registered on the class."""

    Representer.add_representer(type(None), lambda r, _: r.represent_scalar("tag:yaml.org,2002:null", "null"))
    yaml = YAML(typ="rt")
    yaml.Representer = Representer
    yaml.preserve_quotes = True
    yaml.width = _WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
