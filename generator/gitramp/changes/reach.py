"""What services may reach: what they say they call, and whether anything else is let out.

Owns the words for it. Callers are told where a service says them. Must not know the objects that enforce it.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.changes.state import State
from gitramp.changes.trust_change import TrustChange
from gitramp.model import Service


def reaches(was: State, is_: State) -> Iterator[TrustChange]:
    """Yield what services may reach that they might not, or no longer."""
    old, new = (state.environment.trust.outbound_traffic for state in (was, is_))
    if old != new:
        yield TrustChange("changes", f"what services do not say they call: {old} -> {new}")
    for name, service in is_.environment.services.items():
        if name in was.environment.services:
            yield from _calls(was.environment.services[name], service)


def _calls(before: Service, after: Service) -> Iterator[TrustChange]:
    old, new, name = before.calls, after.calls, after.name
    if new is None:
        if old is not None:
            yield TrustChange("may", f"{name} may reach anything, before only its callees{_said(old)}")
    elif old is None:
        yield TrustChange("mayNot", f"{name} may reach only its callees{_said(new)}, before anything")
    else:
        yield from (TrustChange("may", f"{name} may newly reach {each}") for each in new if each not in old)
        yield from (TrustChange("mayNot", f"{name} may no longer reach {each}") for each in old if each not in new)


def _said(calls: tuple[str, ...]) -> str:
    return f", {', '.join(calls)} among them" if calls else ""
