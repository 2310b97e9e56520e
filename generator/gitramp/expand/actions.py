"""What a route does with its requests, as a VirtualService says it: rewrite, redirect, retries and the rest.

Owns the spelling of actions. Must not know which requests a route takes, but for the path that a rewrite replaces,
nor who gets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gitramp.expand.matching import string_match
from gitramp.model import Cors, Fault, Headers, PathMatch, Redirect, Retries, Rewrite, Route
from gitramp.model.key import Placed
from gitramp.resource import traced


def actions(route: Route) -> dict[str, Any]:
    """Return the fields of an HTTPRoute besides match and destinations."""
    paths = [match.path for match in route.match if match.path is not None]
    return {
        **_part("rewrite", route.rewrite and _rewrite(route.rewrite, paths)),
        **_part("redirect", route.redirect and _redirect(route.redirect)),
        **_part("directResponse", _direct_response(route)),
        **_part("timeout", route.timeout and traced(route.timeout, route.at("timeout"))),
        **_part("retries", route.retries and _retries(route.retries)),
        **_part("fault", route.fault and _fault(route.fault)),
        **_part("corsPolicy", route.cors and _cors(route.cors)),
        **_part("headers", _headers(route.headers)),
    }


def _part(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}


def _said(place: Placed, values: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields whose value is said: upstream's name -> the overlay's key and its value."""
    return {name: traced(value, place.at(key)) for name, (key, value) in values.items() if value not in {None, "", ()}}


def _rewrite(rewrite: Rewrite, paths: Sequence[PathMatch]) -> dict[str, Any]:
    said = _said(rewrite, {"authority": ("host", rewrite.host)})
    if rewrite.path is None:
        return said
    at = rewrite.at("path")
    if all(path.exact is not None for path in paths):
        return {"uri": traced(rewrite.path, at), **said}
    # Not `uri`: it replaces just what matched, and whole segments are matched by two tests of different length.
    pattern = traced(_replaced(rewrite.path, paths), at, how="the path that the route matches")
    return {"uriRegexRewrite": {"match": pattern, "rewrite": traced(_replacement(rewrite.path, paths), at)}, **said}


def _replaced(target: str, paths: Sequence[PathMatch]) -> str:
    """Return the expression for what a rewrite replaces: the longest prefix, and the slash that `target` brings."""
    if any(path.prefix == "/" for path in paths):
        return "^/"
    parts = [(path.prefix, re.escape(path.prefix)) for path in paths if path.prefix is not None]
    parts += [(path.exact, f"{re.escape(path.exact)}$") for path in paths if path.exact is not None]
    longest_first = [pattern for _, pattern in sorted(parts, key=lambda part: (-len(part[0]), part[0]))]
    joined = longest_first[0] if len(longest_first) == 1 else f"(?:{'|'.join(longest_first)})"
    return f"^{joined}/?" if target.endswith("/") else f"^{joined}"


def _replacement(target: str, paths: Iterable[PathMatch]) -> str:
    everything = any(path.prefix == "/" for path in paths)
    return f"{target.rstrip('/')}/" if everything else target


def _redirect(redirect: Redirect) -> dict[str, Any]:
    fields = {
        "scheme": ("scheme", redirect.scheme),
        "authority": ("host", redirect.host),
        "port": ("port", redirect.port),
        "uri": ("path", redirect.path),
        "redirectCode": ("code", redirect.code),
    }
    return _said(redirect, fields)


def _direct_response(route: Route) -> dict[str, Any]:
    response = route.direct_response
    if response is None:
        return {}
    body = {"body": {"string": traced(response.body, response.at("body"))}} if response.body else {}
    return {"status": traced(response.status, response.at("status")), **body}


def _retries(retries: Retries) -> dict[str, Any]:
    conditions = {"retryOn": traced(",".join(retries.on), retries.at("on"), how="on, joined")} if retries.on else {}
    per_try = _said(retries, {"perTryTimeout": ("perTryTimeout", retries.per_try_timeout)})
    return {"attempts": traced(retries.attempts, retries.at("attempts")), **per_try, **conditions}


def _fault(fault: Fault) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if fault.delay is not None:
        share = {"value": traced(fault.delay.percent, fault.delay.at("percent"))}
        said["delay"] = {"percentage": share, "fixedDelay": traced(fault.delay.duration, fault.delay.at("duration"))}
    if fault.abort is not None:
        share = {"value": traced(fault.abort.percent, fault.abort.at("percent"))}
        said["abort"] = {"percentage": share, "httpStatus": traced(fault.abort.status, fault.abort.at("status"))}
    return said


def _cors(cors: Cors) -> dict[str, Any]:
    origins = [string_match(origin) for origin in cors.allow_origins]
    fields = {
        "allowMethods": ("allowMethods", list(cors.allow_methods) or None),
        "allowHeaders": ("allowHeaders", list(cors.allow_headers) or None),
        "exposeHeaders": ("exposeHeaders", list(cors.expose_headers) or None),
        "maxAge": ("maxAge", cors.max_age),
        "allowCredentials": ("allowCredentials", cors.allow_credentials),
    }
    said = {name: traced(value, cors.at(key)) for name, (key, value) in fields.items() if value is not None}
    return {"allowOrigins": origins, **said}


def _headers(headers: Headers) -> dict[str, Any]:
    sides = {"request": headers.request, "response": headers.response}
    said: dict[str, Any] = {}
    for side, edits in sides.items():
        fields = {"set": dict(sorted(edits.set.items())), "add": dict(sorted(edits.add.items()))}
        fields_said = {name: traced(value, edits.at(name)) for name, value in fields.items() if value}
        removed = {"remove": traced(list(edits.remove), edits.at("remove"))} if edits.remove else {}
        said |= _part(side, {**fields_said, **removed})
    return said
