"""GR460: rules about requests are for who reads requests: a waypoint or a sidecar."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.admission import http_attributes
from gitramp.checks.attached import chosen, targets
from gitramp.checks.proxies import proxy_of
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet

CODE = Code(
    "GR460",
    "a rule about requests for pods in ambient mode",
    "Beneath a waypoint only connections are seen. The policy becomes one that refuses: what it should admit is "
    "closed.",
    "attach the policy to the Service or its waypoint with targetRefs, or ask for identities and ports only",
    source="https://istio.io/latest/docs/ambient/usage/l4-policy/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each policy with an attribute of HTTP that holds for a pod of ambient mode."""
    for policy in manifests.of_kind("AuthorizationPolicy"):
        if targets(policy):
            continue
        rules = body.items(policy.body, "spec", "rules")
        asked = next((((*at, *where), name) for at, rule in rules for where, name in http_attributes(rule)), None)
        if asked is None:
            continue
        pod = next((pod for pod in chosen(manifests, policy) if proxy_of(manifests, pod) == "ambient"), None)
        if pod is not None:
            yield Breach(f"{asked[1]} is asked of {pod.manifest.id}, which is in ambient mode", asked[0], policy)


RULE = ManifestRule(CODE, find)
