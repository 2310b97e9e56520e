"""GR977: an extension of the proxies has one module or script, at an address that they can fetch from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR977",
    "an extension that istiod refuses",
    "A module is fetched by http, https or oci, as an image where nothing is said, or read from a file. Each variable "
    "that it gets is said once, with a value or from the proxy.",
    "say a url such as oci://registry.example.com/filter:1.0, and each variable once",
    source="https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/",
)
_SCHEME = re.compile("(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*):")
_SCHEMES = {"http", "https", "file", "oci"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield an extension of both kinds or none, each address of another kind, and each variable said twice."""
    at: Pointer = ("spec",)
    if mesh_objects.kind_of(manifest) == mesh_objects.TRAFFIC_EXTENSION:
        kinds = [kind for kind in ("wasm", "lua") if isinstance(body.field(manifest.body, "spec", kind), dict)]
        if len(kinds) != 1:
            yield Breach(f"the extension has {' and '.join(kinds) or 'neither wasm nor lua'}", at, manifest)
        at = ("spec", "wasm")
    url = body.text(manifest.body, *at, "url")
    if url and not _can_be_fetched(url):
        yield Breach(f"url {show(url)} cannot be fetched", (*at, "url"), manifest)
    for match, found in mappings(manifest.body, "spec", "match", EACH):
        numbers = [body.number(port, "number") for _, port in body.items(found, "ports")]
        twice = next((number for number in numbers if numbers.count(number) > 1), None)
        if twice is not None:
            yield Breach(f"port {twice} is listed twice", (*match, "ports"), manifest)
    for message, below in _variables(body.field(manifest.body, *at, "vmConfig")):
        yield Breach(message, (*at, "vmConfig", *below), manifest)


def _can_be_fetched(url: str) -> bool:
    said = _SCHEME.match(url)
    if said and said["scheme"].lower() not in _SCHEMES:
        return False
    if said or url.startswith("/"):
        return addresses.can_be_fetched(url)
    return "#" not in url.partition("/")[0] and addresses.can_be_fetched(f"http://{url}")


def _variables(config: Any) -> Iterator[tuple[str, Pointer]]:
    seen: set[str] = set()
    for at, variable in mappings(config, "env", EACH):
        name = body.text(variable, "name")
        if name in seen:
            yield f"variable {show(name)} is said twice", at
        seen.add(name)
        if body.text(variable, "valueFrom") == "HOST" and variable.get("value") is not None:
            yield f"variable {show(name)} comes from the proxy and has a value", (*at, "value")


RULE = ObjectRule(CODE, frozenset({mesh_objects.WASM_PLUGIN, mesh_objects.TRAFFIC_EXTENSION}), find)
