"""GR408: whom a service calls, admits it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Service, admits, is_guarded
from gitramp.problem import Code

CODE = Code(
    "GR408",
    "a call that would be refused",
    "Who may call is decided by the service that is called. A call that its `callers` do not admit is answered 403 "
    "on every one of its tracks.",
    "name the caller under `callers` of the service it calls; `calls` need not repeat it then",
    source="https://istio.io/latest/docs/concepts/security/#authorization-policies",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each call of a service that refuses the caller."""
    for service in environment.services.values():
        for position, name in enumerate(service.calls or ()):
            callee = environment.services.get(name)
            if callee and is_guarded(environment, callee) and not admits(callee, service):
                message = f"{service.name} calls {name}, but {_words(callee)}"
                remedy = f"say callers: {{{service.name}: {{}}}} at {name}, or leave the call out"
                yield Breach(message, service.at("calls", position), remedy=remedy)


def _words(callee: Service) -> str:
    if callee.callers is None:
        return "that says no callers and everything is denied by default"
    return f"its callers are {', '.join(callee.callers) or 'nobody'}"


RULE = EnvironmentRule(CODE, find)
