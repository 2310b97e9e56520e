r"""A text that passes some tests, so that a request can be made that a rule takes.

Owns what a test means, and the search: through an expression the shortest way, first alternatives first. It is careful,
not complete: what it finds is tried, and where it finds nothing nobody is asked. Must not know where tests are said: in
overlays or in rendered objects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gitramp import re2

_FLAGS = re.compile(r"\?(?:P?<[^>]*>|[a-zA-Z-]*:)|\?[a-zA-Z-]*(?=\))")
_COUNT = re.compile(r"\{(\d+)(?:,\d*)?\}")
_LETTERS = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "n": "\n", "t": "\t"}
_NOTHING = frozenset("bBAz")


class Test(NamedTuple):
    """A test of a text; `segments` is a prefix of whole segments of a path, `present` asks for nothing."""

    kind: Literal["exact", "prefix", "segments", "regex", "present"]
    value: str = ""

    def passes(self, text: str) -> bool:
        """Whether a text passes."""
        if self.kind == "exact":
            return text == self.value
        if self.kind == "prefix":
            return text.startswith(self.value)
        if self.kind == "segments":
            return text == self.value or text.startswith(f"{self.value.rstrip('/')}/")
        return self.kind == "present" or re2.fits(self.value, text)


def example(tests: Sequence[Test], sent: Callable[[str], str]) -> str | None:
    """Return a text that passes every test and that is `sent` as it is; None when none is found."""
    likely = [passing(test.value) if test.kind == "regex" else test.value for test in tests]
    return next((text for text in (*likely, "/a", "a") if text is not None and _will_do(text, tests, sent)), None)


def _will_do(text: str, tests: Sequence[Test], sent: Callable[[str], str]) -> bool:
    return text == sent(text) and all(test.passes(text) for test in tests)


def passing(expression: str) -> str | None:
    """Return a text that an expression takes as a whole, None when none is found."""
    try:
        found = _Walk(expression).alternatives()
    except (IndexError, RecursionError):
        return None
    return found if re2.fits(expression, found) else None


@dataclass
class _Walk:
    """A reader of an expression, and where it is."""

    text: str
    at: int = 0

    def alternatives(self) -> str:
        first = self._sequence()
        while self._peek() == "|":
            self.at += 1
            self._sequence()
        return first

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _sequence(self) -> str:
        said = ""
        while self._peek() not in {"", "|", ")"}:
            said += self._repeated(self._atom())
        return said

    def _repeated(self, atom: str) -> str:
        counted, sign = _COUNT.match(self.text, self.at), self._peek()
        if counted:
            times, self.at = int(counted[1]), counted.end()
        elif sign and sign in "*?+":
            times, self.at = int(sign == "+"), self.at + 1
        else:
            return atom
        if self._peek() == "?":  # a lazy one takes the same
            self.at += 1
        return atom * times

    def _atom(self) -> str:
        letter, self.at = self.text[self.at], self.at + 1
        if letter == "(":
            return self._group()
        if letter == "[":
            return self._set()
        if letter == "\\":
            escaped, self.at = self.text[self.at], self.at + 1
            return "" if escaped in _NOTHING else _LETTERS.get(escaped, escaped)
        return "" if letter in {"^", "$"} else "a" if letter == "." else letter

    def _group(self) -> str:
        flags = _FLAGS.match(self.text, self.at)
        self.at = flags.end() if flags else self.at
        inside = self.alternatives()
        self.at += 1
        return inside

    def _set(self) -> str:
        end = re.compile(r"\^?\]?(?:\\.|\[:[^:]*:\]|[^\]\\])*\]").match(self.text, self.at)
        if end is None:
            raise IndexError
        whole, self.at = f"[{end[0]}", end.end()
        likely = (*end[0].strip("^]"), *map(chr, range(32, 127)))
        return next((letter for letter in likely if re2.fits(whole, letter)), "")
