"""GR953: the addresses of a ServiceEntry are addresses, and blocks of them only where nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import addresses, mesh_objects, service_entry
from gitramp.checks.fields import EACH, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR953",
    "an address of a ServiceEntry that istiod refuses",
    "Addresses are what callers connect to. A block of them, as 10.0.0.0/8, goes with the resolutions NONE and STATIC "
    "only.",
    "list IP addresses, or change the resolution",
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each address that is none, and each block beside a resolution by DNS."""
    resolution = service_entry.resolution(manifest)
    for at, address in texts(manifest.body, "spec", "addresses", EACH):
        if fault := addresses.ip_or_block(address):
            yield Breach(f"address {show(address)} {fault}", at, manifest)
        elif "/" in address and resolution not in {"NONE", "STATIC"}:
            yield Breach(f"block {show(address)} does not go with the resolution {show(resolution)}", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.SERVICE_ENTRY}), find)
