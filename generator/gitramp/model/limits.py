"""What a namespace may use, all in all and each container.

Owns the vocabulary of ResourceQuota and LimitRange. Must not know what runs in the namespaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitramp.model.container import ResourceList
from gitramp.model.key import Named, Placed, key


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerLimits(Placed):
    """What every container of a namespace gets and keeps to; becomes a LimitRange."""

    default: ResourceList = key(
        "Limits of a container that says none.", example={"memory": "256Mi"}, default=ResourceList()
    )
    default_request: ResourceList = key(
        "Requests of a container that says none.", example={"cpu": "50m", "memory": "64Mi"}, default=ResourceList()
    )
    min: ResourceList = key("The least that a container asks for.", example={"memory": "16Mi"}, default=ResourceList())
    max: ResourceList = key(
        "The most that a container is limited to.", example={"cpu": "4", "memory": "4Gi"}, default=ResourceList()
    )

    @property
    def lists(self) -> dict[str, ResourceList]:
        """The lists by their names in Kubernetes."""
        return {"default": self.default, "defaultRequest": self.default_request, "max": self.max, "min": self.min}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceLimits(Named):
    """What one namespace may use."""

    quota: Mapping[str, int | str] = key(
        "Resource -> what all pods and objects of the namespace may have of it together; becomes a ResourceQuota. "
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/ lists the names.",
        example={"requests.cpu": "4", "limits.memory": "8Gi", "pods": 20},
        default={},
    )
    containers: ContainerLimits = key(
        "What every container of the namespace gets and keeps to.",
        example={"default": {"memory": "256Mi"}, "max": {"memory": "4Gi"}},
        default=ContainerLimits(),
    )
