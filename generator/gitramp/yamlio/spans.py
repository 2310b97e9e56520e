"""Where each value of a YAML file begins and ends, in characters: what an edit has to know, and a reader has not.

Owns the way from libyaml's events to spans. Must not know what is edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Span:
    """One value: the characters from `start` up to `end`, an anchor before it not counted.

    `keys` and `children` are those of a mapping. `column` is where the keys of a mapping in block style stand;
    `in_braces` says that a mapping or list is in flow style.
    """

    kind: str
    start: int
    end: int
    column: int = 0
    in_braces: bool = False
    keys: Mapping[str, Span] = field(default_factory=dict)
    children: Mapping[str, Span] = field(default_factory=dict)


def spans(text: str) -> Span:
    """Return the spans of a text, without byte order mark, that holds one document which `read` accepts."""
    events = _Parser(text)
    for _ in range(2):  # start of the stream, start of the document
        events.get_event()
    return _span(text, events)


def _span(text: str, events: Any) -> Span:
    event = events.get_event()
    start, end = _behind_anchor(text, event), event.end_mark.index
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(text, events, event, start)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(text, events, event, start)
    if isinstance(event, yaml.AliasEvent):
        return Span("alias", start, end)
    # A block scalar ends where the next thing begins; the blank lines before that are not its own.
    return Span("scalar", start, start + len(text[start:end].rstrip()))


def _behind_anchor(text: str, event: Any) -> int:
    start = int(event.start_mark.index)
    anchor = f"&{event.anchor}"
    if isinstance(event, yaml.AliasEvent) or event.anchor is None or not text.startswith(anchor, start):
        return start
    rest = text[start + len(anchor) :]
    return start + len(anchor) + len(rest) - len(rest.lstrip())


def _mapping(text: str, events: Any, event: Any, start: int) -> Span:
    keys: dict[str, Span] = {}
    children: dict[str, Span] = {}
    column = 0
    while not events.check_event(yaml.MappingEndEvent):
        key = events.peek_event()
        column = column if keys else key.start_mark.column
        keys[key.value] = _span(text, events)
        children[key.value] = _span(text, events)
    closed = events.get_event().end_mark.index
    braces = bool(event.flow_style)
    end = closed if braces else max((child.end for child in children.values()), default=start)
    return Span("mapping", start, end, column, braces, keys, children)


def _sequence(text: str, events: Any, event: Any, start: int) -> Span:
    end = start
    while not events.check_event(yaml.SequenceEndEvent):
        end = _span(text, events).end
    closed = events.get_event().end_mark.index
    return Span("list", start, closed if event.flow_style else end, in_braces=bool(event.flow_style))
