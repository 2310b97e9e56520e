"""What a request must be like, in Envoy's words.

Owns the translation of the tests of VirtualServices and HTTPRoutes into a RouteMatch, as istiod writes it: a prefix of
a VirtualService is one of letters, a prefix of an HTTPRoute one of whole segments, an expression fits the whole text.
https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
"""

from __future__ import annotations

from typing import Any

from gitramp import body

_EVERYTHING = {"prefix": "/"}


def of_istio(entry: Any) -> dict[str, Any]:
    """Translate an entry of a VirtualService's match."""
    match: dict[str, Any] = dict(_path(body.mapping(entry, "uri")))
    if body.field(entry, "ignoreUriCase") is True and "safe_regex" not in match:
        match["case_sensitive"] = False
    headers = [_header(name, test) for name, test in body.mapping(entry, "headers").items()]
    headers += [_without(name, test) for name, test in body.mapping(entry, "withoutHeaders").items()]
    for field in ("method", "authority", "scheme"):
        if test := body.mapping(entry, field):
            headers.append(_header(f":{field}", test))
    query = [_tested(name, test) for name, test in body.mapping(entry, "queryParams").items()]
    return match | _said(headers=headers, query_parameters=query)


def _path(test: Any) -> dict[str, Any]:
    if exact := body.text(test, "exact"):
        return {"path": exact}
    if regex := body.text(test, "regex"):
        return {"safe_regex": {"regex": regex}}
    return {"prefix": body.text(test, "prefix") or "/"}


def _tested(name: str, test: Any) -> dict[str, Any]:
    """Translate a test of a text by its name; an empty one, and one that all texts pass, ask for presence."""
    if (wanted := body.field(test, "exact")) is not None:
        return {"name": name, "string_match": {"exact": str(wanted)}}
    if prefix := body.text(test, "prefix"):
        return {"name": name, "string_match": {"prefix": prefix}}
    regex = body.text(test, "regex")
    if regex and regex != ".*":
        return {"name": name, "string_match": {"safe_regex": {"regex": regex}}}
    return {"name": name, "present_match": True}


def _header(name: str, test: Any) -> dict[str, Any]:
    return _tested(name.lower(), test)


def _without(name: str, test: Any) -> dict[str, Any]:
    matcher = _header(name, test)
    missing = {} if "present_match" in matcher else {"treat_missing_header_as_empty": True}
    return {**matcher, "invert_match": True, **missing}


def of_gateway_api(entry: Any) -> dict[str, Any]:
    """Translate an entry of an HTTPRoute's matches."""
    kind, value = body.text(entry, "path", "type"), body.text(entry, "path", "value") or "/"
    headers = [_typed(test, body.text(test, "name").lower()) for _, test in body.items(entry, "headers")]
    if method := body.text(entry, "method"):
        headers.append(_header(":method", {"exact": method}))
    query = [_typed(test, body.text(test, "name")) for _, test in body.items(entry, "queryParams")]
    return _typed_path(kind, value) | _said(headers=headers, query_parameters=query)


def _typed_path(kind: str, value: str) -> dict[str, Any]:
    if kind == "Exact":
        return {"path": value}
    if kind == "RegularExpression":
        return {"safe_regex": {"regex": value}}
    return {"path_separated_prefix": value.rstrip("/")} if value.rstrip("/") else _EVERYTHING


def _typed(test: Any, name: str) -> dict[str, Any]:
    kind = "regex" if body.text(test, "type") == "RegularExpression" else "exact"
    return _tested(name, {kind: body.text(test, "value")})


def _said(**fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
