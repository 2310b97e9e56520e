r"""RE2, the syntax of expressions that the mesh reads, as far as Python's `re` can stand for it.

Owns what of the two differs: https://github.com/google/re2/wiki/Syntax. Must not know where expressions are said.

What only Python knows is refused (look-around, back-references, possessive quantifiers); what only RE2 knows is put in
Python's words (`\pL`, `\z`, `\Q...\E`, `(?<name>...)`); of classes of Unicode but letters and digits only nearly.
"""

from __future__ import annotations

import functools
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
# A literal and a set are read whole.
_LITERAL = r"\\Q.*?(?:\\E|$)"
_SET = r"\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]"
# What RE2 alone has, each with what stands for it. A literal is kept as one letter: only its place counts.
_OWN = re.compile(
    r"(?P<literal>\\Q.*?(?:\\E|$))|(?P<class>\\[pP](?:\{\^?\w+\}|[A-Z]))|(?P<end>\\z)|(?P<hex>\\x\{[0-9A-Fa-f]{1,6}\})"
    r"|(?P<group>\(\?<(?![=!]))|(?P<flags>\(\?[imsU-]*(?P<scope>[:)]))|(?P<set>\[:\^?[a-z]+:\])"
    r"|(?P<repeat>\{,[0-9]*\})|(?P<octal>\\[1-7][0-7]{1,2})|(?P<other>\\.)",
    re.DOTALL,
)
# Outside of sets, RE2 has anchors that are repeated, too.
_PIECE = re.compile(
    rf"(?P<anchor>(?:[$^]|\\[bBAz])(?=[*+?]|\{{[0-9]))|{_OWN.pattern}|(?P<whole>{_SET})",
    re.DOTALL,
)
_MOST_REPEATS = 1000  # counts inside each other multiplied: https://github.com/google/re2/blob/main/re2/parse.cc
_COUNT = re.compile(
    rf"{_LITERAL}|\\.|{_SET}|(?P<open>\()|(?P<close>\))"
    r"|\{(?P<least>[0-9]+)(?:,(?P<most>[0-9]*))?\}|.",
    re.DOTALL,
)
_SIGN = re.compile(rf"{_LITERAL}|\\.|\(\?[a-zA-Z-]*[:)]|{_SET}|.", re.DOTALL)
_FLAGS = re.compile(r"\(\?([imsU-]*)\)")
_END = r"\z"
_STANDS = {"end": r"\Z", "group": "(?P<"}
# The letters of [:name:], for the inside of a set.
_LETTERS = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
    "white": r"\t\n\f\r ",
}
_ESCAPES = {"d": "digit", "D": "^digit", "w": "word", "W": "^word", "s": "white", "S": "^white"}
_UNICODE = {"L": r"[^\W\d_]", "N": r"\d", "Nd": r"\d"}


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
    """Whether an expression matches a whole text; one that cannot be read matches none.

    Proxies compare bytes: `.` is one byte of a letter of several.
    """
    try:
        return _compiled(_in_bytes(expression)).fullmatch(_in_bytes(text)) is not None
    except (re.error, OverflowError, RecursionError):
        return False


def _in_bytes(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


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


@functools.lru_cache(maxsize=1024)
def _compiled(expression: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of sets that a later version reads differently
        return re.compile(_scoped(_PIECE.sub(_in_python, expression)))


def _in_python(found: re.Match[str]) -> str:
    kind, text = str(found.lastgroup), found[0]
    if kind == "whole":
        return _OWN.sub(_in_set, text)
    if kind == "anchor":
        return f"(?:{_STANDS['end'] if text == _END else text})"
    if kind == "class":
        return _UNICODE.get(text[2:].strip("{}"), r"\w") if text[1] == "p" else r"\W"
    if kind == "other" and text[1] in _ESCAPES:
        return f"[{_in_set(found)}]"
    return _flags(text) if found["flags"] else _in_set(found)


def _in_set(found: re.Match[str]) -> str:
    """Return what stands for a part that is RE2's own, inside of a set or out of it."""
    kind, text = str(found.lastgroup), found[0]
    if kind == "literal":
        return re.escape(text.removeprefix(r"\Q").removesuffix(r"\E"))
    if kind in {"hex", "octal"}:
        return re.escape(chr(int(text[3:-1], 16) if kind == "hex" else int(text[1:], 8)))
    if kind == "set":
        return _letters(text.strip("[:]"))
    if kind == "class":
        return r"\w" if text[1] == "p" else r"\W"
    if kind == "other" and text[1] in _ESCAPES:
        return _letters(_ESCAPES[text[1]])
    return re.escape(text) if kind == "repeat" else text if kind == "other" or found["flags"] else _STANDS[kind]


def _letters(name: str) -> str:
    if not name.startswith("^"):
        return _LETTERS[name]
    others = (chr(number) for number in range(128) if not re.match(f"[{_LETTERS[name[1:]]}]", chr(number)))
    return "".join(map(re.escape, others)) + "\x80-\U0010ffff"


def _flags(text: str) -> str:
    """Return flags without those that do not change which whole texts fit, `U` for the shortest."""
    on, _, off = text[2:-1].replace("U", "").partition("-")
    return f"(?{on}{f'-{off}' if off else ''}{text[-1]}"


def _scoped(expression: str) -> str:
    """Put flags that hold to the end of a group around that end: Python has flags for groups alone."""
    written: list[str] = []
    holding: list[list[str]] = [[]]
    for sign in (found[0] for found in _SIGN.finditer(expression)):
        flags = _FLAGS.fullmatch(sign)
        opened = holding[-1]
        if flags:
            opened.append(f"(?{flags[1]}:")
            written.append(opened[-1])
        elif sign == "|":
            written += [")" * len(opened), sign, *opened]
        elif sign == ")" and len(holding) > 1:
            written.append(")" * len(holding.pop()) + sign)
        else:
            holding += [[]] if sign.startswith("(") else []
            written.append(sign)
    return "".join(written) + ")" * len(holding[0])


def _refused(expression: str) -> Iterator[str]:
    for part in _PART.finditer(expression):
        inside = part["inside"] or ""
        escapes = re.findall(r"\\.", inside, re.DOTALL)
        refused = [escape for escape in escapes if escape == r"\b" or _ESCAPE.match(escape)]
        yield from filter(None, [part["refused"], *refused, *_UNKNOWN_CLASS.findall(inside)])
