"""How many pods of a track there are and stay.

Owns the vocabulary of autoscaling and disruption. Must not know what runs in the pods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitramp.model.key import Placed, Upstream, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoscaling(Placed):
    """A HorizontalPodAutoscaler, which then owns the number of replicas."""

    min_replicas: int = key("Fewest pods.", example=2, minimum=1)
    max_replicas: int = key("Most pods.", example=6, minimum=1)
    cpu: int | None = key(
        "Average CPU use, in percent of the request, that it steers to; 80 when nothing else is said.",
        example=70,
        default=None,
        minimum=1,
    )
    memory: int | None = key(
        "Average memory use, in percent of the request, that it steers to.", example=80, default=None, minimum=1
    )
    metrics: Mapping[str, Upstream] = key(
        "Other metrics, by a name of yours, as "
        "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ spells them.",
        example={
            "queue": {
                "type": "External",
                "external": {
                    "metric": {"name": "queue_depth"},
                    "target": {"type": "AverageValue", "averageValue": "30"},
                },
            }
        },
        default={},
    )
    behavior: Upstream | None = key(
        "How fast it grows and shrinks, as "
        "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#configurable-scaling-behavior "
        "spells it.",
        example={"scaleDown": {"stabilizationWindowSeconds": 600}},
        default=None,
    )

    @property
    def cpu_target(self) -> int | None:
        """The CPU use it steers to, None where only other metrics count."""
        return 80 if self.cpu is None and self.memory is None and not self.metrics else self.cpu


@dataclass(frozen=True, slots=True, kw_only=True)
class PodDisruptionBudget(Placed):
    """How many pods a drain may take away at once; say one of the two."""

    max_unavailable: int | str | None = key(
        "Pods that may be missing, as a number or percentage.",
        example=1,
        default=None,
        minimum=0,
        pattern=r"^(100|[0-9]{1,2})%$",
    )
    min_available: int | str | None = key(
        "Pods that must stay, as a number or percentage.",
        example="50%",
        default=None,
        minimum=0,
        pattern=r"^(100|[0-9]{1,2})%$",
    )
