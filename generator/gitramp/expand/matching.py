"""From the overlay's matches to those of a VirtualService.

Owns how a test is written for the mesh: whole cookies, whole path segments. Must not know where matched requests go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from gitramp import re2
from gitramp.model import Environment, Match, PathMatch, StringMatch
from gitramp.model.overlap import narrower
from gitramp.resource import Traced, traced

MESH = "mesh"


def requests(environment: Environment, matches: Iterable[tuple[Match, ...]]) -> list[dict[str, Any]]:
    """Write alternatives, each a match or several that must all fit, as HTTPMatchRequests."""
    return [request for together in matches for request in _requests(environment, together)]


def _requests(environment: Environment, together: tuple[Match, ...]) -> Iterator[dict[str, Any]]:
    rest = {
        **method_tests(together),
        **header_tests(together),
        **query_tests(together),
        **_senders(environment, together),
    }
    path = path_test(together)
    if path is None:
        yield rest
        return
    yield from ({"uri": uri, **rest} for uri in _uris(path))


def path_test(together: tuple[Match, ...]) -> PathMatch | None:
    """Return the one test of the path that stands for those of all matches, None when none has any."""
    paths = [match.path for match in together if match.path is not None]
    if not paths:
        return None
    narrowed = paths[0] if len(paths) == 1 else narrower(*paths)
    assert narrowed is not None
    return narrowed


def _uris(path: PathMatch) -> Iterator[dict[str, Any]]:
    """Write a path's test; the mesh takes `prefix: /api` for `/apis` too, so whole segments need two."""
    if path.prefix is None or path.prefix == "/":
        yield string_match(path)
        return
    how = "path.prefix, whole segments"
    yield {"exact": traced(path.prefix, path.at("prefix"), how=how)}
    yield {"prefix": traced(f"{path.prefix}/", path.at("prefix"), how=how)}


def method_tests(together: tuple[Match, ...]) -> dict[str, Any]:
    """Return the test of the method as a field of an HTTPMatchRequest; empty when none is said."""
    said = [match for match in together if match.methods]
    if not said:
        return {}
    methods = sorted(set.intersection(*(set(match.methods) for match in said)))
    kind = "exact" if len(methods) == 1 else "regex"
    value = Traced("|".join(methods), tuple(match.at("methods") for match in said), "methods")
    return {"method": {kind: value}}


def header_tests(together: tuple[Match, ...]) -> dict[str, Any]:
    """Return the tests of headers, cookies among them, as a field of an HTTPMatchRequest."""
    tests: dict[str, StringMatch] = {}
    for match in together:
        for name, test in match.headers.items():
            _narrow(tests, name.lower(), test)
    headers: dict[str, Any] = {name: string_match(test) for name, test in tests.items()}
    cookies: dict[str, StringMatch] = {}
    for match in together:
        for name, test in match.cookies.items():
            _narrow(cookies, name, test)
    for name, test in cookies.items():
        headers["cookie"] = _cookie(name, test)
    return {"headers": dict(sorted(headers.items()))} if headers else {}


def query_tests(together: tuple[Match, ...]) -> dict[str, Any]:
    """Return the tests of query parameters as a field of an HTTPMatchRequest."""
    tests: dict[str, StringMatch] = {}
    for match in together:
        for name, test in match.query.items():
            _narrow(tests, name, test)
    return {"queryParams": {name: string_match(test) for name, test in sorted(tests.items())}} if tests else {}


def _narrow(tests: dict[str, StringMatch], name: str, test: StringMatch) -> None:
    known = tests.get(name)
    narrowed = test if known is None else narrower(known, test)
    assert narrowed is not None
    tests[name] = narrowed


def _senders(environment: Environment, together: tuple[Match, ...]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for match in together:
        for name, value in match.source_labels.items():
            said.setdefault("sourceLabels", {})[name] = traced(value, match.at("sourceLabels", name))
        if match.source_namespace is not None:
            said["sourceNamespace"] = traced(match.source_namespace, match.at("sourceNamespace"))
    limited = [match for match in together if match.gateways]
    if limited:
        elsewhere = {MESH} if environment.has_mesh_routes else set()  # HTTPRoutes say what is done in the mesh
        names = sorted(set.intersection(*(set(match.gateways) for match in limited)) - elsewhere)
        pointers = tuple(match.at("gateways") for match in limited)
        said["gateways"] = [Traced(gateway_name(environment, name), pointers, "") for name in names]
    return said


def gateway_name(environment: Environment, name: str) -> str:
    """Return a gateway as a VirtualService names it: `namespace/name`, or `mesh`."""
    return name if name == MESH else environment.gateway_object(environment.gateways[name])


def string_match(test: StringMatch) -> dict[str, Any]:
    """Write a test as Istio's StringMatch."""
    return {kind: traced(getattr(test, kind), test.at(kind)) for kind in test.kinds}


def _cookie(name: str, test: StringMatch) -> Traced:
    how = f"whole cookie {name}"
    (kind,) = test.kinds
    return traced({"regex": traced(cookie_pattern(name, test), test.at(kind), how=how)}, test.pointer, how=how)


def cookie_pattern(name: str, test: StringMatch) -> str:
    """Match a whole cookie in the header: `access=v2` must not fit `access=v20` nor `my-access=v2`."""
    if test.exact is not None:
        value = re.escape(test.exact)
    elif test.prefix is not None:
        value = re.escape(test.prefix) + "[^;]*"
    else:
        value = f"(?:{re2.inside(test.regex or '', ';')})"
    return f"^(.*;[ ]*)?{re.escape(name)}={value}([ ]*;.*)?$"
