"""GR455: a mode for one port is about a port on which the pods listen."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.attached import chosen, selector
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import services_of
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet

CODE = Code(
    "GR455",
    "a mode of mutual TLS for a port that the pods do not have",
    "The port is that of the pods, not that of the Service. A mode for another one changes nothing: what was to be "
    "open stays closed, or what was to be closed stays open.",
    "name the port on which the container listens",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each port of portLevelMtls that is a Service's and that none of the chosen pods declares."""
    for policy in manifests.of_kind("PeerAuthentication"):
        if body.mapping(policy.body, "spec", "portLevelMtls") and selector(policy):
            yield from _unknown(manifests, policy)


def _unknown(manifests: ManifestSet, policy: Manifest) -> Iterator[Breach]:
    pods = list(chosen(manifests, policy))
    declared = [{number for c in pod.containers() for _, number in c.ports if number} for pod in pods]
    if not pods or not all(declared):
        return
    known = set().union(*declared)
    offered = {p.number for pod in pods for s in services_of(manifests).get(id(pod.manifest), ()) for p in s.ports}
    for port in body.mapping(policy.body, "spec", "portLevelMtls"):
        # Pods may listen on ports that they do not declare, so another number alone proves nothing.
        if port in {str(number) for number in offered - known}:
            listened = ", ".join(str(number) for number in sorted(known))
            message = f"port {port} is the Service's; the pods listen on {listened}"
            yield Breach(message, ("spec", "portLevelMtls", port), policy)


RULE = ManifestRule(CODE, find)
