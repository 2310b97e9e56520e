"""What runs: the keys a service says for all its tracks, and a track may say anew.

Owns the pod-level vocabulary. Must not know services, tracks or environments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, key

_QUANTITY = r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$"
_DURATION = r"^([0-9]+(\.[0-9]+)?(h|m|s|ms))+$"
_QUANTITY_HINT = 'write a Kubernetes quantity in quotes, such as "250m", "1" or "128Mi"'
_DURATION_HINT = "write a number with a unit, such as 30s, 500ms or 5m"
_PATH_HINT = "write an absolute path, such as /etc/app"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceList(Placed):
    """Amounts of compute resources."""

    cpu: str | None = key(
        "CPU, in cores or thousandths of a core.",
        example="250m",
        default=None,
        pattern=_QUANTITY,
        x_hint=_QUANTITY_HINT,
    )
    memory: str | None = key(
        "Memory, in bytes or with a unit.", example="128Mi", default=None, pattern=_QUANTITY, x_hint=_QUANTITY_HINT
    )
    ephemeral_storage: str | None = key(
        "Local disk for logs, emptyDir volumes and the writable layer.",
        example="256Mi",
        default=None,
        name="ephemeral-storage",
        pattern=_QUANTITY,
        x_hint=_QUANTITY_HINT,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Placed):
    """Files put into the container from a ConfigMap."""

    mount_path: str = key(
        "Folder of the container that holds the files, and nothing else.",
        example="/etc/nginx/conf.d",
        pattern="^/[^:]*$",
        x_hint=_PATH_HINT,
    )
    files: Mapping[str, str] = key(
        "File name -> text. A change restarts the pods.",
        example={"default.conf": "server {\n  listen 8080;\n}\n"},
        default={},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyDir(Placed):
    """An empty folder that lives as long as the pod."""

    size_limit: str | None = key(
        "Size at which the pod is evicted.", example="16Mi", default=None, pattern=_QUANTITY, x_hint=_QUANTITY_HINT
    )
    medium: Literal["", "Memory"] = key("Where it is kept: the node's disk, or `Memory`.", example="Memory", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Named):
    """A folder mounted into the container."""

    mount_path: str = key(
        "Folder of the container where it is mounted.", example="/tmp", pattern="^/[^:]*$", x_hint=_PATH_HINT
    )
    empty_dir: EmptyDir = key(
        "An empty, writable folder; the root file system is read-only.",
        example={"sizeLimit": "16Mi"},
        default=EmptyDir(),
    )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlierDetection(Placed):
    """When a pod that answers badly is left out for a while."""

    consecutive_5xx_errors: int = key(
        "Answers of 5xx in a row until the pod is left out.",
        example=5,
        default=5,
        name="consecutive5xxErrors",
        minimum=1,
    )
    interval: str = key(
        "Time between two looks.", example="10s", default="10s", pattern=_DURATION, x_hint=_DURATION_HINT
    )
    base_ejection_time: str = key(
        "Shortest time left out.", example="30s", default="30s", pattern=_DURATION, x_hint=_DURATION_HINT
    )
    max_ejection_percent: int = key(
        "Most pods left out at once, in percent.", example=50, default=50, minimum=0, maximum=100
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPool(Placed):
    """Limits on what a caller's proxy keeps open to the track."""

    max_connections: int | None = key("Most TCP connections.", example=100, default=None, minimum=1)
    http1_max_pending_requests: int | None = key(
        "Most requests that wait for a connection.", example=64, default=None, minimum=1
    )
    http2_max_requests: int | None = key("Most requests in flight.", example=1000, default=None, minimum=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPolicy(Placed):
    """How callers' proxies spread requests over the pods of a track; becomes its DestinationRule."""

    load_balancer: Literal["LEAST_REQUEST", "ROUND_ROBIN", "RANDOM"] | None = key(
        "How a pod is chosen.", example="LEAST_REQUEST", default=None
    )
    outlier_detection: OutlierDetection | None = key(
        "Leave out pods that answer badly.", example={"consecutive5xxErrors": 5}, default=None
    )
    connection_pool: ConnectionPool | None = key(
        "Limits on connections and requests.", example={"maxConnections": 100}, default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(Placed):
    """The keys that a service may say for all its tracks and a track may say anew."""

    image: str = key("Container image with a fixed tag or a digest.", example="ghcr.io/acme/search:1.4.2", minLength=1)
    port: int = key("Port on which the container listens.", example=8080)
    service_port: int = key("Port under which the Service offers it.", example=80, default=80)
    protocol: Literal["http", "http2", "grpc"] = key(
        "What is spoken on the port; becomes the port's name and `appProtocol`.", example="http", default="http"
    )
    replicas: int = key("Number of pods; not used where `autoscaling` is said.", example=2, default=1, minimum=0)
    autoscaling: Autoscaling | None = key(
        "Let a HorizontalPodAutoscaler choose the number of pods.",
        example={"minReplicas": 2, "maxReplicas": 6},
        default=None,
    )
    pod_disruption_budget: PodDisruptionBudget | None = key(
        "How many pods a drain may take away at once.", example={"maxUnavailable": 1}, default=None
    )
    env: Mapping[str, str] = key("Environment variables.", example={"LOG_LEVEL": "info"}, default={})
    config: Config | None = key(
        "Files put into the container from a ConfigMap.",
        example={"mountPath": "/etc/app", "files": {"app.ini": "debug = off\n"}},
        default=None,
    )
    volumes: Mapping[str, Volume] = key(
        "Folders mounted into the container, by name.", example={"tmp": {"mountPath": "/tmp"}}, default={}
    )
    resources: Resources = key(
        "What the container asks for and what it may not exceed.",
        example={"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
        default=Resources(),
    )
    probes: Probes = key(
        "How the kubelet judges the container.", example={"readiness": {"path": "/-/readiness"}}, default=Probes()
    )
    run_as_user: int | None = key(
        "User id the container runs as; never 0, and not 1337, which is the sidecar's.",
        example=101,
        default=None,
        minimum=1,
        maximum=2147483647,
        x_hint="name the unprivileged user of the image",
    )
    traffic_policy: TrafficPolicy | None = key(
        "How callers spread requests over the pods; becomes a DestinationRule.",
        example={"loadBalancer": "LEAST_REQUEST"},
        default=None,
    )

    @property
    def fewest_pods(self) -> int:
        """Pods that run at least, once the workload is up."""
        return self.autoscaling.min_replicas if self.autoscaling else self.replicas
