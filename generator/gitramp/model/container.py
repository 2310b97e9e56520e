"""What a container asks for and how it is judged.

Owns the vocabulary of resources and probes. Must not know pods.
"""

from __future__ import annotations

from dataclasses import dataclass

from gitramp.model.key import Placed, key
from gitramp.model.units import QUANTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceList(Placed):
    """Amounts of compute resources."""

    cpu: str | None = key(
        "CPU, in cores or thousandths of a core.",
        example="250m",
        default=None,
        **QUANTITY,
    )
    memory: str | None = key("Memory, in bytes or with a unit.", example="128Mi", default=None, **QUANTITY)
    ephemeral_storage: str | None = key(
        "Local disk for logs, emptyDir volumes and the writable layer.",
        example="256Mi",
        default=None,
        name="ephemeral-storage",
        **QUANTITY,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources(Placed):
    """What the container asks for and what it may not exceed."""

    requests: ResourceList = key(
        "What the scheduler sets aside for the container.",
        example={"cpu": "50m", "memory": "64Mi"},
        default=ResourceList(),
    )
    limits: ResourceList = key(
        "What the container may not exceed.", example={"memory": "128Mi"}, default=ResourceList()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Placed):
    """An HTTP request by which the kubelet judges the container."""

    path: str = key("Path that is asked.", example="/-/liveness", pattern="^/", x_hint="start the path with /")
    port: int | None = key(
        "Container port that is asked; the workload's `port` unless said otherwise.", example=8080, default=None
    )
    initial_delay_seconds: int = key(
        "Seconds after the start before the first request.", example=5, default=0, minimum=0
    )
    period_seconds: int = key("Seconds between two requests.", example=10, default=10, minimum=1)
    timeout_seconds: int = key("Seconds until a request counts as failed.", example=2, default=2, minimum=1)
    failure_threshold: int = key("Failures in a row until the probe has failed.", example=3, default=3, minimum=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes(Placed):
    """The container's probes."""

    startup: Probe | None = key(
        "Holds back the other probes until it succeeds; for slow starters.",
        example={"path": "/-/liveness", "failureThreshold": 30},
        default=None,
    )
    liveness: Probe | None = key("Restarts the container when it fails.", example={"path": "/-/liveness"}, default=None)
    readiness: Probe | None = key(
        "Takes the pod out of its Service while it fails.", example={"path": "/-/readiness"}, default=None
    )
