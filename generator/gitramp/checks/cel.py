r"""Expressions in CEL, as far as whether they can be read: https://github.com/google/cel-spec/blob/master/doc/langdef.md.

Owns the grammar. Must not know what an expression is about, nor which names it may use.

A reader is either before a value or behind one, within brackets that are kept on a stack; so nothing is nested in
Python, however deep an expression is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gitramp.source import show

_ESCAPE = r"\\(?:[abfnrtv\"'`?\\]|x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})"
_QUOTED = "|".join(
    [
        *(rf"{q}{q}{q}(?:{_ESCAPE}|[^\\])*?{q}{q}{q}" for q in "\"'"),
        *(rf"{q}(?:{_ESCAPE}|[^\\\n\r{q}])*{q}" for q in "\"'"),
    ]
)
_RAW = r""" \"{3}(?s:.)*?\"{3} | '{3}(?s:.)*?'{3} | "[^"\n\r]*" | '[^'\n\r]*' """
_TOKEN = re.compile(
    rf"""
    (?P<space>[\t\ \r\n\f]+|//[^\n]*)
    | (?P<value>[bB]?[rR](?:{_RAW}) | [bB]?(?:{_QUOTED})
        | [0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)? | [0-9]+[eE][-+]?[0-9]+ | \.[0-9]+(?:[eE][-+]?[0-9]+)?
        | 0x[0-9a-fA-F]+[uU]? | [0-9]+[uU]?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*|`[A-Za-z0-9_.\-/\ ]+`)
    | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{{}}])
    """,
    re.VERBOSE,
)
_BINARY = {"&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "in"}
_LITERALS = {"true", "false", "null"}
_WORDS = "as break const continue else for function if import let loop package namespace return var void while"
_RESERVED = frozenset(_WORDS.split())
_CLOSED = {")": {"(", "call"}, "]": {"[", "index"}, "}": {"{ value", "fields value"}}
_EMPTY = {")": {"call"}, "]": {"["}, "}": {"{", "fields"}}
_COMMA, _COLON, _DOT = ",:."
_CALLED = {"(": "call", "{": "fields", "[": "index"}


class _State(NamedTuple):
    """Where a reader is: within which brackets, before or behind a value, and behind which token."""

    open: tuple[str, ...] = ()
    behind: bool = False
    last: str = ""

    @property
    def top(self) -> str:
        return self.open[-1] if self.open else ""

    def into(self, bracket: str) -> _State:
        return _State((*self.open, bracket))

    def out(self, bracket: str = "", *, behind: bool = True) -> _State:
        """Leave the innermost bracket, for another one if one is said."""
        return _State((*self.open[:-1], bracket) if bracket else self.open[:-1], behind)


def fault(expression: str) -> str:
    """Say why an expression cannot be read, in words that follow it; "" when it can."""
    state, at = _State(), 0
    while at < len(expression):
        token = _TOKEN.match(expression, at)
        if token is None:
            return f"has {show(expression[at])} in it, which starts nothing"
        if not token["space"]:
            name = bool(token["word"]) and token[0] not in _LITERALS and token[0] != "in"
            after = _after(state, token[0], name=name, literal=bool(token["value"]) or token[0] in _LITERALS)
            if after is None:
                return f"cannot be read from {show(token[0])} on"
            joins = state.behind and token[0] in _BINARY
            state = after._replace(last="name" if name else "" if joins else token[0])
        at = token.end()
    return "" if state.behind and not state.open else "ends too early"


def _after(state: _State, sign: str, *, name: bool, literal: bool) -> _State | None:
    if state.last == ".":
        return state._replace(behind=True) if name else None
    if state.behind:
        return _behind_value(state, sign)
    named = name and sign not in _RESERVED and not sign.startswith("`")
    if named or (literal and state.top != "fields"):
        return state._replace(behind=True)
    return _before_value(state, sign)


def _before_value(state: _State, sign: str) -> _State | None:
    trailing = state.last == "," and state.top != "call"
    if state.top in _EMPTY.get(sign, ()) and (trailing or state.last in _CALLED):
        return state.out()
    lone = sign == _COMMA and state.top in {"[", "{", "fields"} and state.last in _CALLED  # [,] is an empty list
    unary = sign in {"-", "!"} and (state.last == sign or state.last != "-")
    if lone or (state.top != "fields" and (unary or sign == _DOT)):
        return state
    return state.into(sign) if sign in _CALLED and state.top != "fields" else None


def _behind_value(state: _State, sign: str) -> _State | None:
    after: _State | None = None
    if sign == _COLON:
        after = _behind_key(state)
    elif state.top == "fields":
        after = None
    elif sign in _CALLED:
        after = state.into(_CALLED[sign]) if sign == "[" or state.last == "name" else None
    elif sign in _CLOSED:
        after = state.out() if state.top in _CLOSED[sign] else None
    elif sign == "?":
        after = state.into("?") if state.top != "?" else None
    elif sign == _COMMA:
        after = _behind_item(state)
    elif sign in _BINARY or sign == _DOT:
        after = state._replace(behind=False)
    return after


def _behind_key(state: _State) -> _State | None:
    if state.top == "?":
        return state.out(behind=False)
    return state.out(f"{state.top} value", behind=False) if state.top in {"{", "fields"} else None


def _behind_item(state: _State) -> _State | None:
    if state.top.endswith(" value"):
        return state.out(state.top.removesuffix(" value"), behind=False)
    return state._replace(behind=False) if state.top in {"call", "["} else None
