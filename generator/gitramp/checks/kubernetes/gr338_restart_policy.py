"""GR338: the pods of a workload end, or are started anew, as the workload needs it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.forms import Fault, breaches, word
from gitramp.checks.pods import KINDS, Pod, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR338",
    "a restart policy that does not fit the workload",
    "Pods that serve run for ever, those of a Job end; the API server refuses a template that says otherwise.",
    "leave restartPolicy out of a workload that serves, and say OnFailure or Never in a Job",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy",
)
_ENDING = {"Job", "CronJob"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield a restart policy, or a deadline, that the workload cannot have."""
    return breaches(manifest, _faults(pod_of(manifest)))


def _faults(pod: Pod) -> Iterator[Fault]:
    kind, at = pod.manifest.id.gvk.kind, (*pod.pointer, "restartPolicy")
    said = body.text(pod.manifest.body, *at)
    if kind == "Pod":
        yield from word(pod.manifest.body, at, ("Always", "OnFailure", "Never"))
    elif kind in _ENDING:
        if said not in {"OnFailure", "Never"}:
            fault = (
                f"restartPolicy {show(said)} is neither OnFailure nor Never" if said else "there is no restartPolicy"
            )
            yield Fault(f"{fault}; a Job's pods come to an end", at if said else pod.pointer)
    else:
        if said not in {"", "Always"}:
            yield Fault(f"restartPolicy {show(said)} does not fit a {kind}; its pods run for ever", at)
        deadline = (*pod.pointer, "activeDeadlineSeconds")
        if body.field(pod.manifest.body, *deadline) is not None:
            yield Fault(f"activeDeadlineSeconds does not fit a {kind}; its pods run for ever", deadline)


RULE = ObjectRule(CODE, KINDS, find)
