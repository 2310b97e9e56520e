"""GR473: a policy about callers is for pods with a proxy that enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.attached import chosen, targets
from gitramp.checks.proxies import proxy_of
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR473",
    "an AuthorizationPolicy for pods without a proxy",
    "The proxy beside a pod enforces it. These pods have none: everybody reaches them, whatever the policy says.",
    "label the Namespace istio-injection: enabled or istio.io/dataplane-mode: ambient, and leave the pods in",
    Severity.WARNING,
    source="https://istio.io/latest/docs/concepts/security/#authorization-architecture",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each policy for pods that are there, of which not one has a proxy."""
    for policy in manifests.of_kind("AuthorizationPolicy"):
        held = () if targets(policy) else tuple(chosen(manifests, policy))
        if held and all(proxy_of(manifests, pod) == "none" for pod in held):
            first = held[0]
            related = (Elsewhere("without a proxy", (*first.at, "metadata"), first.manifest),)
            message = f"nobody enforces it: the pods of {first.manifest.id} have no proxy"
            yield Breach(message, ("spec",), policy, related=related)


RULE = ManifestRule(CODE, find)
