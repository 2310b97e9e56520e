"""GR520: a host stays with its service in one step."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.problem import Code
from gitramp.resource import Breach
from gitramp.source import show
from gitramp.steps.step import Step, StepRule

CODE = Code(
    "GR520",
    "a host moves from one service to another",
    "All its requests reach other pods at once, without a ramp; and while only one of the two routes is applied, both "
    "claim the host or none does, and the mesh decides by age.",
    "take the host from the one in a commit, give it to the other in the next; or let both be tracks of one service",
)


def find(step: Step) -> Iterator[Breach]:
    """Yield each host that another service had before, and has no more."""
    past = step.before.services if step.before is not None else {}
    present = step.after.services
    had = {host.lower(): name for name, service in past.items() for host in service.hosts}
    has = {host.lower(): name for name, service in present.items() for host in service.hosts}
    for name, service in present.items():
        for position, host in enumerate(service.hosts):
            old = had.get(host.lower(), name)
            if old != name and has[host.lower()] == name:
                yield Breach(f"host {show(host)} moves from {old} to {name}", service.at("hosts", position))


RULE = StepRule(CODE, find)
