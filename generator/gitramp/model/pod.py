"""A pod: where it runs, as whom, and how it ends.

Owns the vocabulary around the containers. Must not know what is in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, Upstream, key

_SCHEDULING = "https://kubernetes.io/docs/concepts/scheduling-eviction"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopologySpread(Named):
    """How evenly the pods stand on the parts of the cluster."""

    topology_key: str = key("Label of nodes whose values are the parts.", example="topology.kubernetes.io/zone")
    max_skew: int = key("Most pods that two parts may differ by.", example=1, default=1, minimum=1)
    when_unsatisfiable: Literal["ScheduleAnyway", "DoNotSchedule"] = key(
        "Whether a pod that cannot stand so waits.", example="DoNotSchedule", default="ScheduleAnyway"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount(Placed):
    """As whom the pods act."""

    annotations: Mapping[str, str] = key(
        "Annotations, such as the identity in a cloud.",
        example={"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/search"},
        default={},
    )
    automount_token: bool = key("Whether the pods get a token for the API server.", example=True, default=False)


# No slots: classes that have them cannot be joined. https://docs.python.org/3/reference/datamodel.html#slots
@dataclass(frozen=True, kw_only=True)
class Pod(Placed):
    """The keys of a pod around its containers."""

    image_pull_secrets: tuple[str, ...] = key(
        "Names of Secrets with which images are pulled.", example=["registry"], default=(), uniqueItems=True
    )
    termination_grace_period_seconds: int | None = key(
        "Seconds from being told to stop until being killed; Kubernetes takes 30.", example=45, default=None, minimum=1
    )
    fs_group: int | None = key(
        "Group that may write to mounted volumes; where `volumeClaims` are said, `runAsUser`, or 2000 without one.",
        example=101,
        default=None,
        minimum=1,
    )
    node_selector: Mapping[str, str] = key(
        "Labels that a node must have.", example={"kubernetes.io/arch": "arm64"}, default={}
    )
    affinity: Upstream | None = key(
        f"Which nodes and neighbours are wished, as {_SCHEDULING}/assign-pod-node/ spells it.",
        example={"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
        default=None,
    )
    tolerations: Mapping[str, Upstream] = key(
        f"Taints that do not keep the pods away, by a name of yours, as {_SCHEDULING}/taint-and-toleration/ spells "
        "them.",
        example={"spot": {"key": "spot", "operator": "Exists", "effect": "NoSchedule"}},
        default={},
    )
    priority_class_name: str | None = key(
        "Name of a PriorityClass.", example="system-cluster-critical", default=None, minLength=1
    )
    labels: Mapping[str, str] = key(
        "Labels on the track's objects and pods, besides gitramp's own.", example={"team": "search"}, default={}
    )
    annotations: Mapping[str, str] = key(
        "Annotations on the track's objects.", example={"owner": "search@example.com"}, default={}
    )
    pod_annotations: Mapping[str, str] = key(
        "Annotations on the pods; a change restarts them.", example={"prometheus.io/scrape": "true"}, default={}
    )
