"""Who calls whom, read from an environment: the one answer that checks and policies share.

Owns what an unsaid `callers` means. Must not know the objects that enforce it.
"""

from __future__ import annotations

from gitramp.model.environment import Environment
from gitramp.model.service import Service


def is_guarded(environment: Environment, service: Service) -> bool:
    """Say whether somebody may be refused at a service: its `callers` are said, or everything else is denied."""
    return service.callers is not None or environment.trust.default_deny


def admitted(environment: Environment, service: Service) -> tuple[Service, ...]:
    """Return the services of the environment that a service's `callers` name."""
    return tuple(
        environment.services[name]
        for name, caller in (service.callers or {}).items()
        if not caller.namespace and name in environment.services
    )
