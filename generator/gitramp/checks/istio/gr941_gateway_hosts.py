"""GR941: a server of a Gateway lists hosts in full."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.mesh_names import scoped_host
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR941",
    "a server for hosts that istiod refuses",
    "A host is a DNS name with dots, `*`, or one with `*.` in front, and may have the namespace of its VirtualServices "
    "before a slash.",
    "list each host in full, as search.example.com or namespace/*.example.com",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#Server",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each server without hosts, and each host that is none."""
    for at, server in mappings(manifest.body, "spec", "servers", EACH):
        if not any(body.items(server, "hosts")):
            yield Breach("the server has no host", at, manifest)
        for below, host in texts(server, "hosts", EACH):
            if fault := scoped_host(host, at_gateway=True):
                yield Breach(f"host {show(host)} {fault}", (*at, *below), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.GATEWAY}), find)
