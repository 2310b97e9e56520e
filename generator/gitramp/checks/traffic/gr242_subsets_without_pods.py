"""GR242: a subset chooses some of its Service's pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.attached import chooses
from gitramp.checks.destination_rules import HostRule, host_rules
from gitramp.checks.pods import Pod
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR242",
    "a subset that no pod is in",
    "Its labels are sought on the pods behind the Service. Where none has them, requests for the subset are "
    "answered 503.",
    "let the subset's labels be those of the pods of one version",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0173/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each subset that chooses none of the pods that its Service chooses."""
    registry, workloads = Registry.of(manifests), Workloads.of(manifests)
    for host, rules in host_rules(manifests).items():
        service = next((each for each in registry.hosts.get(host, ()) if each.is_service), None)
        if service is None:
            continue
        selector = body.field(service.manifest.body, "spec", "selector")
        pods = tuple(workloads.served(service.manifest.id.namespace, selector))
        for rule in rules if pods else ():
            yield from _empty(rule, pods)


def _empty(rule: HostRule, pods: tuple[Pod, ...]) -> Iterator[Breach]:
    for name, at in rule.subsets.items():
        wanted = body.mapping(rule.manifest.body, *at, "labels")
        if wanted and not any(chooses(wanted, pod.labels) for pod in pods):
            labels = ", ".join(f"{key}={body.shown(value)}" for key, value in wanted.items())
            yield Breach(f"no pod of the Service has {labels}, subset {show(name)}", (*at, "labels"), rule.manifest)


RULE = ManifestRule(CODE, find)
