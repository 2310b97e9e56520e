"""GR302: the names inside objects are names that Kubernetes takes."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gitramp import body
from gitramp.checks import names
from gitramp.checks.pods import Container, Pod, pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR302",
    "a name in an object that Kubernetes refuses",
    "The API server checks the form of every name, and no schema of the objects says it.",
    "choose a name of the form that Kubernetes allows there",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
)

_FORMS: Mapping[tuple[str, str], names.Fault] = {
    ("", "Service"): names.service_label,
    ("", "Namespace"): names.label,
    ("batch", "CronJob"): names.cron_job,
    ("batch", "Job"): names.job,
    ("apps", "StatefulSet"): names.stateful_set,
    **dict.fromkeys(
        [("rbac.authorization.k8s.io", k) for k in ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")],
        names.path_segment,
    ),
}
_PLAIN_SELECTORS = {("", "Service"), ("networking.istio.io", "Gateway")}


class _Name(NamedTuple):
    what: str
    name: Any
    fault_of: names.Fault
    pointer: Pointer


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each name that breaks the rule for what it names."""
    for manifest in manifests:
        yield from _breaches(manifest, _of_object(manifest))
    for pod in pods(manifests):
        yield from _breaches(pod.manifest, _of_pod(pod))


def _breaches(manifest: Manifest, found: Iterator[_Name]) -> Iterator[Breach]:
    for what, name, fault_of, pointer in found:
        if isinstance(name, str) and (fault := _fault(fault_of, name)):
            yield Breach(f"{what} {show(name)} {fault}", pointer, manifest)


@functools.lru_cache(maxsize=1 << 16)  # the same labels stand on every object of a track
def _fault(fault_of: names.Fault, name: str) -> str:
    return fault_of(name)


def _of_object(manifest: Manifest) -> Iterator[_Name]:
    kind = (manifest.id.gvk.group, manifest.id.gvk.kind)
    metadata = body.mapping(manifest.body, "metadata")
    yield _Name("name", metadata.get("name"), _FORMS.get(kind, names.subdomain), ("metadata", "name"))
    yield _Name("namespace", metadata.get("namespace") or None, names.label, ("metadata", "namespace"))
    for at in _labelled(kind):
        yield from _labels(manifest, at)
    yield from _keys(manifest, "annotation", names.annotation_key, ("metadata", "annotations"))
    if kind in {("", "ConfigMap"), ("", "Secret")}:
        for part in ("data", "binaryData", "stringData"):
            yield from _keys(manifest, "file", names.file_key, (part,))


def _labelled(kind: tuple[str, str]) -> Iterator[Pointer]:
    yield "metadata", "labels"
    if kind in _PLAIN_SELECTORS:
        yield "spec", "selector"
    elif not kind[0].endswith(".istio.io"):  # GR901
        yield "spec", "selector", "matchLabels"


def _of_pod(pod: Pod) -> Iterator[_Name]:
    if pod.at:
        yield from _labels(pod.manifest, (*pod.at, "metadata", "labels"))
        yield from _keys(pod.manifest, "annotation", names.annotation_key, (*pod.at, "metadata", "annotations"))
    for at, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
        yield _Name("volume", body.field(volume, "name"), names.label, (*at, "name"))
    for at, claim in body.items(pod.manifest.body, "spec", "volumeClaimTemplates"):
        yield _Name("volume", body.field(claim, "metadata", "name"), names.label, (*at, "metadata", "name"))
        said = ("spec", "storageClassName")
        yield _Name("storage class", body.field(claim, *said), names.subdomain, (*at, *said))
    for container in pod.containers():
        yield from _of_container(container)


def _of_container(container: Container) -> Iterator[_Name]:
    at = container.pointer
    yield _Name("container", body.field(container.body, "name"), names.label, (*at, "name"))
    for step, port in body.items(container.body, "ports"):
        yield _Name("port", body.field(port, "name"), names.port_name, (*at, *step, "name"))
    for step, variable in body.items(container.body, "env"):
        yield _Name("environment variable", body.field(variable, "name"), names.variable, (*at, *step, "name"))


def _labels(manifest: Manifest, at: Pointer) -> Iterator[_Name]:
    yield from _keys(manifest, "label", names.label_key, at)
    for key, value in body.mapping(manifest.body, *at).items():
        yield _Name(f"label {show(key)}: value", value, names.label_value, (*at, key))


def _keys(manifest: Manifest, what: str, fault_of: names.Fault, at: Pointer) -> Iterator[_Name]:
    for key in body.mapping(manifest.body, *at):
        yield _Name(what, key, fault_of, (*at, key))


RULE = ManifestRule(CODE, find)
