"""How many pods of a track there are and stay: HorizontalPodAutoscaler and PodDisruptionBudget.

Owns replica bounds. Must not know the pod template.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.workload import metadata
from gitramp.model import Environment, Service, Track
from gitramp.resource import Manifest, traced


def scaling(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the objects that bound a track's number of pods, where the overlay asks for them."""
    if track.autoscaling is not None:
        yield _autoscaler(environment, service, track)
    if track.pod_disruption_budget is not None:
        yield _disruption_budget(environment, service, track)


def _autoscaler(environment: Environment, service: Service, track: Track) -> Manifest:
    scale = track.autoscaling
    assert scale is not None
    target = {"type": "Utilization", "averageUtilization": traced(scale.cpu, scale.at("cpu"))}
    # ContainerResource, not Resource: the sidecar's own CPU must not steer the number of pods.
    metric = {
        "type": "ContainerResource",
        "containerResource": {"name": "cpu", "container": service.name, "target": target},
    }
    spec = {
        "scaleTargetRef": {"apiVersion": kinds.DEPLOYMENT.api_version, "kind": "Deployment", "name": service.name},
        "minReplicas": traced(scale.min_replicas, scale.at("minReplicas")),
        "maxReplicas": traced(scale.max_replicas, scale.at("maxReplicas")),
        "metrics": [metric],
    }
    tree = {"metadata": metadata(environment, service, track), "spec": spec}
    return Manifest.of(kinds.AUTOSCALER, tree, track.pointer, service.name)


def _disruption_budget(environment: Environment, service: Service, track: Track) -> Manifest:
    budget = track.pod_disruption_budget
    assert budget is not None
    bounds = {"maxUnavailable": budget.max_unavailable, "minAvailable": budget.min_available}
    said: dict[str, Any] = {name: traced(v, budget.at(name)) for name, v in bounds.items() if v is not None}
    spec = {
        **said,
        # Pods that never became ready must not hold up a drain.
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": kinds.selector(service)},
    }
    tree = {"metadata": metadata(environment, service, track), "spec": traced(spec, budget.pointer)}
    return Manifest.of(kinds.DISRUPTION_BUDGET, tree, track.pointer, service.name)
