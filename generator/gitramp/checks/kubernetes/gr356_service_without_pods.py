"""GR356: a Service finds pods where its namespace's pods are known."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.pods import pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR356",
    "a Service that chooses none of its namespace's pods",
    "Its callers get 503 or no connection at all, unless its pods come from somewhere else.",
    "let the selector be labels of the pods, in the namespace of the pods",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Service whose selector chooses no pod, in a namespace of which pods are there."""
    populated = {pod.manifest.id.namespace for pod in pods(manifests)}
    workloads = Workloads.of(manifests)
    for service in manifests.of_kind("Service"):
        selector, namespace = body.mapping(service.body, "spec", "selector"), service.id.namespace
        if service.service or not selector or service.id.gvk.group or namespace not in populated:
            continue
        if body.text(service.body, "spec", "type") == "ExternalName" or any(workloads.served(namespace, selector)):
            continue
        said = ", ".join(f"{show(key)}={body.shown(value)}" for key, value in sorted(selector.items()))
        yield Breach(f"no pod of namespace {show(namespace)} has {said}", ("spec", "selector"), service)


RULE = ManifestRule(CODE, find)
