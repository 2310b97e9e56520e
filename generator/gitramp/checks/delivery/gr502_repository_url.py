"""GR502: the repository's URL is one that the controller can read from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Delivery, Environment
from gitramp.problem import Code

CODE = Code(
    "GR502",
    "a repository URL that the controller cannot use",
    "The controller would take the object and then never fetch anything, so the cluster stays as it is.",
    "write https://host/path or ssh://git@host/path",
    source="https://fluxcd.io/flux/components/source/gitrepositories/#url",
)
_URL = re.compile(r"(https?|ssh)://[^/\s]+/\S+")
_SCP = re.compile(r"[^@/:\s]+@[^/:\s]+:[^\s]+")


def find(environment: Environment) -> Iterator[Breach]:
    """Yield a URL of another form; what it is stays unsaid, for it may hold a password."""
    delivery = environment.delivery
    if delivery is not None and (fault := _fault(delivery)):
        yield Breach(f"delivery.repoURL is {fault}", delivery.at("repoURL"))


def _fault(delivery: Delivery) -> str:
    if _URL.fullmatch(delivery.repo_url):
        return ""
    if not _SCP.fullmatch(delivery.repo_url):
        return "neither an https:// nor an ssh:// URL of a repository"
    return "in the short form of ssh, which Flux does not read" if delivery.flux is not None else ""


RULE = EnvironmentRule(CODE, find)
