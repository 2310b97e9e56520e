"""GR962: the hosts that a Sidecar lets through are named as namespace/host."""

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
    "GR962",
    "an egress host that istiod refuses",
    "A listener lists hosts with the namespace of their service, or `*`, or `.` for its own, before a slash; a host is "
    "a DNS name with dots, `*`, or one with `*.` in front.",
    "write namespace/host, as ./* or shop/search.shop.svc.cluster.local",
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each listener without hosts, and each host that is none."""
    for at, listener in mappings(manifest.body, "spec", "egress", EACH):
        if not any(body.items(listener, "hosts")):
            yield Breach("the listener lets no host through", at, manifest)
        for below, host in texts(listener, "hosts", EACH):
            if fault := scoped_host(host, at_gateway=False):
                yield Breach(f"host {show(host)} {fault}", (*at, *below), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.SIDECAR}), find)
