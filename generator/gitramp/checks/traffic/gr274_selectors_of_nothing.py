"""GR274: what is for some pods, is for pods that are there."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.attached import SELECTORS, idle, selector
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR274",
    "a workload selector that chooses nothing",
    "The object holds for no pod: scopes, limits and endpoints that it says do not exist.",
    "select labels that the pods of the namespace have",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/#WorkloadSelector",
)
_KINDS = ("Sidecar", "EnvoyFilter", "DestinationRule", "ServiceEntry", "Telemetry", "WasmPlugin", "ProxyConfig")


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each selector that no pod of its namespace has, where the set has pods of it."""
    for manifest in idle(manifests, _KINDS):
        at = SELECTORS[(manifest.id.gvk.group, manifest.id.gvk.kind)]
        labels = ", ".join(f"{name}={body.shown(value)}" for name, value in selector(manifest).items())
        yield Breach(f"no pod in {manifest.id.namespace} has {labels}", at, manifest)


RULE = ManifestRule(CODE, find)
