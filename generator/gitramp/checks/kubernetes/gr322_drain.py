"""GR322: a pod has ended before it is killed."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import tracks
from gitramp.model import Environment, Track
from gitramp.problem import Code

CODE = Code(
    "GR322",
    "an end that takes longer than it may",
    "When the grace period is over the kubelet kills what still runs, the sidecar with its open requests included.",
    "raise `terminationGracePeriodSeconds`, or drain for a shorter time",
    source="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
)
_GRACE = 30  # seconds, Kubernetes' own default


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each track whose pause or drain does not end within its grace period."""
    for _, track in tracks(environment):
        grace = _GRACE if track.termination_grace_period_seconds is None else track.termination_grace_period_seconds
        yield from _too_long(track, grace)


def _too_long(track: Track, grace: int) -> Iterator[Breach]:
    hook = track.lifecycle.pre_stop
    if hook is not None and hook.sleep is not None and hook.sleep >= grace:
        message = f"{track.name} pauses {hook.sleep} s of the {grace} s that it has to end"
        yield Breach(message, hook.at("sleep"))
    elif track.drain_seconds is not None and track.drain_seconds >= grace:
        message = f"the sidecar of {track.name} drains {track.drain_seconds} s of the {grace} s that the pod has to end"
        yield Breach(message, track.at("drainSeconds"))


RULE = EnvironmentRule(CODE, find)
