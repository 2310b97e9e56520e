"""The pods that controllers would make of a workload, for no controller runs beside the API server.

Owns where each kind keeps its pod template, and what a controller adds to it that decides whether the pod is accepted;
also the claims of a StatefulSet. Must not know who is asked about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.verdict import Body

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "Job": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
}


def pods_of(workload: Body) -> Iterator[Body]:
    """Yield one pod of a workload's template; nothing for another kind, or a template that is none."""
    template: Any = workload
    for step in TEMPLATES.get(workload["kind"], ("",)):
        template = template.get(step) if isinstance(template, Mapping) else None
    if not isinstance(template, Mapping) or not isinstance(template.get("spec"), Mapping):
        return
    said = template.get("metadata") or {}
    metadata = {key: said[key] for key in ("labels", "annotations") if said.get(key)}
    metadata["generateName"] = f"{workload['metadata']['name'][:50]}-"  # a Deployment cuts longer ones, too
    if namespace := workload["metadata"].get("namespace"):
        metadata["namespace"] = namespace
    yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": _with_claims(workload, template["spec"])}


def replicas_of(workload: Body) -> int:
    """Return how many pods a workload has when nothing scales it."""
    spec = workload["spec"]
    said = spec.get("parallelism") if workload["kind"] == "Job" else spec.get("replicas")
    return said if isinstance(said, int) else 1


def claims_of(workload: Body, number: int) -> Iterator[Body]:
    """Yield the claims that a StatefulSet makes for one of its pods."""
    for template in _claim_templates(workload):
        metadata = {**template["metadata"], "namespace": workload["metadata"].get("namespace", "default")}
        metadata["name"] = f"{metadata['name']}-{workload['metadata']['name']}-{number}"
        claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata}
        yield {**claim, "spec": template.get("spec") or {}}


def _claim_templates(workload: Body) -> list[Body]:
    return (workload["spec"].get("volumeClaimTemplates") or []) if workload["kind"] == "StatefulSet" else []


def _with_claims(workload: Body, spec: Body) -> Body:
    """Add the volumes of claims, which take the place of others with their names."""
    names = [template["metadata"]["name"] for template in _claim_templates(workload)]
    made = [{"name": name, "persistentVolumeClaim": {"claimName": f"{name}-0"}} for name in names]
    kept = [volume for volume in spec.get("volumes") or () if volume.get("name") not in names]
    return {**spec, "volumes": [*kept, *made]} if made else spec
