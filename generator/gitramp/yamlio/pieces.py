"""Read a file in pieces: each entry of one mapping for itself, so that of many versions each entry is read once.

Owns where a file may be cut without changing its meaning. Marks count from the start of a piece: it is for who asks
what a file says, not where. Must not know the overlay format.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gitramp.problem import InputRejected, Mark
from gitramp.source import Node

Read = Callable[[str, bytes], Node]

_TOP = re.compile(rb"^[^ \n#]", re.MULTILINE)
_SAYS = re.compile(rb"^ *[^ \n#]", re.MULTILINE)
_ENTRY = re.compile(rb"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*):(?=[ \n]|\Z)")


def read_in_pieces(path: str, content: bytes, key: str, read: Read) -> Node:
    """Read a file of which a key of the top level holds a large mapping; `read`, which remembers, reads its pieces.

    What cannot be cut is read as a whole. Raises as `read` does for the whole file.
    """
    pieces = _cut(content.replace(b"\r\n", b"\n").removeprefix(b"---\n"), key.encode())
    if pieces is None:
        return read(path, content)
    around, entries = pieces
    if not all(_is_block(text) for text in around):
        return read(path, content)
    try:
        tops = [read(path, text) for text in around if _SAYS.search(text)]
        children = [(name, _only(read(path, text), name)) for name, text in entries]
    except InputRejected:  # a piece that ends in the middle of something: of a quoted text, a flow mapping, an anchor
        return read(path, content)
    said = [pair for top in tops if isinstance(top.value, dict) for pair in top.value.items()]
    mapped = {name: child for name, child in children if child}
    root = {**dict(said), key: Node(mapped, Mark(path))}
    whole = len(mapped) == len(children) and len(root) == len(said) + 1  # nothing twice, nothing of another name
    return Node(root, Mark(path)) if whole else read(path, content)


def _is_block(text: bytes) -> bool:
    """Say whether a text can only be entries of a block mapping at the margin, or says nothing."""
    first = _SAYS.search(text)
    return first is None or _ENTRY.match(text, first.start()) is not None


def _only(node: Node, name: str) -> Node | None:
    """Return the value of a mapping that has this key alone."""
    return node.value.get(name) if isinstance(node.value, dict) and len(node.value) == 1 else None


def _cut(content: bytes, key: bytes) -> tuple[tuple[bytes, bytes], list[tuple[str, bytes]]] | None:
    """Cut a file into what stands around the mapping and its entries; None when its layout is not the usual one.

    Each piece begins where a block mapping goes on, if the one before it is whole: then it cannot end inside of a
    quoted text or a flow mapping, and a block scalar ends before any line that is indented less.
    """
    heads = list(re.finditer(rb"^" + re.escape(key) + rb":(?: +(?:#[^\n]*)?)?\n", content, re.MULTILINE))
    if len(heads) != 1 or b"\r" in content:
        return None
    start = heads[0].end()
    after = _TOP.search(content, start)
    end = after.start() if after else len(content)
    first = _SAYS.search(content, start, end)
    if first is None:
        return None
    depth = len(first.group()) - 1
    borders = list(re.finditer(rb"^ {1,%d}(?=[^ \n#])" % depth, content[start:end], re.MULTILINE))
    names = [_ENTRY.match(content, start + border.end()) for border in borders]
    if any(len(border.group()) != depth for border in borders) or not all(names):
        return None
    places = [*(start + border.start() for border in borders), end]
    entries = [
        (name["name"].decode(), content[place:following])
        for name, place, following in zip(names, places, places[1:], strict=False)
        if name
    ]
    return (content[: heads[0].start()], content[end:]), entries
