"""Whether a request fits an HTTPMatchRequest of a VirtualService.

Owns what each test means to the proxy: https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest.
Must not know where requests go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gitramp import body, re2
from gitramp.pointer import Pointer
from gitramp.resource import Manifest
from gitramp.router.request import MESH, Request


def fitting(virtual_service: Manifest, rule: Pointer, request: Request) -> tuple[bool, Pointer | None]:
    """Whether the rule takes the request, and the entry of its match that fits: any one will do, none take all."""
    found = body.field(virtual_service.body, *rule)
    entries = list(body.items(found, "match"))
    if request.tunnels and rule[1] == "http":
        return False, None
    if not entries:
        return True, None
    own = virtual_service.id.namespace
    first = next((at for at, entry in entries if _fits(entry, request, own)), None)
    return first is not None, None if first is None else (*rule, *first)


def _fits(entry: Any, request: Request, namespace: str) -> bool:
    if not all(
        _any_passes(test, texts) for test, texts in _tests(entry, request)
    ):  # paths tell most of a thousand apart
        return False
    unwanted = body.mapping(entry, "withoutHeaders").items()
    refused = any(_any_passes(test, request.values(name)) for name, test in unwanted)
    return not refused and _sent_by(entry, request, namespace)


def _sent_by(entry: Any, request: Request, namespace: str) -> bool:
    """Whether way in, port and caller fit; where gateways are named, the mesh does not look at callers."""
    port = body.number(entry, "port")
    if port is not None and request.port and port != request.port:
        return False
    gateways = [body.text(entry, *at) for at, _ in body.items(entry, "gateways")]
    if gateways:
        return request.way_in in {in_full(name, namespace) for name in gateways}
    labels = body.mapping(entry, "sourceLabels")
    caller = body.text(entry, "sourceNamespace")
    return labels.items() <= request.labels.items() and caller in {"", request.namespace}


def in_full(gateway: str, namespace: str) -> str:
    """Return a gateway's name with its namespace."""
    return gateway if gateway == MESH or "/" in gateway else f"{namespace}/{gateway}"


def _tests(entry: Any, request: Request) -> Iterator[tuple[Any, Sequence[str]]]:
    """Yield each test of the entry with the texts it is about, of which one must pass; the request may have none."""
    pseudo = {"uri": request.path, "method": request.method, "authority": request.host, "scheme": request.scheme}
    for field, text in pseudo.items():
        if test := body.mapping(entry, field):
            folded = field == "uri" and body.field(entry, "ignoreUriCase") is True
            yield (_folded(test), (text.lower(),)) if folded else (test, (text,))
    yield from ((test, request.values(name)) for name, test in body.mapping(entry, "headers").items())
    for name, test in body.mapping(entry, "queryParams").items():
        yield test, (request.query[name],) if name in request.query else ()


def _folded(test: Any) -> dict[str, Any]:
    return {kind: text.lower() if kind != "regex" and isinstance(text, str) else text for kind, text in test.items()}


def _any_passes(test: Any, texts: Sequence[str]) -> bool:
    return any(_passes(test, text) for text in texts)


def _passes(test: Any, text: str) -> bool:
    kinds = body.mapping(test)
    if "exact" in kinds:
        return bool(text == kinds["exact"])
    if "prefix" in kinds:
        return text.startswith(body.text(test, "prefix"))
    if "regex" in kinds:
        return re2.fits(body.text(test, "regex"), text)
    return True  # an empty test asks for presence
