"""What runs: the keys a service says for all its tracks, and a track may say anew.

Owns the list of these keys. Must not know services, tracks or environments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.container import Lifecycle, Probes
from gitramp.model.key import key
from gitramp.model.pod import ServiceAccount, TopologySpread
from gitramp.model.port import Port, Protocol
from gitramp.model.scaling import Autoscaling, PodDisruptionBudget
from gitramp.model.storage import Config, VolumeClaim
from gitramp.model.template import PodTemplate
from gitramp.model.traffic_policy import TrafficPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(PodTemplate):
    """The keys that a service may say for all its tracks and a track may say anew."""

    kind: Literal["Deployment", "StatefulSet"] = key(
        "What keeps the pods: a `StatefulSet` gives each of them a name, a place in an order and volumes of its own.",
        example="StatefulSet",
        default="Deployment",
    )
    volume_claims: Mapping[str, VolumeClaim] = key(
        "Volumes of which every pod of a StatefulSet has its own, by name. They outlive the pods, and no two tracks "
        "share them: a canary answers from volumes of its own.",
        example={"index": {"mountPath": "/var/lib/search", "storage": "10Gi"}},
        default={},
    )
    pod_management_policy: Literal["OrderedReady", "Parallel"] | None = key(
        "Whether the pods of a StatefulSet start one after the other; Kubernetes takes `OrderedReady`.",
        example="Parallel",
        default=None,
    )
    port: int = key("Port on which the container listens.", example=8080)
    service_port: int = key("Port under which the Service offers it.", example=80, default=80)
    protocol: Protocol = key(
        "What is spoken on the port; becomes the port's name and `appProtocol`. Only HTTP, of which gRPC is a kind, "
        "has requests: `tcp` and `tls` are split by connections, in the mesh alone.",
        example="http",
        default="http",
    )
    ports: Mapping[str, Port] = key(
        "Further ports, by name. Callers in the mesh reach them at the service's address; gateways offer `port` alone.",
        example={"admin": {"port": 9090, "protocol": "grpc"}},
        default={},
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
    config: Config | None = key(
        "Files put into the container from a ConfigMap.",
        example={"mountPath": "/etc/app", "files": {"app.ini": "debug = off\n"}},
        default=None,
    )
    probes: Probes = key(
        "How the kubelet judges the container.", example={"readiness": {"path": "/-/readiness"}}, default=Probes()
    )
    service_account: ServiceAccount = key(
        "As whom the pods act: each track has an account of its own.",
        example={"annotations": {"eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/search"}},
        default=ServiceAccount(),
    )
    drain_seconds: int | None = key(
        "Seconds for which the sidecar goes on serving once the pod is told to stop; the pause of "
        "`lifecycle.preStop.sleep` and 5 more unless said otherwise.",
        example=15,
        default=None,
        minimum=1,
    )
    topology_spread: Mapping[str, TopologySpread] | None = key(
        "How the pods are spread, by a name of yours; over zones and nodes unless said otherwise, `{}` for not at all.",
        example={"zone": {"topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule"}},
        default=None,
    )
    lifecycle: Lifecycle = key(
        "Hooks into the container's life.", example={"preStop": {"sleep": 10}}, default=Lifecycle()
    )
    traffic_policy: TrafficPolicy | None = key(
        "How callers spread requests over the pods; becomes a DestinationRule.",
        example={"loadBalancer": "LEAST_REQUEST"},
        default=None,
    )

    @property
    def main_port(self) -> Port:
        """The workload's own port; its name is its protocol."""
        return Port(
            name=self.protocol,
            port=self.port,
            service_port=self.service_port,
            protocol=self.protocol,
            pointer=self.pointer,
        )

    @property
    def every_port(self) -> tuple[Port, ...]:
        """The workload's own port, and the further ones by name."""
        return (self.main_port, *(port for _, port in sorted(self.ports.items())))
