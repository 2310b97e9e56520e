"""What runs: the keys a service says for all its tracks, and a track may say anew.

Owns the list of these keys. Must not know services, tracks or environments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gitramp.model.container import Container, Lifecycle, Probes, SideContainer
from gitramp.model.key import key
from gitramp.model.pod import Pod
from gitramp.model.port import Port, Protocol
from gitramp.model.scaling import Autoscaling, PodDisruptionBudget
from gitramp.model.storage import Config, Volume
from gitramp.model.traffic_policy import TrafficPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(Container, Pod):
    """The keys that a service may say for all its tracks and a track may say anew."""

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
    volumes: Mapping[str, Volume] = key(
        "Folders mounted into the container, by name.", example={"tmp": {"mountPath": "/tmp"}}, default={}
    )
    probes: Probes = key(
        "How the kubelet judges the container.", example={"readiness": {"path": "/-/readiness"}}, default=Probes()
    )
    lifecycle: Lifecycle = key(
        "Hooks into the container's life.", example={"preStop": {"sleep": 10}}, default=Lifecycle()
    )
    init_containers: Mapping[str, SideContainer] = key(
        "Containers that run to their end before the others start, in the order of their names. The mesh is not there "
        "yet.",
        example={"migrate": {"image": "ghcr.io/acme/search:1.4.2", "args": ["migrate"]}},
        default={},
    )
    sidecars: Mapping[str, SideContainer] = key(
        "Containers that run beside the track's own: started before it and stopped after it.",
        example={"exporter": {"image": "ghcr.io/acme/exporter:0.3.0"}},
        default={},
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

    @property
    def fewest_pods(self) -> int:
        """Pods that run at least, once the workload is up."""
        return self.autoscaling.min_replicas if self.autoscaling else self.replicas
