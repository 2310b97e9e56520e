"""GR940: a Gateway has a name without dots, and servers whose ports have names of their own."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.mesh_names import dns_label
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR940",
    "a Gateway that istiod refuses",
    "A Gateway is named as namespace/name, so its name has no dots; it has a server, and the proxies tell servers "
    "apart by the names of their ports.",
    "give the Gateway a name without dots, and each of its ports a name of its own",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield a name with dots, a Gateway without servers, and each name that two ports have."""
    if fault := dns_label(manifest.id.name):
        yield Breach(f"the name {show(manifest.id.name)} {fault}", ("metadata", "name"), manifest)
    if not any(body.items(manifest.body, "spec", "servers")):
        yield Breach("the Gateway has no server", ("spec",), manifest)
    seen: set[str] = set()
    for at, port in mappings(manifest.body, "spec", "servers", EACH, "port"):
        name = body.text(port, "name")
        if name and name in seen:
            yield Breach(f"two ports have the name {show(name)}", (*at, "name"), manifest)
        seen.add(name)


RULE = ObjectRule(CODE, frozenset({mesh_objects.GATEWAY}), find)
