"""Which requests are meant: tests of their path, method, headers, cookies, query and caller.

Owns what one test means, so that rules and routes read it alike. Must not know what is done with the requests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gitramp.model.key import Placed, key
from gitramp.model.units import TEXT

KINDS = ("exact", "prefix", "regex")

_FRAME = re.compile(r"\(\?[A-Za-z]*[:)]|[()^$]")
_ANYTHING = re.compile(r"/?((\.|\\S|\[\\s\\S\]|\[\^[^\]]\])[*+]\??|/[*?])+")

Method = Literal["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StringMatch(Placed):
    """A test on a text; say one of the three."""

    exact: str | None = key("The whole text.", example="canary", default=None, **TEXT)
    prefix: str | None = key("The start of the text.", example="can", default=None, minLength=1, **TEXT)
    regex: str | None = key("An RE2 expression for the whole text.", example="v[2-9]", default=None, maxLength=1024)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which of the three are said: one, once the checks have passed."""
        return tuple(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def fits_all(self) -> bool:
        """Whether every text is known to pass: an expression such as `.*`; more than the usual ones is not known."""
        return _takes_anything(self.regex)

    def fits(self, text: str) -> bool:
        """Whether a text is known to pass the test; of a regular expression nothing is known but by its engine."""
        if self.exact is not None:
            return text == self.exact
        return self.prefix is not None and text.startswith(self.prefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathMatch(StringMatch):
    """A test on a request's path, without its query; say one of the three."""

    exact: str | None = key(
        "The whole path.",
        example="/login",
        default=None,
        pattern=r"^/[^?#\s]*$",
        x_hint="start it with /, without query",
    )
    prefix: str | None = key(
        "The first segments of the path: `/api` is for `/api` and `/api/v1`, not for `/apis`.",
        example="/api",
        default=None,
        pattern="^/([^?#]*[^/?#])?$",
        x_hint="start it with / and end it without one; a prefix is of whole segments",
    )
    regex: str | None = key("An RE2 expression for the whole path.", example="/v[12]/.*", default=None, maxLength=1024)

    @property
    def fits_all(self) -> bool:
        """Whether every path is known to pass the test: the prefix `/`, or an expression such as `.*`."""
        return self.prefix == "/" or _takes_anything(self.regex)

    def fits(self, text: str) -> bool:
        """Whether a path is known to pass the test; a prefix is one of whole segments, as in Gateway API."""
        if self.exact is not None:
            return text == self.exact
        return self.prefix is not None and (text == self.prefix or text.startswith(f"{self.prefix.rstrip('/')}/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Placed):
    """One way to be meant: everything said here must fit."""

    path: PathMatch | None = key("Test of the path.", example={"prefix": "/api"}, default=None)
    methods: tuple[Method, ...] = key(
        "HTTP methods; one of them must fit.", example=["GET", "HEAD"], default=(), uniqueItems=True
    )
    headers: Mapping[str, StringMatch] = key(
        "Header name -> test of its value.", example={"x-track": {"exact": "canary"}}, default={}
    )
    cookies: Mapping[str, StringMatch] = key(
        "Cookie name -> test of its whole value; one cookie a match.",
        example={"access": {"exact": "v2"}},
        default={},
        maxProperties=1,
        x_hint="write a match entry for each cookie: entries are alternatives",
    )
    query: Mapping[str, StringMatch] = key(
        "Query parameter -> test of its value.", example={"beta": {"exact": "1"}}, default={}
    )
    source_labels: Mapping[str, str] = key(
        "Labels of the calling pods; the mesh tests them in the callers' sidecars.", example={"app": "web"}, default={}
    )
    source_namespace: str | None = key("Namespace of the calling pods.", example="services-v1", default=None)
    gateways: tuple[str, ...] = key(
        "Gateways through which the request comes; `mesh` is for callers inside the mesh.",
        example=["public"],
        default=(),
        uniqueItems=True,
    )

    @property
    def is_empty(self) -> bool:
        """Whether every request fits."""
        said = (self.path, self.methods, self.headers, self.cookies, self.query, self.source_labels)
        return not any(said) and self.source_namespace is None and not self.gateways

    @property
    def asks_path_for_nothing(self) -> bool:
        """Whether every request fits though the entry says a path."""
        return self.path is not None and self.path.fits_all and replace(self, path=None).is_empty

    @property
    def takes_all(self) -> bool:
        """Whether it takes whole traffic: it asks at most how and through which gateway a request comes."""
        tests = (self.path, *self.headers.values())
        picky = self.cookies or self.query or self.source_labels or self.source_namespace is not None
        return not picky and all(test is None or test.fits_all for test in tests)


def _takes_anything(regex: str | None) -> bool:
    alternatives = _FRAME.sub("", regex or "").split("|")
    return any(_ANYTHING.fullmatch(alternative) for alternative in alternatives)
