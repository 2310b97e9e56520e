"""GR466: the network lets through whom the mesh lets in."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.callees import from_admitted
from gitramp.checks.network_paths import is_cut
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR466",
    "an admitted caller that a NetworkPolicy cuts off",
    "The AuthorizationPolicy names the caller, and its connections are dropped beneath the mesh: the call ends in a "
    "timeout that no log of the mesh explains.",
    "let the caller's pods through to the port on which the pods listen, or take the caller out of the policy",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each named account whose pods reach no port of the policy's pods."""
    if next(manifests.of_kind("NetworkPolicy"), None) is None:
        return
    told: set[tuple[int, tuple[str | int, ...]]] = set()
    for call in from_admitted(manifests):
        place = (id(call.manifest), call.at)
        policy = is_cut(manifests, call.caller, call.callee, call.ports) if place not in told else None
        if policy is not None:
            told.add(place)
            message = f"{policy.id} cuts {call.caller.manifest.id} off from {call.callee.manifest.id}"
            yield Breach(message, call.at, call.manifest, related=(Elsewhere("the policy", ("spec",), policy),))


RULE = ManifestRule(CODE, find)
