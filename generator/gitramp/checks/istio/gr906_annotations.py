"""GR906: an annotation of Istio's is one that it reads, on what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import istio_annotations
from gitramp.checks.istio_annotations import ANYWHERE, FOR, POD
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import did_you_mean, show

CODE = Code(
    "GR906",
    "an annotation that Istio does not read there",
    "Istio passes over names that it does not know, and over those for pods that stand on a Deployment and not on its "
    "template.",
    "put it on what it is for",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/annotations/",
)
_SET_BY_ISTIO = {"sidecar.istio.io/status", "gateway.istio.io/controller-version", "istio.io/rev"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each annotation of Istio's that it does not know, or does not read on this kind."""
    for kind, at, name, _ in istio_annotations.of(manifest):
        if name in _SET_BY_ISTIO:
            continue
        if name not in FOR:
            remedy = did_you_mean(name, FOR, "remove it, or look for its name in the documentation")
            yield Breach(f"Istio knows no annotation {show(name)}", at, manifest, remedy=remedy)
        elif kind not in FOR[name] and ANYWHERE not in FOR[name]:
            where = "the pod template" if FOR[name] == (POD,) and kind != "Namespace" else f"a {' or '.join(FOR[name])}"
            message = f"annotation {name} says nothing on a {kind}"
            yield Breach(message, at, manifest, remedy=f"put it on {where}")


RULE = ObjectRule(CODE, istio_annotations.KINDS, find)
