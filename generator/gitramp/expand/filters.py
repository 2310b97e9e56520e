"""What a route does with its requests, as an HTTPRoute says it: filters and timeouts.

Owns the spelling of actions in Gateway API. Total on routes that GR256 lets pass: what cannot be said there is refused,
never left out. Must not know which requests a route takes, but for the path that a rewrite replaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.model import Cors, HeaderEdits, PathMatch, Redirect, Rewrite, Route
from gitramp.resource import Traced, traced

_SECONDS = {"h": 3600, "m": 60, "s": 1}


def filters(route: Route, path: PathMatch | None) -> Iterator[dict[str, Any]]:
    """Yield the filters of a rule; `path` is its one test of the path."""
    sides = {"request": route.headers.request, "response": route.headers.response}
    for side, edits in sides.items():
        if said := _edits(edits):
            yield {"type": f"{side.capitalize()}HeaderModifier", f"{side}HeaderModifier": said}
    if route.cors is not None:
        yield {"type": "CORS", "cors": _cors(route.cors)}
    if route.rewrite is not None:
        yield {"type": "URLRewrite", "urlRewrite": _rewrite(route.rewrite, path)}
    if route.redirect is not None:
        yield {"type": "RequestRedirect", "requestRedirect": _redirect(route.redirect)}


def timeouts(route: Route) -> dict[str, Any]:
    """Return the field for a rule's time limit, empty when there is none."""
    return {"timeouts": {"request": traced(route.timeout, route.at("timeout"))}} if route.timeout else {}


def _edits(edits: HeaderEdits) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, values in (("set", edits.set), ("add", edits.add)):
        if values:
            said[name] = [{"name": k, "value": traced(v, edits.at(name, k))} for k, v in sorted(values.items())]
    if edits.remove:
        said["remove"] = traced(list(edits.remove), edits.at("remove"))
    return said


def _rewrite(rewrite: Rewrite, path: PathMatch | None) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if rewrite.host is not None:
        said["hostname"] = traced(rewrite.host, rewrite.at("host"))
    if rewrite.path is not None:
        whole = path is not None and path.exact is not None
        kind = "ReplaceFullPath" if whole else "ReplacePrefixMatch"
        said["path"] = _new_path(kind, traced(rewrite.path, rewrite.at("path")))
    return said


def _new_path(kind: str, path: Traced) -> dict[str, Any]:
    return {"type": kind, kind[0].lower() + kind[1:]: path}


def _redirect(redirect: Redirect) -> dict[str, Any]:
    fields = {"scheme": redirect.scheme, "hostname": redirect.host, "port": redirect.port}
    keys = {"scheme": "scheme", "hostname": "host", "port": "port"}
    said: dict[str, Any] = {f: traced(v, redirect.at(keys[f])) for f, v in fields.items() if v is not None}
    if redirect.path is not None:
        said["path"] = _new_path("ReplaceFullPath", traced(redirect.path, redirect.at("path")))
    return {**said, "statusCode": traced(redirect.code, redirect.at("code"))}


def _cors(cors: Cors) -> dict[str, Any]:
    lists = {
        "allowMethods": cors.allow_methods,
        "allowHeaders": cors.allow_headers,
        "exposeHeaders": cors.expose_headers,
    }
    said: dict[str, Any] = {
        "allowOrigins": [traced(origin.exact, origin.at("exact")) for origin in cors.allow_origins],
        **{name: traced(list(values), cors.at(name)) for name, values in lists.items() if values},
    }
    if cors.allow_credentials is not None:
        said["allowCredentials"] = traced(cors.allow_credentials, cors.at("allowCredentials"))
    if cors.max_age is not None:
        seconds = int(cors.max_age[:-1]) * _SECONDS[cors.max_age[-1]]
        said["maxAge"] = traced(seconds, cors.at("maxAge"), how="in seconds")
    return said
