"""How many pods of a track there are and stay: HorizontalPodAutoscaler and PodDisruptionBudget.

Owns replica bounds. Must not know the pod template.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.workload import metadata
from gitramp.model import Autoscaling, Environment, Service, Track
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
    behavior = {} if scale.behavior is None else {"behavior": traced(scale.behavior, scale.at("behavior"))}
    name = environment.track_object(service, track)
    spec = {
        "scaleTargetRef": {"apiVersion": kinds.DEPLOYMENT.api_version, "kind": track.kind, "name": name},
        "minReplicas": traced(scale.min_replicas, scale.at("minReplicas")),
        "maxReplicas": traced(scale.max_replicas, scale.at("maxReplicas")),
        "metrics": [*_uses(scale, service), *_others(scale)],
        **behavior,
    }
    tree = {"metadata": metadata(environment, service, track), "spec": spec}
    return Manifest.of(kinds.AUTOSCALER, tree, track.pointer, service.name)


def _uses(scale: Autoscaling, service: Service) -> Iterator[dict[str, Any]]:
    for resource, target in (("cpu", scale.cpu_target), ("memory", scale.memory)):
        if target is not None:
            average = {"type": "Utilization", "averageUtilization": traced(target, scale.at(resource))}
            # ContainerResource, not Resource: the sidecar's own use must not steer the number of pods.
            use = {"name": resource, "container": service.name, "target": average}
            yield {"type": "ContainerResource", "containerResource": use}


def _others(scale: Autoscaling) -> Iterator[Any]:
    return (traced(metric, scale.at("metrics", name)) for name, metric in sorted(scale.metrics.items()))


def _disruption_budget(environment: Environment, service: Service, track: Track) -> Manifest:
    budget = track.pod_disruption_budget
    assert budget is not None
    bounds = {"maxUnavailable": budget.max_unavailable, "minAvailable": budget.min_available}
    said: dict[str, Any] = {name: traced(v, budget.at(name)) for name, v in bounds.items() if v is not None}
    spec = {
        **said,
        # Pods that never became ready must not hold up a drain.
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": kinds.selector(environment, service, track)},
    }
    tree = {"metadata": metadata(environment, service, track), "spec": traced(spec, budget.pointer)}
    return Manifest.of(kinds.DISRUPTION_BUDGET, tree, track.pointer, service.name)
