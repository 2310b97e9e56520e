"""GR317: a port is one that exists, and a Service's is one that its pods have."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.pods import containers
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.workloads import Workloads
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR317",
    "a port that is not there",
    "A port is a number from 1 to 65535, and a Service on a port name that no pod has leads nowhere.",
    "choose a number from 1 to 65535, or a name that the container gives one of its ports",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each port number that cannot be, and each target port that the pods of a Service do not have."""
    for container in containers(manifests):
        for step, _ in body.items(container.body, "ports"):
            yield from _outside(container.manifest, (*container.pointer, *step, "containerPort"))
    for service in manifests.of_kind("Service"):
        for at, _ in body.items(service.body, "spec", "ports"):
            yield from _outside(service, (*at, "port"))
            yield from _outside(service, (*at, "targetPort"))
    yield from _unknown_names(manifests)


def _outside(manifest: Manifest, at: Pointer) -> Iterator[Breach]:
    port = body.number(manifest.body, *at)
    if port is not None and not 1 <= port <= 65535:
        yield Breach(f"port {port} is outside 1 to 65535", at, manifest)


def _unknown_names(manifests: ManifestSet) -> Iterator[Breach]:
    workloads = Workloads.of(manifests)
    for manifest in manifests.of_kind("Service"):
        selector = body.field(manifest.body, "spec", "selector")
        chosen = list(workloads.served(manifest.id.namespace, selector))
        names = {name for pod in chosen for c in pod.lasting_containers() for name, _ in c.ports if name}
        for at, port in body.items(manifest.body, "spec", "ports"):
            wanted = body.text(port, "targetPort")
            if chosen and wanted and wanted not in names:
                had = ", ".join(map(show, sorted(names))) or "none with a name"
                message = f"target port {show(wanted)} is no port of the pods; they have {had}"
                yield Breach(message, (*at, "targetPort"), manifest)


RULE = ManifestRule(CODE, find)
