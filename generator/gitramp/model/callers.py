"""Who calls whom, read from an environment: the one answer that checks and policies share.

An edge between two services is said once, at the one that is called, because its owner decides who may call.
`calls` adds what cannot be read there: services that are open to everybody, and what is outside the mesh.

Owns what an unsaid `callers` or `calls` means. Must not know the objects that enforce it.
"""

from __future__ import annotations

from gitramp.model.environment import Environment
from gitramp.model.external import External
from gitramp.model.service import Service
from gitramp.model.trust import Caller


def is_guarded(environment: Environment, service: Service) -> bool:
    """Say whether somebody may be refused at a service: its `callers` are said, or everything else is denied."""
    return service.callers is not None or environment.trust.default_deny


def admits(service: Service, caller: Service) -> bool:
    """Say whether a service lets another one of the environment call it, or itself."""
    return any(found.name == caller.name and not found.namespace for found in callers_of(service))


def callers_of(service: Service) -> tuple[Caller, ...]:
    """Return who may call a service: who is said, and the service itself where its pods keep something together."""
    said = tuple((service.callers or {}).values())
    stateful = next((track for track in service.tracks.values() if track.kind == "StatefulSet"), None)
    if stateful is None or any(caller.name == service.name and not caller.namespace for caller in said):
        return said
    return (*said, Caller(name=service.name, pointer=stateful.at("kind")))


def called(environment: Environment, caller: Service) -> tuple[Service, ...]:
    """Return the services that a service calls, as far as it is said: those it names, and those that name it."""
    said = frozenset(caller.calls or ())
    return tuple(s for s in environment.services.values() if s.name in said or admits(s, caller))


def called_externals(environment: Environment, caller: Service) -> tuple[External, ...]:
    """Return what a service may call outside the mesh: what it names, or everything when it says no `calls`."""
    if caller.calls is None:
        return tuple(environment.external.values())
    return tuple(environment.external[name] for name in sorted(caller.calls) if name in environment.external)


def external_callers(environment: Environment, external: External) -> tuple[Service, ...]:
    """Return the services that may call something outside the mesh."""
    return tuple(s for s in environment.services.values() if external in called_externals(environment, s))
