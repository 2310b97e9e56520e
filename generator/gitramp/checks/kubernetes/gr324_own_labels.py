"""GR324: gitramp's labels and annotations are gitramp's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp.checks import names
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import templates, tracks
from gitramp.model import Environment, Labelled, Namespaces
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR324",
    "a label or annotation that is not free",
    "Selectors, routes and the drain of the sidecar rely on those that gitramp writes; another value would cut the "
    "pods off from their Service.",
    "choose another name for it",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
)
_LABELS = {
    "app",
    "version",
    "app.kubernetes.io/name",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
    "gitramp/jobs-of",
    "pod-template-hash",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "statefulset.kubernetes.io/pod-name",
}
_OF_NAMESPACES = ("istio-injection", "istio.io/", "pod-security.kubernetes.io/", "kubernetes.io/metadata.name")
_ANNOTATIONS = {"gitramp/config-checksum", "proxy.istio.io/config"}


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each label or annotation that gitramp writes itself, or whose name or value Kubernetes refuses."""
    for _, template in templates(environment):
        yield from _labels(template)
        yield from _annotations(template.annotations, template.at("annotations"))
        yield from _annotations(template.pod_annotations, template.at("podAnnotations"))
    others: tuple[Labelled, ...] = (environment.namespaces, *environment.gateways.values())
    for said in others:
        yield from _labels(said)
        yield from _annotations(said.annotations, said.at("annotations"))
    for _, track in tracks(environment):
        account = track.service_account
        yield from _annotations(account.annotations, account.at("annotations"))


def _labels(said: Labelled) -> Iterator[Breach]:
    for name, value in said.labels.items():
        at = said.at("labels", name)
        if name in _LABELS or (isinstance(said, Namespaces) and name.startswith(_OF_NAMESPACES)):
            yield Breach(f"label {name} is gitramp's own", at)
        elif fault := names.label_key(name):
            yield Breach(f"label {show(name)} {fault}", at, remedy="write it as Kubernetes takes labels")
        elif fault := names.label_value(value):
            yield Breach(
                f"value {show(value)} of label {name} {fault}", at, remedy="write it as Kubernetes takes labels"
            )


def _annotations(said: Mapping[str, str], place: Pointer) -> Iterator[Breach]:
    for name in said:
        if name in _ANNOTATIONS:
            remedy = "say `drainSeconds`" if name.startswith("proxy") else ""
            yield Breach(f"annotation {name} is gitramp's own", (*place, name), remedy=remedy)
        elif fault := names.annotation_key(name):
            yield Breach(f"annotation {show(name)} {fault}", (*place, name))


RULE = EnvironmentRule(CODE, find)
