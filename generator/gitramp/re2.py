r"""RE2, the syntax of expressions that the mesh reads, as far as Python's `re` can stand for it.

Owns what of the two differs: https://github.com/google/re2/wiki/Syntax. Must not know where expressions are said.

What only Python knows is refused (look-around, back-references, possessive quantifiers); what only RE2 knows is put in
Python's words (`\pL`, `\z`, `\Q...\E`, `(?<name>...)`), near enough to tell whether it can be read.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

from gitramp.source import show

_CLASSES = "alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit"
# Where Python's `re` is wider than RE2. Escapes and sets are read whole: nothing inside one is syntax.
_ESCAPE = re.compile(r"\\(?:(?![1-7][0-7])[1-9]|[ZuUN]|[^\x00-\x7f])")
_PART = re.compile(
    rf"""
    (?P<refused> {_ESCAPE.pattern} | \\[pP](?![CLMNPSZ{{])          # classes have letters of their own
      | \(\?(?: [=!>(\#] | <[=!] | P= )                           # look-around, atomic, conditional, comment, by name
      | \(\?P?<(?![=!])(?![A-Za-z0-9_]+>)                         # a group's name in other letters
      | \(\?[a-zA-Z-]*[aLux][a-zA-Z-]*[:)]                        # Python's own flags
      | (?: [*+?] | \{{[0-9]+(?:,[0-9]*)?\}} )\+                  # possessive quantifiers
      | \{{(?:[0-9]+,)?(?!0*(?:1000|[0-9]{{1,3}})\D)[0-9]+,?\}}   # above RE2's limit of 1000
    )
    | \\Q.*?(?:\\E|$) | \\. | \[\^?\]?(?P<inside>(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*)\]
    """,
    re.VERBOSE | re.DOTALL,
)
_UNKNOWN_CLASS = re.compile(rf"\[:\^?(?!(?:{_CLASSES}):\])[a-z]+:\]")
# What RE2 alone has, each with what stands for it. A literal is kept as one letter: only its place counts.
_OWN = re.compile(
    r"(?P<literal>\\Q.*?(?:\\E|$))|(?P<class>\\[pP](?:\{\^?\w+\}|[A-Z]))|(?P<end>\\z)|(?P<hex>\\x\{[0-9A-Fa-f]{1,6}\})"
    r"|(?P<group>\(\?<(?![=!]))|(?P<flags>\(\?[imsU-]*(?P<scope>[:)]))|(?P<set>\[:\^?[a-z]+:\])"
    r"|(?P<repeat>\{,[0-9]*\})|(?P<octal>\\[1-7][0-7]{1,2})|(?P<other>\\.)",
    re.DOTALL,
)
# Outside of sets, RE2 has anchors that are repeated, too.
_PIECE = re.compile(
    rf"(?P<anchor>(?:[$^]|\\[bBAz])(?=[*+?]|\{{[0-9]))|{_OWN.pattern}|(?P<whole>\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\])",
    re.DOTALL,
)
_MOST_REPEATS = 1000  # counts inside each other multiplied: https://github.com/google/re2/blob/main/re2/parse.cc
_COUNT = re.compile(
    r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|(?P<open>\()|(?P<close>\))"
    r"|\{(?P<least>[0-9]+)(?:,(?P<most>[0-9]*))?\}|.",
    re.DOTALL,
)
_SIGN = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\(\?[a-zA-Z-]*[:)]|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|.", re.DOTALL)
_END = r"\z"
_STANDS = {"literal": "a", "class": r"\w", "end": r"\Z", "hex": "a", "group": "(?P<", "set": r"\w", "repeat": "a"}


def fault(expression: str) -> str:
    """Say why RE2 would refuse an expression, in words that follow it; "" when it would take it."""
    if not expression:
        return "is empty"
    refused = next(_refused(expression), "")
    if refused:
        return f"uses {show(refused)}, which RE2 does not take"
    try:
        _compiled(expression)
    except (re.error, OverflowError, RecursionError) as error:
        return f"does not compile: {error}"
    times = _repeats(expression)
    return f"repeats a part up to {times:,} times, {_MOST_REPEATS:,} at most" if times > _MOST_REPEATS else ""


def _repeats(expression: str) -> int:
    """Return how often counts repeat a part at most, those around it multiplied; the expression compiles."""
    groups, last = [1], 1
    for part in _COUNT.finditer(expression):
        if part["open"]:
            groups.append(1)
        elif part["close"]:
            last = groups.pop()
        elif part["least"]:
            last *= max(1, int(part["most"] or part["least"]))
        else:
            last = 1
        groups[-1] = max(groups[-1], last)
    return groups[0]


def fits(expression: str, text: str) -> bool:
    """Whether an expression matches a whole text; one that cannot be read matches none."""
    try:
        return _compiled(expression).fullmatch(text) is not None
    except (re.error, OverflowError, RecursionError):
        return False


def inside(expression: str, delimiter: str) -> str:
    """Return an expression for a whole text as one for a part of a longer text that ends at a delimiter.

    Anchors at its ends mean the ends of the part, so they go; what stands for any letter stands for all but the
    delimiter.
    """
    signs = [found[0] for found in _SIGN.finditer(expression)]
    found = []
    for sign, before, after in zip(signs, ["|", *signs], [*signs[1:], "|"], strict=False):
        opens, closes = before == "|" or before.startswith("("), after in {"|", ")"}
        if not (sign in {"^", r"\A"} and opens) and not (sign in {"$", _END} and closes):
            found.append(_but(sign, delimiter))
    return "".join(found)


def _but(sign: str, delimiter: str) -> str:
    if sign == ".":
        return f"[^{delimiter}]"
    if sign in {r"\S", r"\W", r"\D"}:
        return f"[^{delimiter}{sign.lower()}]"
    if sign.startswith("[^"):
        rest = sign[2:]
        return f"[^{delimiter}" + (rf"\{rest}" if rest.startswith("]") else rest)
    return sign


def _compiled(expression: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of sets that a later version reads differently
        return re.compile(_PIECE.sub(_in_python, expression))


def _in_python(found: re.Match[str]) -> str:
    kind = str(found.lastgroup)
    if kind == "whole":
        return _OWN.sub(_in_python, found[0])
    if kind == "anchor":
        return f"(?:{_STANDS['end'] if found[0] == _END else found[0]})"
    if kind == "octal":
        return re.escape(chr(int(found[0][1:], 8)))
    if found["flags"]:
        at_start, plain = found.start() == 0 and found[0] != "(?)", not set(found["flags"]) & {"U", "-"}
        if plain and (at_start or found["scope"] == ":"):
            return found[0]
        return "(?:" if found["scope"] == ":" else "(?:)"  # Python has flags at the start or for a group only
    return found[0] if kind == "other" else _STANDS[kind]


def _refused(expression: str) -> Iterator[str]:
    for part in _PART.finditer(expression):
        inside = part["inside"] or ""
        escapes = re.findall(r"\\.", inside, re.DOTALL)
        refused = [escape for escape in escapes if escape == r"\b" or _ESCAPE.match(escape)]
        yield from filter(None, [part["refused"], *refused, *_UNKNOWN_CLASS.findall(inside)])
