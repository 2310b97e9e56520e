"""GR465: the network lets gateways through to the pods that they route to."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.callees import from_gateways
from gitramp.checks.network_paths import is_cut
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR465",
    "a route that a NetworkPolicy cuts",
    "The gateway's connections to the pods are dropped: requests from outside wait for the timeout and end in 503.",
    "let the gateway's namespace through to the port on which the pods listen; in ambient mode to 15008",
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each route whose gateway and pods are in the set and do not reach each other, once a pair."""
    told: set[tuple[int, int]] = set()
    for call in from_gateways(manifests):
        pair = (id(call.manifest), id(call.callee.manifest))
        policy = is_cut(manifests, call.caller, call.callee, call.ports) if pair not in told else None
        if policy is not None:
            told.add(pair)
            message = f"{policy.id} cuts {call.caller.manifest.id} off from port {call.ports[0]}"
            related = (Elsewhere("the policy", ("spec",), policy),)
            yield Breach(f"{message} of {call.callee.manifest.id}", call.at, call.manifest, related=related)


RULE = ManifestRule(CODE, find)
