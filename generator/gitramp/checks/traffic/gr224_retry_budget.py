"""GR224: all attempts fit into a route's timeout."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import durations
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code, Severity

CODE = Code(
    "GR224",
    "retries that the timeout cuts off",
    "The timeout is for the whole request: attempts that no longer fit into it are never made.",
    "raise `timeout`, or lower `perTryTimeout` or `attempts`",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry",
    severity=Severity.WARNING,
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each route whose attempts together take longer than its timeout."""
    for service in environment.services.values():
        for route in service.routes.values():
            retries = route.retries
            if retries is None or retries.per_try_timeout is None or route.timeout is None:
                continue
            attempts = retries.attempts + 1
            each, whole = durations.nanoseconds(retries.per_try_timeout), durations.nanoseconds(route.timeout)
            if each and whole and attempts * each > whole:
                message = f"{attempts} attempts of {retries.per_try_timeout} do not fit into {route.timeout}"
                yield Breach(message, retries.at("perTryTimeout"))


RULE = EnvironmentRule(CODE, find)
