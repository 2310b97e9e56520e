"""GR472: of the callers that policies let in, one may be the gateway that the route comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.admission import allowing
from gitramp.checks.callers import accounts, pods_by_account, sources
from gitramp.checks.destinations import Destination, all_destinations
from gitramp.checks.ingress import gateway_pods, gateways
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR472",
    "a route from a gateway that no policy lets in",
    "All whom the policies let in are here, and none of them runs the gateway. Its pods are not in the tree, and so "
    "nobody knows their account; but they are strangers to these policies, and are answered 403.",
    "let an ALLOW policy of these pods name the gateway's service account, or take the host from the gateway",
    Severity.WARNING,
    source="https://istio.io/latest/docs/concepts/security/#implicit-enablement",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination behind a gateway whose pods let in nothing but known pods that are no gateway."""
    for each in all_destinations(manifests):
        if not each.is_copy and each.weight != 0:
            for pod in pods_at(manifests, each)[:1]:
                policies = allowing(manifests, pod)
                gateway = _unseen(manifests, each)
                if gateway and _all_known(manifests, policies):
                    message = f"{policies[0].id} lets in no pod of gateway {show(gateway)}, to {show(each.host)}"
                    related = (Elsewhere("the policy", ("spec",), policies[0]),)
                    yield Breach(message, each.host_at, each.manifest, related=related)


def _unseen(manifests: ManifestSet, each: Destination) -> str:
    """Return a gateway of the route that is in the set while its pods are not; GR457 asks about the others."""
    known, run = gateways(manifests), gateway_pods(manifests)
    named = (name for name in each.gateways if name in known and not run[name])
    return next((name for name in named if body.mapping(known[name].body, "spec", "selector")), "")


def _all_known(manifests: ManifestSet, policies: tuple[Manifest, ...]) -> bool:
    """Whether the policies let in somebody, and nobody whose pods may be elsewhere."""
    found = [(policy, rule) for policy in policies for _, rule in body.items(policy.body, "spec", "rules")]
    if not found or not all(next(body.items(rule, "from"), None) for _, rule in found):
        return False
    return all(_is_known(manifests, policy, source) for policy in policies for _, source in sources(policy))


def _is_known(manifests: ManifestSet, policy: Manifest, source: Any) -> bool:
    """Whether a source names accounts or namespaces in full, and the set has pods of each."""
    said = [text for name in ("principals", "serviceAccounts") for _, text in body.items(source, name)]
    named = [(account.namespace, account.name) for account in accounts(policy, (), source)]
    if said:
        known = pods_by_account(manifests)
        # Anybody may run under the account that everybody has.
        return len(said) == len(named) and all(a in known and a[1] != "default" for a in named)
    registry = Registry.of(manifests)
    whole = [name for _, name in body.items(source, "namespaces")]
    return bool(whole) and all(name in (registry.held & registry.namespaces) for name in whole)


RULE = ManifestRule(CODE, find)
