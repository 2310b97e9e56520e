"""How what is rendered reaches a cluster: the repository, Argo CD or Flux, and the installation of Istio.

Owns the vocabulary of delivery. Must not know the objects that these controllers read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Placed, key

_LABEL = {"pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", "x_hint": "a-z, 0-9 and -, 63 characters at most"}
_DURATION = {"pattern": "^([0-9]+(s|m|h))+$", "x_hint": "write a duration, such as 30s, 10m or 1h30m"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination(Placed):
    """A cluster as Argo CD knows it: by the URL of its API server or by name."""

    server: str = key(
        "URL of the cluster's API server; the cluster that Argo CD runs in when nothing is said.",
        example="https://kubernetes.default.svc",
        default="",
        pattern="^https://[^ ]+$",
        x_hint="write the URL that `argocd cluster list` shows",
    )
    cluster: str = key("Name of the cluster in Argo CD.", name="name", example="production-eu", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permits(Placed):
    """What the AppProject permits besides what is rendered now."""

    kinds: tuple[str, ...] = key(
        "Kinds with their group, as `kubectl api-resources --output name` orders them: kind.group.",
        example=["ClusterRole.rbac.authorization.k8s.io"],
        default=(),
        uniqueItems=True,
    )
    namespaces: tuple[str, ...] = key("Namespaces.", example=["monitoring"], default=(), uniqueItems=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgoCD(Placed):
    """Delivery by Argo CD: an Application and an AppProject that allows no more than it needs."""

    namespace: str = key("Namespace that Argo CD runs in.", example="argocd", default="argocd", **_LABEL)
    destination: Destination = key(
        "Cluster that the environment runs on.", example={"name": "production-eu"}, default=Destination()
    )
    automated: bool = key(
        "Whether Argo CD applies a commit by itself, and puts back what was changed in the cluster; else somebody "
        "syncs by hand.",
        example=False,
        default=True,
    )
    permits: Permits = key(
        "What the AppProject permits besides what is rendered now. Argo CD prunes only what its project permits: name "
        "what `manifests` brought, before you take the last of it away.",
        example={"kinds": ["ClusterRole.rbac.authorization.k8s.io"], "namespaces": ["monitoring"]},
        default=Permits(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference(Placed):
    """A Secret by its name; what is in it never stands in an overlay."""

    secret: str = key("Name of the Secret.", name="name", example="repository-credentials", minLength=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flux(Placed):
    """Delivery by Flux: a GitRepository, and Kustomizations that wait for each other."""

    namespace: str = key("Namespace that Flux runs in.", example="flux-system", default="flux-system", **_LABEL)
    secret_ref: SecretReference | None = key(
        "Secret with the credentials of the repository; none for a public one.",
        example={"name": "repository-credentials"},
        default=None,
    )
    service_account_name: str = key(
        "Service account that Flux applies as; its own controller's unless said.", example="deployer", default=""
    )
    interval: str = key(
        "How often what runs is compared with what is rendered; a new commit is seen within a minute.",
        example="10m",
        default="10m",
        **_DURATION,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IstioInstallation(Placed):
    """Istio itself, from its own Helm charts: in `istio-system`, its ingress gateways in `istio-ingress`.

    Say it in one environment a cluster: a cluster has one mesh.
    """

    version: str = key(
        "Version of the charts, patch release included: one of the minor version in `platform.istio`.",
        example="1.31.4",
        pattern="^[0-9]+\\.[0-9]+\\.[0-9]+$",
        x_hint='write a whole version in quotes, as "1.31.4"',
    )
    repository: str = key(
        "Helm repository with the charts `base`, `istiod`, `cni` and `gateway`.",
        example="https://istio-release.storage.googleapis.com/charts",
        default="https://istio-release.storage.googleapis.com/charts",
        pattern="^https://[^ @]+$",
        x_hint="write the https:// URL of a Helm repository",
    )
    platform: Literal["gke", "k3d", "k3s", "microk8s", "minikube", "openshift"] | None = key(
        "Kind of cluster, where Istio's charts have settings of their own for it.", example="gke", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Placed):
    """What applies the rendered objects: one of `argocd` and `flux`."""

    repo_url: str = key(
        "URL of the Git repository that holds `rendered/`, without credentials.",
        name="repoURL",
        example="https://github.com/acme/shop.git",
        minLength=1,
    )
    branch: str = key("Branch that is delivered.", example="main", default="main", minLength=1)
    object_name: str = key(
        "Name of the Application or GitRepository, and the start of the names beside it; the environment's unless "
        "said. Say it where one Argo CD delivers several repositories.",
        name="name",
        example="shop-production",
        default="",
        **_LABEL,
    )
    folder: str = key(
        "Folder in the repository that `environments/` and `rendered/` are in; its top unless said.",
        example="deploy/mesh",
        default="",
        pattern="^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$",
        x_hint="write a path inside the repository, without / at either end and without ..",
    )
    prune: bool = key("Whether what is no longer rendered is deleted from the cluster.", example=False, default=True)
    argocd: ArgoCD | None = key("Deliver by Argo CD; `{}` is enough.", example={"namespace": "argocd"}, default=None)
    flux: Flux | None = key(
        "Deliver by Flux; `{}` is enough. Flux deletes pods before it applies routes, so remove a track in the commit "
        "after the one that takes its traffic away.",
        example={"namespace": "flux-system"},
        default=None,
    )
    istio: IstioInstallation | None = key(
        "Install Istio before the environment.", example={"version": "1.31.4"}, default=None
    )
