"""GR403: a caller is a service of the environment or has a namespace."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Caller, Environment
from gitramp.problem import Code

CODE = Code(
    "GR403",
    "a caller that nobody is",
    "A caller is known by its service account. That of a service is derived from its name; everybody else has to be "
    "named with a namespace, or the policy would admit nobody where somebody was meant.",
    "name a service of the environment, or say the caller's namespace",
    source="https://istio.io/latest/docs/concepts/security/#istio-identity",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each caller that is neither a service nor an outsider, or both."""
    for service in environment.services.values():
        for caller in (service.callers or {}).values():
            yield from _of_caller(environment, caller)


def _of_caller(environment: Environment, caller: Caller) -> Iterator[Breach]:
    known = caller.name in environment.services
    if known and (caller.namespace or caller.service_account):
        message = f"caller {caller.name} is a service of the environment; its identity is derived from its tracks"
        at = caller.at("namespace" if caller.namespace else "serviceAccount")
        yield Breach(message, at, remedy="leave it out, or give the outsider another name")
    elif caller.service_account and not caller.namespace:
        message = f"service account {caller.service_account} is said without its namespace"
        yield Breach(message, caller.at("serviceAccount"), remedy="say the namespace beside it")
    elif not known and not caller.namespace:
        near = get_close_matches(caller.name, environment.services, n=1)
        remedy = f"did you mean {near[0]}? an outsider needs its namespace" if near else ""
        yield Breach(f"caller {caller.name} is no service of {environment.name}", caller.pointer, remedy=remedy)


RULE = EnvironmentRule(CODE, find)
