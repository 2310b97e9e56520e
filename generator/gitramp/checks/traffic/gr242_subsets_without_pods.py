"""GR242: a subset that routes name chooses some of its Service's pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.destination_rules import host_rules
from gitramp.checks.destinations import destinations
from gitramp.checks.registry import Registry, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at, pods_of
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR242",
    "a route to a subset that no pod is in",
    "The subset's labels are sought on the pods behind the Service. Where none has them, the requests of the route are "
    "answered 503.",
    "let the subset's labels be those of the pods of one version",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0173/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each subset of a route that chooses none of the pods that the set has of its Service."""
    for each in destinations(manifests):
        if not each.subset or each.weight == 0:
            continue
        namespace = each.manifest.id.namespace
        service = Registry.of(manifests).service(each.host, namespace)
        if service is None or not pods_of(manifests, service) or pods_at(manifests, each):
            continue
        for rule in host_rules(manifests).get(key(each.host, namespace), ()):
            at = rule.subsets.get(each.subset)
            if at is not None:
                wanted = body.mapping(rule.manifest.body, *at, "labels").items()
                labels = ", ".join(f"{name}={body.shown(value)}" for name, value in wanted)
                message = f"no pod of the Service has {labels or 'no labels'}, subset {show(each.subset)}"
                used = (Elsewhere("the route", (*each.at, "subset"), each.manifest),)
                yield Breach(message, (*at, "labels"), rule.manifest, related=used)
                break


RULE = ManifestRule(CODE, find)
