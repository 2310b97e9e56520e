"""What becomes of a request that a rule takes, in Envoy's words: its destinations, or the proxy's own answer.

Owns weights, redirects, answers and edits of headers. All destinations are one cluster, the back end of the preview; a
header tells it who is meant. So an edit needs no new cluster, and no request meets a route whose cluster is not there
yet. Must not know which requests these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

CLUSTER = "back-end"
MEANT = "x-gitramp-preview-destination"
"""The header that tells the back end whom a request is for; no client can set it."""
_REDIRECTS = {
    301: "MOVED_PERMANENTLY",
    302: "FOUND",
    303: "SEE_OTHER",
    307: "TEMPORARY_REDIRECT",
    308: "PERMANENT_REDIRECT",
}
_USUAL = {"http": 80, "https": 443}
_SET, _ADD = "OVERWRITE_IF_EXISTS_OR_ADD", "APPEND_IF_EXISTS_OR_ADD"


class Edits(NamedTuple):
    """What is changed in the headers of a message."""

    set: Mapping[str, str] = {}
    add: Mapping[str, str] = {}
    remove: tuple[str, ...] = ()


class Destination(NamedTuple):
    """A host and port that gets a share of the requests."""

    host: str
    port: int | None
    weight: int = 1
    request: Edits = Edits()
    response: Edits = Edits()

    @property
    def name(self) -> str:
        """What the back end is told."""
        return f"{self.host}:{self.port}" if self.port else self.host


def edited(request: Edits, response: Edits) -> dict[str, Any]:
    """Return the fields that change headers."""
    found: dict[str, Any] = {}
    for side, edits in (("request", request), ("response", response)):
        added = [_option(name, value, _SET) for name, value in edits.set.items()]
        added += [_option(name, value, _ADD) for name, value in edits.add.items()]
        found |= {f"{side}_headers_to_add": added} if added else {}
        found |= {f"{side}_headers_to_remove": list(edits.remove)} if edits.remove else {}
    return found


def _option(name: str, value: str, how: str) -> dict[str, Any]:
    return {"header": {"key": name, "value": value}, "append_action": how, "keep_empty_value": True}


def forwarded(destinations: Iterable[Destination], action: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a route that shares requests out; a destination without weight beside others is dropped."""
    listed = list(destinations)
    kept = [each for each in listed if each.weight] if len(listed) > 1 else listed
    clusters = [{"name": CLUSTER, "weight": max(each.weight, 1), **_marked(each)} for each in kept]
    return {"route": {"weighted_clusters": {"clusters": clusters}, **action}}


def _marked(destination: Destination) -> dict[str, Any]:
    fields = edited(destination.request, destination.response)
    meant = _option(MEANT, destination.name, _SET)
    return {**fields, "request_headers_to_add": [*fields.get("request_headers_to_add", ()), meant]}


def redirected(status: int, scheme: str, port: int, **fields: str) -> dict[str, Any]:
    """Return the fields of a route that sends clients elsewhere; the usual port of a scheme is not said."""
    said: dict[str, str | int] = {name: value for name, value in fields.items() if value}
    said |= {"scheme_redirect": scheme} if scheme else {}
    said |= {"port_redirect": port} if port and port != _USUAL.get(scheme or "http") else {}
    return {"redirect": {"response_code": _REDIRECTS.get(status, "MOVED_PERMANENTLY"), **said}}


def answered(status: int, text: str = "") -> dict[str, Any]:
    """Return the fields of a route that the proxy answers by itself."""
    body = {"body": {"inline_string": text}} if text else {}
    return {"direct_response": {"status": status, **body}}
