"""GR337: an update of a workload has room to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gitramp import body
from gitramp.checks.forms import Fault, breaches, share, share_is_zero, whole, word
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR337",
    "an update strategy that the API server refuses",
    "A rollout needs a pod more or a pod less: with neither it could not replace the first one.",
    "let maxSurge or maxUnavailable be more than 0, or say `type: Recreate` without rollingUpdate",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",
)
_ROLLING = "RollingUpdate"


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with the way in which a workload replaces its pods."""
    return breaches(manifest, _FAULTS[manifest.id.gvk.kind](manifest))


def _deployment(manifest: Manifest) -> Iterator[Fault]:
    at: Pointer = ("spec", "strategy")
    yield from word(manifest.body, (*at, "type"), (_ROLLING, "Recreate"))
    rolling: Pointer = (*at, "rollingUpdate")
    if body.field(manifest.body, *rolling) is None:
        return
    if body.text(manifest.body, *at, "type") == "Recreate":
        yield Fault("Recreate has no rollingUpdate", rolling)
        return
    surge, unavailable = (*rolling, "maxSurge"), (*rolling, "maxUnavailable")
    yield from share(manifest.body, surge, whole_at_most=False)
    yield from share(manifest.body, unavailable)
    if all(share_is_zero(manifest.body, bound, "25%") for bound in (surge, unavailable)):
        yield Fault("maxSurge and maxUnavailable are both 0", rolling)


def _daemon_set(manifest: Manifest) -> Iterator[Fault]:
    at: Pointer = ("spec", "updateStrategy")
    yield from word(manifest.body, (*at, "type"), (_ROLLING, "OnDelete"))
    rolling: Pointer = (*at, "rollingUpdate")
    if body.field(manifest.body, *rolling) is None or body.text(manifest.body, *at, "type") == "OnDelete":
        return
    surge, unavailable = (*rolling, "maxSurge"), (*rolling, "maxUnavailable")
    yield from share(manifest.body, surge)
    yield from share(manifest.body, unavailable)
    no_surge = share_is_zero(manifest.body, surge, "0%")
    if no_surge and share_is_zero(manifest.body, unavailable, "1"):
        yield Fault("maxSurge and maxUnavailable are both 0", rolling)
    elif not no_surge and not share_is_zero(manifest.body, unavailable, "1"):
        yield Fault("maxSurge counts only beside maxUnavailable: 0", surge)


def _stateful_set(manifest: Manifest) -> Iterator[Fault]:
    at: Pointer = ("spec", "updateStrategy")
    yield from word(manifest.body, (*at, "type"), (_ROLLING, "OnDelete"))
    rolling: Pointer = (*at, "rollingUpdate")
    if body.field(manifest.body, *rolling) is not None and body.text(manifest.body, *at, "type") == "OnDelete":
        yield Fault("OnDelete has no rollingUpdate", rolling)
        return
    yield from whole(manifest.body, (*rolling, "partition"))
    yield from share(manifest.body, (*rolling, "maxUnavailable"))
    if share_is_zero(manifest.body, (*rolling, "maxUnavailable"), "1"):
        yield Fault("maxUnavailable is 0", (*rolling, "maxUnavailable"))


_FAULTS: Mapping[str, Callable[[Manifest], Iterator[Fault]]] = {
    "Deployment": _deployment,
    "DaemonSet": _daemon_set,
    "StatefulSet": _stateful_set,
}
RULE = ObjectRule(CODE, frozenset(f"apps/{kind}" for kind in _FAULTS), find)
