"""GR379: the Service that gives a StatefulSet's pods their names is there, and headless."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR379",
    "a StatefulSet without the Service that names its pods",
    "<pod>.<service> is no host name then: members of a cluster that look each other up do not find each other.",
    "add a Service with `clusterIP: None` and the selector of the pods, or name one that is there",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each serviceName of no headless Service, in a namespace of which Services are there."""
    services = {(m.id.namespace, m.id.name): m for m in manifests.of_kind("Service") if not m.id.gvk.group}
    populated = {namespace for namespace, _ in services}
    for manifest in manifests.of_kind("StatefulSet"):
        name, at = body.text(manifest.body, "spec", "serviceName"), ("spec", "serviceName")
        namespace = manifest.id.namespace
        if not name or namespace not in populated:
            continue
        service = services.get((namespace, name))
        if service is None:
            yield Breach(f"there is no Service {show(name)} in namespace {show(namespace)}", at, manifest)
        elif body.field(service.body, "spec", "clusterIP") != "None":
            yield Breach(f"Service {show(name)} is not headless", at, manifest)


RULE = ManifestRule(CODE, find)
