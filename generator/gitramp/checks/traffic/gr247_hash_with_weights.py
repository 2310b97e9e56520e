"""GR247: a hash does not promise to hold clients while requests are split by weight."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.destination_rules import looked_up
from gitramp.checks.destinations import Destination, splits
from gitramp.checks.registry import Registry, is_own, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, Manifest, ManifestSet

CODE = Code(
    "GR247",
    "a hash behind a split by weight",
    "The weights are applied first, for each request anew, and only then the hash: a client goes back and forth "
    "between the versions, and holds its pod only within each.",
    "route the clients of the canary by a cookie or header; leave the hash out where it was meant to hold them",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each split one of whose destinations is balanced by a hash; GR231 tells of what gitramp rendered."""
    for split in splits(manifests):
        for each in split:
            found = _hash(manifests, each)
            if found is not None and not is_own(found[0]):
                message = f"{found[0].id} hashes what this split has divided by weight"
                yield Breach(message, each.rule, each.manifest, related=(Elsewhere("the hash", found[1], found[0]),))
                break


def _hash(manifests: ManifestSet, each: Destination) -> tuple[Manifest, Pointer] | None:
    namespace = each.manifest.id.namespace
    host = key(each.host, namespace)
    found = Registry.of(manifests).find(each.host, namespace)
    owner = found[0].manifest.id.namespace if found else namespace
    for rule in looked_up(manifests, host, namespace, owner):
        subset = rule.subsets.get(each.subset)
        for above in ((*subset,) if subset else (), ("spec",)):
            at = (*above, "trafficPolicy", "loadBalancer", "consistentHash")
            if above and body.mapping(rule.manifest.body, *at):
                return rule.manifest, at
    return None


RULE = ManifestRule(CODE, find)
