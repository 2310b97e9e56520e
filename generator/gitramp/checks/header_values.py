r"""The values of headers that Envoy writes: text in which % opens a variable, such as %REQ(x-user)% or %START_TIME%.

Owns the syntax, as Envoy and istiod read it:
https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#custom-request-response-headers.
Must not know which header a value is for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# What may follow where: an argument is a word up to the bracket, or texts in quotes, in square brackets.
_STEPS: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    state: tuple((re.compile(token, re.DOTALL), after) for token, after in steps)
    for state, steps in {
        "text": (("%%", "text"), ("%", "name"), ("[^%]+", "text")),
        "name": (("%", "text"), (r"\(", "argument"), ("[^%(]+", "name")),
        "argument": ((" +", "argument"), (r"\[", "list"), (".", "word")),
        "list": ((" +", "list"), ('"', "word")),
        "word": ((r"\\.", "word"), (r"\)", "end"), ('"', "quoted"), (r'[^\\)"]+', "word")),
        "quoted": ((" +", "quoted"), (",", "list"), ("]", "listed")),
        "listed": ((" +", "listed"), (r"\)", "end")),
        "end": ((" +", "end"), ("%", "text")),
    }.items()
}


def fault(value: str) -> str:
    """Say why Envoy would refuse a value, in words that follow it; "" when it would take it."""
    if _CONTROL.search(value):
        return "has a control character in it"
    return "" if _balanced(value) else "has a % that neither opens nor closes a variable; %% stands for one"


def _balanced(value: str) -> bool:
    state, at = "text", 0
    while at < len(value):
        found = ((match, after) for token, after in _STEPS[state] if (match := token.match(value, at)))
        match, state = next(found, (None, ""))
        if match is None:
            return False
        at = match.end()
    return state == "text"
