"""How many pods of a track there are and stay.

Owns the vocabulary of autoscaling and disruption. Must not know what runs in the pods.
"""

from __future__ import annotations

from dataclasses import dataclass

from gitramp.model.key import Placed, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoscaling(Placed):
    """A HorizontalPodAutoscaler, which then owns the number of replicas."""

    min_replicas: int = key("Fewest pods.", example=2, minimum=1)
    max_replicas: int = key("Most pods.", example=6, minimum=1)
    cpu: int = key("Average CPU use, in percent of the request, that it steers to.", example=70, default=80, minimum=1)


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
