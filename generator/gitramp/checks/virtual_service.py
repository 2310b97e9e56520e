"""What VirtualServices say beside their destinations: whom they serve, and the tests of their matches.

Owns where a VirtualService keeps them. Must not know any rule. `routes` owns the destinations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.fields import EACH, fields, mappings, texts
from gitramp.checks.routes import MESH
from gitramp.pointer import Pointer
from gitramp.resource import Manifest

_CLAIMS = "@request.auth.claims"
_ONE_TEST = ("uri", "scheme", "method", "authority")
_NAMED_TESTS = ("headers", "withoutHeaders", "queryParams")


def at_gateways_only(manifest: Manifest) -> bool:
    """Whether it serves gateways and not the mesh; one that names nothing serves the mesh."""
    named = [name for _, name in body.items(manifest.body, "spec", "gateways")]
    return bool(named) and MESH not in named


def hosts(manifest: Manifest) -> list[str]:
    """Return its hosts; none makes it a delegate, which others hand requests to."""
    return [host for _, host in body.items(manifest.body, "spec", "hosts") if isinstance(host, str)]


def http_routes(manifest: Manifest) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield each rule for HTTP, with the pointer to it."""
    return mappings(manifest.body, "spec", "http", EACH)


def tests(manifest: Manifest) -> Iterator[tuple[str, Pointer, dict[str, Any]]]:
    """Yield each test of a text: the field that has it, the pointer and the test."""
    for at, match in mappings(manifest.body, "spec", "http", EACH, "match", EACH):
        for field in _ONE_TEST:
            yield from ((field, (*at, *below), test) for below, test in mappings(match, field))
        for field in _NAMED_TESTS:
            yield from ((field, (*at, *below), test) for below, test in mappings(match, field, EACH))


def is_claim(header: str) -> bool:
    """Whether the name of a header stands for a claim of a token.

    https://istio.io/latest/docs/tasks/security/authentication/jwt-route/
    """
    rest = header[len(_CLAIMS) :]
    named = (rest.startswith(".") and len(rest) > 1) or (rest.startswith("[") and rest.endswith("]") and len(rest) > 2)
    return header.lower().startswith(_CLAIMS) and named


def judged_gateways(manifest: Manifest) -> Iterator[tuple[Pointer, str]]:
    """Yield the names of gateways that istiod looks at; it stops at the first of a list without a slash.

    https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go, `validateGatewayNames`
    """
    lists = [("gateways",), *((protocol, EACH, "match", EACH, "gateways") for protocol in ("http", "tls", "tcp"))]
    for path in lists:
        for at, names in fields(manifest.body, "spec", *path):
            for below, name in texts(names, EACH):
                yield (*at, *below), name
                if "/" not in name:
                    break
