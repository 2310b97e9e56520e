"""GR387: a container says what it needs, and what memory it may take."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import amounts
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import pods
from gitramp.checks.proxies import is_injected
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR387",
    "a container without requests or a limit of memory",
    "The scheduler takes it for nothing, so nodes fill up, and a leak in it stops its neighbours first.",
    "say resources.requests.cpu, resources.requests.memory and resources.limits.memory, or a LimitRange",
    severity=Severity.INFO,
    source="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
)
_WANTED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each of other people's containers that does not say them, and gets none by default."""
    given = {namespace: amounts.defaults(ranges) for namespace, ranges in amounts.container_ranges(manifests).items()}
    nothing = amounts.defaults(())
    for pod in pods(manifests):
        for container in pod.lasting_containers() if is_foreign(pod.manifest) else ():
            defaults = given.get(pod.manifest.id.namespace, nothing)
            missing = [f"{k}.{name}" for k, name in _WANTED if amounts.said(container, k, name, defaults) is None]
            if missing and not is_injected(container):
                message = f"container {show(container.name)} says no {', '.join(missing)}"
                yield Breach(message, container.pointer, pod.manifest)


RULE = ManifestRule(CODE, find)
