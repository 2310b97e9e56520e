"""Read one YAML file into nodes with marks, closing the traps in which readers differ.

Owns the scalar rules (YAML 1.2 core), the caps, and the wording of syntax errors. Reads libyaml's events instead of
composing a document first: the caps act before memory is spent, and an alias costs nothing. Must not know the
overlay format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeVar

import yaml

from gitramp.problem import Code, Finding, InputRejected, Mark, Report
from gitramp.secrets import HIDDEN, names_a_secret
from gitramp.source import Node, Scalar, show
from gitramp.yamlio import codes, kubernetes

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_NODES: Final = 200_000
MAX_ALIASED_NODES: Final = 10_000

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is about five times as fast

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# What YAML forbids, and the line ends that only YAML 1.1 knows: editors show one line where a reader would see two.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_CONFLICT = re.compile(r"<{7} |>{7} |\|{7} ")
_LINE_END = re.compile("\r\n|[\r\n]")
_NUMERIC_START: Final = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_AMBIGUOUS = re.compile(r"[-+]?0[0-9_]+|0o[0-7]+|0x[0-9a-fA-F]+|0b[01]+")
_MAX_DIGITS: Final = 40


def read(path: str, content: bytes) -> Node:
    """Read one file; `path` is what marks will say.

    Raises `InputRejected` with one finding for a file that is not one safe YAML document.
    """
    return _read(path, content, _Reader.document)


def read_all(path: str, content: bytes) -> tuple[Node, ...]:
    """Read every document of a file, empty ones left out; raises as `read` does."""
    return _read(path, content, lambda reader: tuple(reader.documents()))


def read_manifests(path: str, content: bytes) -> tuple[Node, ...]:
    """Read every document of a file of manifests as kubectl would; raises as `read` does."""
    return _read(path, content, lambda reader: tuple(reader.documents()), lambda text, _: kubernetes.scalar(text))


_Read = TypeVar("_Read")
_Resolve = Callable[[str, Mark], Scalar]


def _read(path: str, content: bytes, how: Callable[[_Reader], _Read], resolve: _Resolve | None = None) -> _Read:
    text = _decode(path, content)
    try:
        return how(_Reader(path, text, resolve or _scalar))
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(path, text, error) from None
    except yaml.YAMLError as error:  # reader errors: control characters, which have a position but no mark
        raise _rejected(codes.ENCODING, Mark(path), f"unreadable character: {str(error).splitlines()[0]}") from None


def too_large(path: str, size: int) -> Finding:
    """Say that a file of `size` bytes is beyond the cap."""
    message = f"the file has {size:,} bytes, the limit is {MAX_BYTES:,}"
    return Finding(codes.TOO_LARGE, message, Mark(path))


def _rejected(code: Code, mark: Mark, message: str, remedy: str = "") -> InputRejected:
    return InputRejected(Report((Finding(code, message, mark, remedy),)))


def _decode(path: str, content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise InputRejected(Report((too_large(path, len(content)),)))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        raise _rejected(codes.ENCODING, _mark_after(path, before), "the file is not UTF-8 text") from None
    control = _CONTROL.search(text)
    if control:
        message = f"control character {ascii(control.group())[1:-1]}"
        raise _rejected(codes.ENCODING, _mark_after(path, text[: control.start()]), message, "remove the character")
    return text


def _mark_after(path: str, before: str) -> Mark:
    lines = _LINE_END.split(before)
    return Mark(path, len(lines), len(lines[-1]) + 1)


def _syntax_error(path: str, text: str, error: yaml.MarkedYAMLError) -> InputRejected:
    at = error.problem_mark or error.context_mark
    mark = Mark(path, at.line + 1, at.column + 1) if at else Mark(path)
    lines = _LINE_END.split(text.rstrip())
    if mark.line > len(lines):  # the end of the file: point at what stands last
        mark = Mark(path, len(lines), len(lines[-1]) + 1)
    conflict = next((number for number, each in enumerate(lines, 1) if _CONFLICT.match(each)), 0)
    if conflict:
        remedy = "choose between the two sides, and take Git's three marks out"
        return _rejected(codes.SYNTAX, Mark(path, conflict, 1), "a merge conflict that nobody has settled", remedy)
    line = lines[mark.line - 1]
    if "\t" in line[: len(line) - len(line.lstrip())] or line[mark.column - 1 : mark.column] == "\t":
        return _rejected(codes.SYNTAX, mark, "a tab where indentation belongs", "indent with spaces")
    said = ", ".join(str(part) for part in (error.context, error.problem) if part)
    return _rejected(codes.SYNTAX, mark, said or "not YAML")


def _discreet(key: str, rejected: InputRejected) -> InputRejected:
    """Keep what cannot be read out of the message where its key says that it is a secret."""
    if not names_a_secret(key):
        return rejected
    hidden = (replace(f, message=f"{f.code.title} {HIDDEN}", remedy="") for f in rejected.report)
    return InputRejected(Report.of(hidden))


class _Reader:
    """One pass over the events of one file; holds the anchors and the counts that the caps need."""

    def __init__(self, path: str, text: str, resolve: _Resolve) -> None:
        self._path = path
        self._resolve = resolve
        self._events = _Parser(text)
        self._anchors: dict[str, tuple[Node, int, int] | None] = {}
        """Anchor -> node, number of values and levels in it; None while it is being read."""
        self._deepest = 0
        self._nodes = 0
        self._aliased = 0

    def document(self) -> Node:
        """Return the root of the only document."""
        self._events.get_event()  # stream start
        if self._events.check_event(yaml.StreamEndEvent):
            raise _rejected(codes.EMPTY, Mark(self._path), "the file is empty")
        root = self._document()
        if root.value is None:
            raise _rejected(codes.EMPTY, root.mark, "the document is empty")
        if not self._events.check_event(yaml.StreamEndEvent):
            mark = self._mark(self._events.peek_event())
            raise _rejected(codes.SEVERAL_DOCUMENTS, mark, "a second document starts here")
        return root

    def documents(self) -> Iterator[Node]:
        """Yield the root of each document that holds something."""
        self._events.get_event()  # stream start
        while not self._events.check_event(yaml.StreamEndEvent):
            root = self._document()
            if root.value is not None:
                yield root

    def _document(self) -> Node:
        self._events.get_event()  # document start
        self._anchors = {}
        root = self._node(0)
        self._events.get_event()  # document end
        return root

    def _mark(self, event: Any) -> Mark:
        return Mark(self._path, event.start_mark.line + 1, event.start_mark.column + 1)

    def _node(self, depth: int, key_mark: Mark | None = None) -> Node:
        event = self._events.get_event()
        mark = self._mark(event)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), depth, mark, key_mark)
        self._count(depth, mark)
        self._refuse_tag(event, mark)
        if event.anchor is None:
            return self._content(event, depth, mark, key_mark)
        return self._anchored(event, depth, mark, key_mark)

    def _anchored(self, event: Any, depth: int, mark: Mark, key_mark: Mark | None) -> Node:
        values, outside = self._nodes + self._aliased, self._deepest
        self._anchors[event.anchor] = None  # open: an alias to it from inside would never end
        self._deepest = depth
        node = self._content(event, depth, mark, key_mark)
        self._anchors[event.anchor] = (node, self._nodes + self._aliased - values + 1, self._deepest - depth)
        self._deepest = max(outside, self._deepest)
        return node

    def _refuse_tag(self, event: Any, mark: Mark) -> None:
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise _rejected(codes.TAG, mark, f"tag {tag} is not allowed in an overlay")

    def _content(self, event: Any, depth: int, mark: Mark, key_mark: Mark | None) -> Node:
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self._mapping(depth), mark, key_mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._sequence(depth), mark, key_mark)
        if not event.implicit[0]:  # quoted or block: text, whatever it looks like
            return Node(event.value, mark, key_mark)
        return Node(self._resolve(event.value, mark), mark, key_mark, event.value)

    def _count(self, depth: int, mark: Mark) -> None:
        self._nodes += 1
        self._descend(depth, mark)
        if self._nodes > MAX_NODES:
            raise _rejected(codes.TOO_LARGE, mark, f"more than {MAX_NODES:,} values in one file")

    def _descend(self, depth: int, mark: Mark) -> None:
        self._deepest = max(self._deepest, depth)
        if depth > MAX_DEPTH:
            raise _rejected(codes.TOO_LARGE, mark, f"nested more than {MAX_DEPTH} levels deep", "nest less")

    def _alias(self, anchor: str, depth: int, mark: Mark, key_mark: Mark | None) -> Node:
        known = self._anchors.get(anchor, ())
        if known == ():
            raise _rejected(codes.ALIAS, mark, f"alias *{anchor} has no anchor before it")
        if not known:
            raise _rejected(codes.ALIAS, mark, f"alias *{anchor} is inside the value it stands for")
        node, size, levels = known
        self._descend(depth + levels, mark)
        self._aliased += size
        if self._aliased > MAX_ALIASED_NODES:
            raise _rejected(codes.ALIAS, mark, f"aliases expand to more than {MAX_ALIASED_NODES:,} values")
        return node._replace(key_mark=key_mark)

    def _sequence(self, depth: int) -> list[Node]:
        items: list[Node] = []
        while not self._events.check_event(yaml.SequenceEndEvent):
            items.append(self._node(depth + 1))
        self._events.get_event()
        return items

    def _mapping(self, depth: int) -> dict[str, Node]:
        children: dict[str, Node] = {}
        while not self._events.check_event(yaml.MappingEndEvent):
            key, mark = self._key()
            if key in children:
                first = children[key].key_mark
                message = f"key `{show(key)}` is said twice; first at line {first.line if first else '?'}"
                raise _rejected(codes.DUPLICATE_KEY, mark, message)
            try:
                children[key] = self._node(depth + 1, mark)
            except InputRejected as rejected:
                raise _discreet(key, rejected) from None
        self._events.get_event()
        return children

    def _key(self) -> tuple[str, Mark]:
        event = self._events.get_event()
        mark = self._mark(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise _rejected(codes.KEY_NOT_STRING, mark, "a key must be a plain string", "write the key as text")
        self._refuse_tag(event, mark)
        self._count(0, mark)
        if event.implicit[0] and event.value == "<<":
            raise _rejected(codes.MERGE_KEY, mark, "merge keys `<<` are not part of YAML 1.2")
        if event.implicit[0] and not isinstance(self._resolve(event.value, mark), str):
            message = f"key {show(event.value) or 'null'} is not a string"
            raise _rejected(codes.KEY_NOT_STRING, mark, message, f'write "{event.value}"')
        return str(event.value), mark


def _scalar(text: str, mark: Mark) -> Scalar:
    """Resolve unquoted text by the YAML 1.2 core schema; refuse what 1.1 and 1.2 take for different numbers."""
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if text[0] not in _NUMERIC_START:
        return text
    if _AMBIGUOUS.fullmatch(text):
        message = f"{text} is a different number, or text, to different YAML readers"
        raise _rejected(codes.AMBIGUOUS_NUMBER, mark, message, f'write "{text}" if it is text')
    if len(text) > _MAX_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(re.sub(r"\.(?=[in])", "", text.lower())) if _FLOAT.fullmatch(text) else text
