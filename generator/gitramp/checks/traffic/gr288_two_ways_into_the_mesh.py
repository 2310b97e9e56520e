"""GR288: a Namespace and its pods are in the mesh in one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks.pods import pods
from gitramp.checks.proxies import DATAPLANE, INJECT, INJECTION, REVISION
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR288",
    "two ways into the mesh at once",
    "Of two labels the mesh follows one and passes the other over, so what somebody reads is not what runs: pods "
    "with a sidecar are left out of ambient mode, and istio-injection wins over a revision.",
    "keep one of istio-injection, istio.io/rev and istio.io/dataplane-mode: ambient",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0123/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each Namespace and each pod with labels of more than one way."""
    for namespace in manifests.of_kind("Namespace"):
        found = _ways(body.mapping(namespace.body, "metadata", "labels"))
        if len(found) > 1:
            yield Breach(f"{' and '.join(found)} on one Namespace", ("metadata", "labels", found[-1]), namespace)
    for pod in pods(manifests):
        asked = str(pod.labels.get(INJECT)).lower() == "true"
        if asked and pod.labels.get(DATAPLANE) == "ambient":
            at = (*pod.at, "metadata", "labels", DATAPLANE)
            yield Breach(f"{INJECT} and {DATAPLANE} on one pod", at, pod.manifest)


def _ways(labels: Mapping[str, Any]) -> list[str]:
    said = [INJECTION] if labels.get(INJECTION) == "enabled" else []
    said += [REVISION] if labels.get(REVISION) else []
    return said + ([DATAPLANE] if labels.get(DATAPLANE) == "ambient" else [])


RULE = ManifestRule(CODE, find)
