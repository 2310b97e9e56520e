"""GR219: a route's actions go together, and each says something."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Redirect, Route
from gitramp.problem import Code

CODE = Code(
    "GR219",
    "actions that exclude each other or say nothing",
    "A redirect and a direct response answer at once, so nothing that concerns the way to a track applies beside them; "
    "istiod refuses such a route, and an action without content.",
    "keep one of them, or split the route in two",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each pair of actions that excludes each other, and each empty action."""
    for service in environment.services.values():
        for route in service.routes.values():
            yield from _pairs(route)
            yield from _empty(route)


def _pairs(route: Route) -> Iterator[Breach]:
    answer = "redirect" if route.redirect else "directResponse" if route.direct_response else ""
    others = {
        "directResponse": route.redirect and route.direct_response,
        "rewrite": route.rewrite,
        "fault": route.fault,
        "timeout": route.timeout,
        "retries": route.retries,
    }
    for name, value in others.items():
        if answer and value:
            yield Breach(f"route {route.name} has {answer} and {name}", route.at(name))


def _empty(route: Route) -> Iterator[Breach]:
    redirect, rewrite, fault, retries = route.redirect, route.rewrite, route.fault, route.retries
    if redirect is not None and _leads_nowhere(redirect):
        yield Breach(f"the redirect of route {route.name} leads nowhere else", route.at("redirect"), remedy=_ADDRESS)
    if rewrite is not None and rewrite.path is None and rewrite.host is None:
        yield Breach(f"the rewrite of route {route.name} changes nothing", rewrite.pointer, remedy="say path or host")
    if fault is not None and fault.delay is None and fault.abort is None:
        yield Breach(f"the fault of route {route.name} is none", fault.pointer, remedy="say delay or abort")
    if retries is not None and retries.attempts == 0 and (retries.per_try_timeout or retries.on):
        message = f"route {route.name} has no retries, yet says how to retry"
        yield Breach(message, retries.at("attempts"), remedy="leave out all but `attempts`, or allow some")
    if route.cors is not None and not route.cors.allow_origins:
        yield Breach(f"the cors of route {route.name} allows no origin", route.cors.pointer, remedy="say allowOrigins")


_ADDRESS = "say scheme, host, port or path of the new address"


def _leads_nowhere(redirect: Redirect) -> bool:
    return all(part is None for part in (redirect.scheme, redirect.host, redirect.port, redirect.path))


RULE = EnvironmentRule(CODE, find)
