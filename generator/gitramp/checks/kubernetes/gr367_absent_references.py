"""GR367: what pods and bindings refer to is there, where its namespace is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks.authors import is_foreign
from gitramp.checks.index import index
from gitramp.checks.pods import Pod, pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import did_you_mean, show

CODE = Code(
    "GR367",
    "a reference to an object that is not there",
    "A pod whose ServiceAccount or ConfigMap is missing never starts, and a binding to a missing role permits nothing, "
    "unless somebody else brings it.",
    "name an object that is there, or add it",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",
)
_MADE_BY_OTHERS = {"default", "kube-root-ca.crt", "istio-ca-root-cert"}
_RBAC = "rbac.authorization.k8s.io"
_Named = tuple[str, str, Pointer]
"""Kind and name of what is referred to, and the place of the name."""


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each reference to nothing, in a namespace that is there or has objects of that kind.

    What is optional may be missing.
    """
    for pod in pods(manifests):
        for kind, name, at in _of_pod(pod):
            yield from _missing(manifests, pod.manifest, kind, name, at)
    for binding in manifests.of_kind("RoleBinding"):
        if body.text(binding.body, "roleRef", "kind") == "Role":
            name = body.text(binding.body, "roleRef", "name")
            yield from _missing(manifests, binding, "Role", name, ("roleRef", "name"))


def _of_pod(pod: Pod) -> Iterator[_Named]:
    yield "ServiceAccount", body.text(pod.spec, "serviceAccountName"), (*pod.pointer, "serviceAccountName")
    if not is_foreign(pod.manifest):
        return  # an overlay renders the ConfigMaps that it says; others are meant to come from elsewhere
    for at, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
        if body.field(volume, "configMap", "optional") is not True:
            yield "ConfigMap", body.text(volume, "configMap", "name"), (*at, "configMap", "name")
    for container in pod.containers():
        for step, source in body.items(container.body, "envFrom"):
            if body.field(source, "configMapRef", "optional") is not True:
                at = (*container.pointer, *step, "configMapRef", "name")
                yield "ConfigMap", body.text(source, "configMapRef", "name"), at
        for step, variable in body.items(container.body, "env"):
            reference = body.mapping(variable, "valueFrom", "configMapKeyRef")
            if reference.get("optional") is not True:
                at = (*container.pointer, *step, "valueFrom", "configMapKeyRef", "name")
                yield "ConfigMap", body.text(reference, "name"), at


def _missing(manifests: ManifestSet, holder: Manifest, kind: str, name: str, at: Pointer) -> Iterator[Breach]:
    namespace = holder.id.namespace
    there = _known(manifests)[kind].get(namespace)
    if there is None or not name or name in there or name in _MADE_BY_OTHERS:
        return
    remedy = did_you_mean(name, there)
    yield Breach(f"there is no {kind} {show(name)} in namespace {show(namespace)}", at, holder, remedy)


@index
def _known(manifests: ManifestSet) -> Mapping[str, Mapping[str, set[str]]]:
    """Return the names of the objects of a kind by namespace, for namespaces of which all of them may be there."""
    found: dict[str, dict[str, set[str]]] = {}
    for kind in ("ServiceAccount", "ConfigMap", "Role"):
        by_namespace = {namespace.id.name: set[str]() for namespace in manifests.of_kind("Namespace")}
        for manifest in manifests.of_kind(kind):
            if manifest.id.gvk.group in {"", _RBAC}:
                by_namespace.setdefault(manifest.id.namespace, set()).add(manifest.id.name)
        found[kind] = by_namespace
    return found


RULE = ManifestRule(CODE, find)
