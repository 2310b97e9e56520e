"""GR951: the wildcard of a ServiceEntry's host is a part of its own."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import mesh_objects, service_entry
from gitramp.checks.mesh_names import whole_wildcard
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR951",
    "a wildcard that is only part of a name",
    "The proxies match what stands before the first dot as a whole, so such a host fits less than it says; istiod "
    "takes it with a warning.",
    "write *. in front, or the names one by one",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each host with a partial wildcard; those that are looked up when they are called may have one."""
    if service_entry.resolution(manifest) != "DYNAMIC_DNS":
        for at, host in service_entry.hosts(manifest):
            if host != "*" and (fault := whole_wildcard(host)):
                yield Breach(f"host {show(host)} {fault}", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.SERVICE_ENTRY}), find)
