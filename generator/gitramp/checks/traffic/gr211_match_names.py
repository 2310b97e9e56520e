"""GR211: the names of headers and cookies are tokens, and a match names each once."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.matches import matches, tests
from gitramp.checks.names import token
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Match
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR211",
    "a header or cookie name that cannot be matched",
    "Names are tokens without regard to letter case, and the mesh takes one test a header: a second would replace it.",
    "keep one test a header; `cookies` is a test of the header cookie",
    source="https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2",
)
_NOT_HEADERS = {"uri", "scheme", "method", "authority"}
_NO_HEADER = "test the path and the method with `path` and `methods`; hosts are the service's"


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each name that is no token, and each header that a match names twice."""
    for _, match in matches(environment):
        for what, name, test in tests(match):
            if what == "header" and name.lower() in _NOT_HEADERS:
                message = f"the mesh passes over a test of header {show(name)}"
                yield Breach(message, test.pointer, remedy=_NO_HEADER)
            elif what == "query parameter" and not name:
                yield Breach("a query parameter has a name", test.pointer, remedy="name the parameter")
            elif what in {"header", "cookie"} and token(name):
                remedy = _NO_HEADER if name.startswith(":") else f"write the {what}'s name as clients send it"
                yield Breach(f"{what} name {show(name)} is no HTTP token", test.pointer, remedy=remedy)
        yield from _twice(match)


def _twice(match: Match) -> Iterator[Breach]:
    seen = {"cookie": "cookies"} if match.cookies else {}
    for name, test in match.headers.items():
        first = seen.setdefault(name.lower(), name)
        if first != name:
            message = f"header {show(name)} is tested twice in one match, the other time as {show(first)}"
            yield Breach(message, test.pointer)


RULE = EnvironmentRule(CODE, find)
