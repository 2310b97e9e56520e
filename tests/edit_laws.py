"""What an edit may do to the bytes of a file, told by rules that know nothing of how it is done.

The places of values come from PyYAML's composer, lines are compared with lines, characters with characters.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import yaml

from gitramp import yamlio
from gitramp.source import plain
from random_files import BYTE_ORDER_MARK, MARKER

REFUSED = "refused"


class Edit(NamedTuple):
    """An edit: a value, or None with `goes` for a key that goes."""

    path: list[str]
    value: Any
    goes: bool = False


class Place(NamedTuple):
    """The nodes of a key, its value and the mapping around them; the lines from `first` up to `stop` are theirs."""

    key: Any
    value: Any
    mapping: Any
    first: int
    stop: int


def obeyed(content: bytes, edit: Edit) -> tuple[bytes, str]:
    """Return the file with an edit, and the law that held; the file as it is when the edit was refused."""
    before = reading(content)
    try:
        after = yamlio.remove(content, edit.path) if edit.goes else yamlio.edit(content, edit.path, edit.value)
    except KeyError:
        assert blocked(before, edit.path)
        return content, REFUSED
    except yamlio.NotAlone:
        return content, REFUSED
    wanted = without(before, edit.path) if edit.goes else put(before, edit.path, edit.value)
    assert exact(reading(after)) == exact(wanted)
    assert after.startswith(BYTE_ORDER_MARK) == content.startswith(BYTE_ORDER_MARK)
    assert (after == content) == (exact(wanted) == exact(before))
    if after == content:
        return content, "nothing to do"
    assert b"\r\n" in content or b"\r" not in after
    assert b"\r\n" not in content or b"\n" not in after.replace(b"\r\n", b"")
    return after, _law(content, after, edit)


def _law(content: bytes, after: bytes, edit: Edit) -> str:
    text, new = content.decode("utf-8-sig"), after.decode("utf-8-sig")
    place = placed(text, edit.path)
    if edit.goes:
        assert place
        if place.mapping.flow_style:
            return f"gone: {_in_braces(text, new, place.mapping, (place.first, place.stop))}"
        return _gone(text, new, edit.path, place)
    if place is None:
        return _added(content, after, edit)
    return _replaced(content, after, edit, place)


def placed(text: str, path: list[str]) -> Place | None:
    """Return where a key stands; None when there is no such key."""
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    place: Place | None = None
    for step in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = next(((key, child) for key, child in pairs if key.value == step), None)
        if found is None:
            return None
        place = Place(*found, node, *_rows(text, *found))
        node = found[1]
    return place


def _rows(text: str, key: Any, value: Any) -> tuple[int, int]:
    first, last = key.start_mark.line, value.end_mark.line
    if value.start_mark.index < key.start_mark.index:  # an alias: the composer has the marks of what it stands for
        return first, first + 1
    if isinstance(value, yaml.ScalarNode) and value.style in {"|", ">"}:  # ends where the next thing begins
        last -= value.end_mark.column == 0 or not text[: value.end_mark.index].endswith(value.value[-1:])
    elif not getattr(value, "flow_style", True):  # so does a collection in block style
        last = max(_rows(text, child, child)[1] - 1 for child in _leaves(value))
    lines = text.splitlines()
    while last > first and (last >= len(lines) or not lines[last].strip()):
        last -= 1
    return first, last + 1


def _leaves(node: Any) -> list[Any]:
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return [leaf for pair in node.value for each in pair for leaf in _leaves(each)]
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return [leaf for each in node.value for leaf in _leaves(each)]
    return [node]


def _replaced(content: bytes, after: bytes, edit: Edit, place: Place) -> str:
    """Outside of the lines of the key nothing changes; a value on one line changes alone, and can be changed back."""
    text, new = content.decode("utf-8-sig"), after.decode("utf-8-sig")
    _framed(text, new, place.first, place.stop)
    start, stop = place.value.start_mark.index, place.value.end_mark.index
    written = text[start:stop]
    if not isinstance(place.value, yaml.ScalarNode) or not written or "\n" in written or written[0] == "&":
        return "replaced: nothing but its lines"
    if not (written in {"null", "~"} and isinstance(edit.value, dict)):
        assert new.startswith(text[:start])
        assert new.endswith(text[stop:])
    assert new.count(MARKER) == text.count(MARKER)
    old, there = value_at(reading(content), edit.path), placed(new, edit.path)
    assert there
    if isinstance(edit.value, dict) or there.value.style != place.value.style or written != _as_edited(old, written):
        return "replaced: nothing but it"
    assert yamlio.edit(after, edit.path, old) == content
    return "replaced: and back"


def _as_edited(value: Any, like: str) -> str:
    """Write a value in the quotes that it has, the only way in which an edit does."""
    if like.startswith("'"):
        return "'" + str(value).replace("'", "''") + "'"
    if like.startswith('"'):
        return json.dumps(value, ensure_ascii=False)
    return yamlio.write({"a": value}).decode()[3:].rstrip("\n")


def _added(content: bytes, after: bytes, edit: Edit) -> str:
    """In block style lines come in and no line changes; in braces no line outside does. Taken out, it never was."""
    text, new = content.decode("utf-8-sig"), after.decode("utf-8-sig")
    known = next(n for n in range(len(edit.path) - 1, -1, -1) if n == 0 or placed(text, edit.path[:n]))
    place = placed(text, edit.path[:known])
    mapping = place.value if place else yaml.compose(text, Loader=yaml.CSafeLoader)
    if not isinstance(mapping, yaml.MappingNode):
        assert place
        _framed(text, new, place.first, place.stop)
        return "added: in place of null"
    law = _in_braces(text, new, mapping) if mapping.flow_style else _inserted(text, new)
    if mapping.value:
        assert yamlio.remove(after, edit.path[: known + 1]) == content
    return f"added: {law}"


def _inserted(text: str, new: str) -> str:
    old, lines = _lines(text), _lines(new)
    above = _shared(old, lines)
    assert _shared(old[::-1], lines[::-1]) >= len(old) - above
    assert all(line.strip() for line in lines[above : len(lines) - len(old) + above])
    return "lines"


def _in_braces(text: str, new: str, mapping: Any, gone: tuple[int, int] = (0, 0)) -> str:
    """Nothing outside of the braces changes, nor between them a comment on a line of its own and not of what went."""
    start, stop = mapping.start_mark.index, mapping.end_mark.index
    assert new.startswith(text[: start + 1])
    assert new.endswith(text[stop - 1 :])
    inside = new[start : len(new) - len(text) + stop]
    for row in {*range(mapping.start_mark.line, mapping.end_mark.line)} - {*range(*gone)}:
        line = text.splitlines()[row].strip()
        assert not line.startswith("#") or line in inside
    return "in braces"


def _gone(text: str, new: str, path: list[str], place: Place) -> str:
    """Only lines of the key go, comments of its own, and one blank line or, at the end, all; `{}` may come."""
    old, lines = _lines(text), _lines(new)
    law = "gone: lines"
    if len(place.mapping.value) == 1:
        law = "gone: the last key"
        around = placed(text, path[:-1])
        at = around.key.start_mark.line if around else next(n for n, line in enumerate(lines) if line == "{}")
        lines[at : at + 1] = [lines[at].replace(" {}", "", 1)] if around else []
    above = _shared(old[: place.first], lines)
    below = len(lines) - above
    assert below <= len(old) - place.stop
    assert lines[above:] == old[len(old) - below :]
    column = place.key.start_mark.column
    lead, beneath = old[above : place.first], old[place.stop : len(old) - below]
    own = str(place.value.value).endswith("\n")  # a blank line that belongs to the value
    assert not below or sum(not line.strip() for line in [*lead, *beneath]) <= 1 + own
    assert all(line.lstrip().startswith("#") for line in [*lead, *beneath] if line.strip())
    assert all(_indent(line) == column for line in lead if line.strip())
    assert all(_indent(line) > column for line in beneath if line.strip())
    return law


def _framed(text: str, new: str, first: int, stop: int) -> None:
    """Demand that the lines around some are the same."""
    lines = text.splitlines(keepends=True)
    assert new.startswith("".join(lines[:first]))
    assert new.endswith("".join(lines[stop:]))


def _lines(text: str) -> list[str]:
    return text.splitlines()


def _shared(one: list[str], other: list[str]) -> int:
    """Return how many lines two texts share from their start."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def reading(content: bytes) -> Any:
    return plain(yamlio.read("f", content))


def value_at(tree: Any, path: list[str]) -> Any:
    return value_at(tree[path[0]], path[1:]) if path else tree


def blocked(tree: Any, path: list[str]) -> bool:
    for step in path:
        if tree is None:
            return False
        if not isinstance(tree, dict):
            return True
        tree = tree.get(step)
    return False


def put(tree: Any, path: list[str], value: Any) -> Any:
    below = tree or {}
    return value if not path else below | {path[0]: put(below.get(path[0]), path[1:], value)}


def without(tree: Any, path: list[str]) -> Any:
    if not isinstance(tree, dict) or path[0] not in tree:
        return tree
    if len(path) == 1:
        return {key: child for key, child in tree.items() if key != path[0]}
    return tree | {path[0]: without(tree[path[0]], path[1:])}


def exact(tree: Any) -> str:
    """Write a tree so that 1, true and "1" differ, and the order of keys does not."""
    return json.dumps(tree, sort_keys=True)
