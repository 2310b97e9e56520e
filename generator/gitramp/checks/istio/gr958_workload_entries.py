"""GR958: a WorkloadEntry says where the workload is."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, workload_entries
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR958",
    "a WorkloadEntry that istiod refuses",
    "A workload is at an IP address, a DNS name or a socket, or somewhere in a network; its ports have names and "
    "numbers.",
    "say an address, and ports from 1 to 65535",
    source="https://istio.io/latest/docs/reference/config/networking/workload-entry/#WorkloadEntry",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with address, ports and labels."""
    spec = body.field(manifest.body, "spec")
    found = (*workload_entries.address(spec, by_name=True), *workload_entries.ports(spec))
    yield from (Breach(message, ("spec", *at), manifest) for message, at in found)
    for message, at in workload_entries.labels(body.field(spec, "labels")):
        yield Breach(message, ("spec", "labels", *at), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.WORKLOAD_ENTRY}), find)
