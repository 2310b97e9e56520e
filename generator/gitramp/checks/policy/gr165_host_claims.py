"""GR165: a host is offered by those to whom the policy gives it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body, patterns
from gitramp.checks.demands import demand, listed
from gitramp.checks.hosts import offered
from gitramp.checks.rule import Breach, PolicyRule
from gitramp.model import Claimants, Environment
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR165",
    "a host that the policy gives to others",
    "Whoever routes a host takes its requests, its cookies and its name; a slip takes them from another team.",
    "use a host of one's own, or have it given to the service in `policy.hosts`",
    source="https://istio.io/latest/docs/ops/best-practices/security/#restrict-gateway-creation-privileges",
)


def find(environment: Environment, manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host that a route offers from outside and that is not its owner's to offer."""
    given = environment.policy.hosts
    if not given:
        return
    by_length = sorted(given, key=lambda pattern: (-len(pattern), pattern))
    for manifest, at, host in offered(manifests, environment.platform.cluster_domain):
        pattern = next((each for each in by_length if patterns.fits(each.lower(), host.lower())), None)
        if pattern is None:
            message = f"host {show(host)} fits none of those that the policy gives to anybody"
            yield Breach(message, at, manifest, related=demand("hosts"))
        elif not _admits(given[pattern], manifest):
            who = show(manifest.service) if manifest.service else str(manifest.id)
            message = f"host {show(host)} is not {who}'s: the policy gives {show(pattern)} to {_named(given[pattern])}"
            yield Breach(message, at, manifest, related=demand("hosts", pattern))


def _admits(claimants: Claimants, manifest: Manifest) -> bool:
    """Whether an object is one of the claimants; a service counts by its name, whatever namespace its route is in."""
    services, namespaces, labels = claimants.services, claimants.namespaces, claimants.labels
    if not (services or namespaces or labels):
        return True
    if manifest.service and any(patterns.fits(each, manifest.service) for each in services):
        return True
    if not manifest.service and any(patterns.fits(each, manifest.id.namespace) for each in namespaces):
        return True
    found = body.mapping(manifest.body, "metadata", "labels")
    return bool(labels) and all(patterns.fits(value, str(found.get(label, ""))) for label, value in labels.items())


def _named(claimants: Claimants) -> str:
    labels = [f"{label}={value}" for label, value in claimants.labels.items()]
    whose = [("", claimants.services), ("namespace ", claimants.namespaces), ("label ", labels)]
    return " or ".join(f"{what}{listed(names)}" for what, names in whose if names)


RULE = PolicyRule(CODE, find)
