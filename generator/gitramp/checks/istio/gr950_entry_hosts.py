"""GR950: a ServiceEntry is for hosts."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import mesh_objects, service_entry
from gitramp.checks.mesh_names import wildcard_host
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR950",
    "a ServiceEntry for hosts that istiod refuses",
    "A ServiceEntry adds DNS names to what the mesh can call, and not `*`, which is for every name.",
    "list each host in full, with a wildcard in front at most",
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield a ServiceEntry without hosts, and each host that is none."""
    if not service_entry.hosts(manifest):
        yield Breach("the ServiceEntry has no host", ("spec",), manifest)
    for at, host in service_entry.hosts(manifest):
        if fault := "is every host" if host == "*" else wildcard_host(host):
            yield Breach(f"host {show(host)} {fault}", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.SERVICE_ENTRY}), find)
