"""GR910: a VirtualService has rules, and a delegate has those of one."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, virtual_service
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR910",
    "a VirtualService without rules, or a delegate with more than rules for HTTP",
    "One without http, tcp and tls says nothing. One without hosts is a delegate: others hand it HTTP requests, so "
    "gateways and other protocols are theirs to say.",
    "say a rule; or say hosts, if it is no delegate",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate",
)
_PROTOCOLS = ("http", "tcp", "tls")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield a VirtualService without rules, and each field that a delegate may not have."""
    if not any(any(body.items(manifest.body, "spec", protocol)) for protocol in _PROTOCOLS):
        yield Breach("the VirtualService has no rule under http, tcp or tls", ("spec",), manifest)
    if not virtual_service.hosts(manifest):
        for field in ("gateways", "tls", "tcp"):
            if any(body.items(manifest.body, "spec", field)):
                yield Breach(f"the VirtualService has {field} and no hosts", ("spec", field), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)
