"""GR509: a Job does not wait for a volume that is applied after it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.pods import pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR509",
    "a Job that waits for a volume which is applied after it",
    "Jobs are applied, and have ended, before the workloads; claims come with the workloads, for most of them wait for "
    "their first pod. Neither would ever be reached.",
    "use a volume that is there already, or the CronJob's `schedule`",
    source="https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode",
)
_CONTROLLERS = ("Application", "Kustomization")


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each volume of a delivered Job whose claim is among the objects."""
    claims = {(m.id.namespace, m.id.name) for m in manifests.of_kind("PersistentVolumeClaim")}
    if not claims or not any(any(manifests.of_kind(kind)) for kind in _CONTROLLERS):
        return
    for pod in pods(manifests):
        for at, volume in body.items(pod.spec, "volumes") if pod.manifest.id.gvk.kind == "Job" else ():
            name = body.text(volume, "persistentVolumeClaim", "claimName")
            if (pod.manifest.id.namespace, name) in claims:
                where = (*pod.pointer, *at, "persistentVolumeClaim", "claimName")
                yield Breach(f"claim {show(name)} is applied after the Job", where, pod.manifest)


RULE = ManifestRule(CODE, find)
