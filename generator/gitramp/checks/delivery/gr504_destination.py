"""GR504: Argo CD is told one cluster, in one way."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR504",
    "a cluster said by URL and by name",
    "Argo CD refuses an Application whose destination has both, even where they mean the same cluster.",
    "remove `server` or `name`",
    source="https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield a destination that says both."""
    argocd = environment.delivery.argocd if environment.delivery else None
    if argocd is not None and argocd.destination.server and argocd.destination.cluster:
        message = f"destination has a server and the name {argocd.destination.cluster}"
        yield Breach(message, argocd.destination.at("name"))


RULE = EnvironmentRule(CODE, find)
