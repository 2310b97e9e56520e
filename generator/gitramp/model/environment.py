"""One environment: the platform it runs on, its gateways and its services.

Owns the top level of the format. Must not know how overlays are found or merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.delivery import Delivery
from gitramp.model.external import External
from gitramp.model.gateway import Gateway
from gitramp.model.hatches import ManifestFile, Patch
from gitramp.model.key import Named, Placed, ServicePiece, injected, key
from gitramp.model.limits import NamespaceLimits
from gitramp.model.parity import Parity
from gitramp.model.policy import Policy
from gitramp.model.ramp import Group
from gitramp.model.request_test import RequestTest
from gitramp.model.service import Service, Track
from gitramp.model.storage import ConfigFile
from gitramp.model.template import PodTemplate
from gitramp.model.trust import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform(Placed):
    """The versions that the rendered objects must be valid for."""

    kubernetes: Literal["1.35", "1.36", "1.37"] = key(
        "Kubernetes minor version of the cluster.", example="1.37", default="1.37"
    )
    istio: Literal["1.30", "1.31"] = key("Istio minor version of the mesh.", example="1.31", default="1.31")
    ingress: Literal["istio", "gateway-api"] = key(
        "How requests come from outside, and how routes are said: by Istio's Gateway and VirtualService, or by Gateway "
        "API's Gateway and HTTPRoute, with the same meaning.",
        example="gateway-api",
        default="istio",
    )
    mesh: Literal["sidecar", "ambient", "none"] = key(
        "What carries requests between services: Istio's sidecars, its ambient mode with a waypoint at the services' "
        "addresses, or nothing. Without a mesh only requests from outside are split, and callers inside get stable.",
        example="ambient",
        default="sidecar",
    )
    cluster_domain: str = key("DNS domain of the cluster.", example="cluster.local", default="cluster.local")


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespaces(Placed):
    """The namespaces that gitramp renders."""

    apex: str = key(
        "Namespace of the addresses that callers use: `<service>.services`.", example="services", default="services"
    )
    pod_security: Literal["restricted", "baseline", "privileged"] = key(
        "Pod Security level that the namespaces enforce. With sidecars, `restricted` and `baseline` need Istio's CNI "
        "agent, because the sidecar's own init container asks for network rights.",
        example="restricted",
        default="restricted",
    )
    labels: Mapping[str, str] = key(
        "Labels on every rendered namespace, besides gitramp's own.", example={"team": "shop"}, default={}
    )
    annotations: Mapping[str, str] = key(
        "Annotations on every rendered namespace.", example={"owner": "shop@example.com"}, default={}
    )
    limits: Mapping[str, NamespaceLimits] = key(
        "Namespace -> what it may use; `*` stands for every rendered namespace of tracks that is not named.",
        example={"*": {"quota": {"pods": 50}}, "services-v1": {"quota": {"requests.cpu": "4"}}},
        default={},
    )


Labelled = PodTemplate | Namespaces | Gateway
"""What has labels and annotations of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment(Named):
    """Everything one environment runs, merged from its layers."""

    api_version: Literal["gitramp/v1alpha1"] = key("Version of this format.", example="gitramp/v1alpha1")
    kind: Literal["Environment", "Layer", "Component"] = key(
        "`Environment` is rendered; a `Layer` exists to be extended, a `Component` to be included.",
        example="Environment",
    )
    extends: str | None = key(
        "Name of the overlay beneath this one: its file name without `.yaml`.", example="base", default=None
    )
    include: tuple[str, ...] = key(
        "Names of Components that lie between what is extended and this overlay, the last one uppermost. What a layer "
        "beneath includes stays part of it.",
        example=["regulated"],
        default=(),
        uniqueItems=True,
    )
    platform: Platform = key(
        "Versions of the cluster and the mesh.", example={"kubernetes": "1.37", "istio": "1.31"}, default=Platform()
    )
    namespaces: Namespaces = key("Namespaces that are rendered.", example={"apex": "services"}, default=Namespaces())
    gateways: Mapping[str, Gateway] = key(
        "Entries from outside, by name.", example={"public": {"selector": {"istio": "ingressgateway"}}}, default={}
    )
    trust: Trust = key("Who may speak to whom, for all services.", example={"defaultDeny": True}, default=Trust())
    external: Mapping[str, External] = key(
        "What services call outside the mesh, by name.",
        example={
            "payments": {
                "hosts": ["api.payments.example.com"],
                "ports": {"https": {"number": 443, "protocol": "https"}},
            }
        },
        default={},
    )
    components: Mapping[str, ServicePiece] = key(
        "Named pieces of services, which a service includes beneath what it says itself.",
        example={"jvm": {"env": {"JAVA_TOOL_OPTIONS": "-XX:MaxRAMPercentage=75"}}},
        default={},
    )
    services: Mapping[str, Service] = key(
        "Services, by name.",
        example={"search": {"port": 8080, "tracks": {"v1": {"image": "ghcr.io/acme/search:1.4.2"}}}},
        default={},
    )
    follows: str = key(
        "Name of the environment that goes first: an image must run there before it comes here, and gets no greater "
        "share of the traffic here than there.",
        example="staging",
        default="",
        minLength=1,
    )
    groups: Mapping[str, Group] = key(
        "Services that are released together, by a name of yours, each with the order in which their canaries grow.",
        example={"checkout-release": {"order": ["catalog/v2", "checkout/v3"]}},
        default={},
    )
    tests: Mapping[str, RequestTest] = key(
        "Requests and who must answer them, by a name of yours; asked of the rendered routes in every run.",
        example={
            "cookie-reaches-v2": {
                "request": {"url": "search.example.com/", "cookies": {"access": "v2"}},
                "track": "v2",
            },
            "most-stay": {"request": "https://search.example.com/", "track": "v1", "atLeast": 90},
        },
        default={},
    )
    manifests: Mapping[str, ManifestFile] = key(
        "Objects of one's own, by a name of yours: rendered, owned and checked like the rest. A kind that gitramp does "
        "not know needs a schema, `schemas/extra/<group>/<kind>_<version>.json`.",
        example={"dashboards": "base/files/dashboards.yaml"},
        default={},
    )
    patches: Mapping[str, Patch] = key(
        "Changes of rendered objects, by a name of yours and applied in the order of the names: what no key says.",
        example={
            "dns": {
                "target": {"kind": "Deployment", "name": "search"},
                "merge": {"spec": {"template": {"spec": {"dnsPolicy": "None"}}}},
            }
        },
        default={},
    )
    delivery: Delivery | None = key(
        "What applies the rendered objects: writes what Argo CD or Flux needs to `rendered/_delivery/<environment>/`.",
        example={"repoURL": "https://github.com/acme/shop.git", "argocd": {}},
        default=None,
    )

    policy: Policy = key(
        "What everything that is rendered must keep to, and how findings are rated. Say it in a Layer: what a layer "
        "beneath demands, a layer above may tighten but not loosen.",
        example={"registries": ["ghcr.io/acme"], "minReplicas": 2},
        default=Policy(),
    )
    parity: Parity | None = key(
        "Another environment that this one must be like, but for the differences that are declared.",
        example={"with": "staging", "allow": {"services.*.replicas": "production is sized for its traffic"}},
        default=None,
    )

    attached: Mapping[str, bytes] = injected({})
    """The files beside the overlays, by their path from `environments/`."""

    def content(self, said: ConfigFile) -> bytes | None:
        """Return the bytes of a file that an overlay says; None when there is no such file."""
        return said.text.encode() if said.text is not None else self.attached.get(said.file or "")

    def delivered_as(self, part: str = "") -> str:
        """Return the name under which the environment, or a part of its delivery, is known to Argo CD or Flux.

        No environment is called like the part of another: the names of environments have no dot.
        """
        name = (self.delivery.object_name if self.delivery else "") or self.name
        return f"{name}.{part}" if part else name

    def track_namespace(self, service: Service, track: Track) -> str:
        """Return the namespace a track is deployed in."""
        return track.namespace or service.namespace or f"{self.namespaces.apex}-{track.name}"

    def shares_namespace(self, service: Service, track: Track) -> bool:
        """Say whether the objects of a track carry its name, because its namespace is not for it alone.

        So they do from the first track on where the service says a namespace, lest a second one rename them.
        """
        namespace = self.track_namespace(service, track)
        others = (self.track_namespace(service, other) for other in service.tracks.values() if other is not track)
        return bool(service.namespace) or namespace in {self.namespaces.apex, *others}

    def track_object(self, service: Service, track: Track) -> str:
        """Return the name of a track's objects."""
        return f"{service.name}-{track.name}" if self.shares_namespace(service, track) else service.name

    def rendered_namespaces(self) -> tuple[str, ...]:
        """Return the namespaces that gitramp renders: that of the addresses, and those of the tracks."""
        services = self.services.values()
        own = (self.track_namespace(service, track) for service in services for track in service.tracks.values())
        apex = (self.namespaces.apex,) if self.services else ()
        return tuple(dict.fromkeys((*apex, *own)))

    def limits_of(self, namespace: str) -> NamespaceLimits | None:
        """Return what a rendered namespace may use; the addresses' own has to be named, for it may hold no pods."""
        limits = self.namespaces.limits
        everywhere = None if namespace == self.namespaces.apex else limits.get("*")
        return limits.get(namespace, everywhere)

    def gateway_namespace(self, gateway: Gateway) -> str:
        """Return the namespace a Gateway object lives in."""
        return gateway.ref.partition("/")[0] or gateway.namespace or self.namespaces.apex

    def gateway_object(self, gateway: Gateway) -> str:
        """Return a Gateway object as routes name it: namespace/name."""
        return gateway.ref or f"{self.gateway_namespace(gateway)}/{gateway.name}"

    @property
    def has_mesh_routes(self) -> bool:
        """Whether HTTPRoutes, not VirtualServices, are what callers in the mesh are routed by."""
        platform = self.platform
        return platform.mesh == "ambient" or (platform.mesh == "sidecar" and platform.ingress == "gateway-api")

    def gateways_of(self, service: Service) -> tuple[Gateway, ...]:
        """Return the gateways that offer a service: none for one without hosts."""
        if not service.hosts:
            return ()
        names = self.gateways if service.gateways is None else service.gateways
        return tuple(self.gateways[name] for name in sorted(names) if name in self.gateways)

    def host_of(self, service: Service, track: Track | None = None) -> str:
        """Return the fully qualified name of a service's apex or of one track."""
        name, namespace = service.name, self.namespaces.apex
        if track is not None:
            name, namespace = self.track_object(service, track), self.track_namespace(service, track)
        return f"{name}.{namespace}.svc.{self.platform.cluster_domain}"
