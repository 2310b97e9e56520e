"""GR276: all versions of a split are asked whether they are ready."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.destinations import Destination, splits
from gitramp.checks.pods import Pod
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, ManifestSet

CODE = Code(
    "GR276",
    "a version of a split without the readiness probe of the other",
    "Pods without the probe get requests as soon as they start: the canary's errors are those of its start.",
    "give the pods of all versions a readinessProbe",
    Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination of a split none of whose pods is probed, where those of another one are."""
    for split in splits(manifests):
        known = [(each, pods) for each in split if (pods := pods_at(manifests, each))]
        probed = next((each for each, pods in known if all(map(_is_probed, pods))), None)
        for each, pods in known if probed is not None else ():
            if probed is not None and not any(map(_is_probed, pods)):
                yield _breach(each, pods[0], probed)


def _breach(each: Destination, pod: Pod, probed: Destination) -> Breach:
    message = f"the pods of {each.host} have no readinessProbe, those of {probed.host} do"
    related = (Elsewhere("gets a share of the requests", each.at, each.manifest),)
    return Breach(message, (*pod.pointer, "containers"), pod.manifest, related=related)


def _is_probed(pod: Pod) -> bool:
    return any(isinstance(body.field(container.body, "readinessProbe"), dict) for container in pod.containers())


RULE = ManifestRule(CODE, find)
