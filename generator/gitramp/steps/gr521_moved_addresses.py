"""GR521: the addresses that callers use stay where they are."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR521",
    "the address of a service moves",
    "Callers know `<service>.<namespace>`: once the old one is gone, their requests reach nobody until each of them is "
    "changed and started anew.",
    "leave the namespace and the domain as they are; a new address is a new environment beside this one",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield the change of the namespace or domain in which all addresses are."""
    before, after = step.before, step.after
    if before is None or not (before.services.keys() & after.services.keys()):
        return
    if before.namespaces.apex != after.namespaces.apex:
        old, new = before.namespaces.apex, after.namespaces.apex
        yield Breach(f"the addresses of all services move from {old} to {new}", after.namespaces.at("apex"))
    if before.platform.cluster_domain != after.platform.cluster_domain:
        old, new = before.platform.cluster_domain, after.platform.cluster_domain
        place = after.platform.at("clusterDomain")
        yield Breach(f"the addresses of all services move from svc.{old} to svc.{new}", place)


RULE = StepRule(CODE, find)
