"""GR238: a subset that routes name is in the DestinationRule that proxies look up."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.destination_rules import HostRule, covering, looked_up
from gitramp.checks.destinations import Destination, destinations
from gitramp.checks.ingress import pods_behind
from gitramp.checks.registry import Key, Registry, key
from gitramp.checks.routes import MESH
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR238",
    "a route to a subset that is not there",
    "Proxies look for a DestinationRule in the caller's namespace, then in that of the Service, then in the root "
    "namespace, and take the first they find. A subset that it does not name has no endpoints: 503.",
    "name the subset in a DestinationRule in the Service's namespace, or leave it out of the route",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0101/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination whose subset the rule that is looked up does not name."""
    registry = Registry.of(manifests)
    for each in destinations(manifests):
        if not each.subset:
            continue
        host = key(each.host, each.manifest.id.namespace)
        known = any(covering(manifests, host))
        if known or registry.find(each.host, each.manifest.id.namespace):
            yield from _missing(manifests, each, host)


def _missing(manifests: ManifestSet, each: Destination, host: Key) -> Iterator[Breach]:
    named = sorted({r.manifest.id.namespace for rules in covering(manifests, host) for r in rules if _has(r, each)})
    at, what = (*each.at, "subset"), f"subset {show(each.subset)} of {show(each.host)}"
    if not named:
        yield Breach(f"no DestinationRule names {what}", at, each.manifest)
        return
    owner = host[1] if len(host) == 2 else named[0]
    for caller in sorted(_callers(manifests, each)):
        if not any(_has(rule, each) for rule in looked_up(manifests, host, caller, owner)):
            message = f"{what} is named in {', '.join(named)}, where proxies of {caller} do not look"
            yield Breach(message, at, each.manifest)
            return


def _has(rule: HostRule, each: Destination) -> bool:
    return each.subset in rule.subsets


def _callers(manifests: ManifestSet, each: Destination) -> set[str]:
    """Return namespaces that surely follow the route: those of the gateways' pods, or its own on the mesh."""
    found = {pod.manifest.id.namespace for pod in pods_behind(manifests, each.gateways)}
    return found | ({each.manifest.id.namespace} if MESH in each.gateways else set())


RULE = ManifestRule(CODE, find)
