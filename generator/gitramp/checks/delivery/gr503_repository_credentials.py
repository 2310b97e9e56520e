"""GR503: no credentials stand in a repository's URL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code

CODE = Code(
    "GR503",
    "credentials in a repository URL",
    "An overlay is read by everybody who reads the repository, and its history forgets nothing.",
    "take them out and revoke them; Argo CD keeps a repository's credentials in a Secret of its own, Flux in the one "
    "that `delivery.flux.secretRef` names",
    source="https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repositories",
    unseen=True,
)
# ssh names its user in the URL; a token for https may stand in the place of the user.
_CREDENTIALS = re.compile(r"(https?://[^/]*@|ssh://[^/@]*:[^/]*@)")


def find(environment: Environment) -> Iterator[Breach]:
    """Yield a repository URL with a password or token in it, without showing it."""
    delivery = environment.delivery
    if delivery is not None and _CREDENTIALS.match(delivery.repo_url):
        yield Breach("delivery.repoURL holds credentials", delivery.at("repoURL"))


RULE = EnvironmentRule(CODE, find)
