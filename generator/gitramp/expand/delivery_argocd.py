"""Delivery by Argo CD: an Application for an environment, one for Istio, and an AppProject around each.

Owns what Argo CD may do and how it retries. Must not know how the order of application is decided, nor charts' values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.delivery_istio import INGRESS, SYSTEM, Chart, charts, namespaces
from gitramp.expand.delivery_order import ROUTES, SYNC_WAVE
from gitramp.model import ArgoCD, Delivery, Environment, IstioInstallation
from gitramp.resource import Manifest, traced
from gitramp.workspace import DELIVERY, ISTIO, folder_of

_MESH = "istio"
_ISTIO_CLUSTER_KINDS = (
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration", "istio*"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "istio*"),
    ("apiextensions.k8s.io", "CustomResourceDefinition", "*.istio.io"),
    ("rbac.authorization.k8s.io", "ClusterRole", "istio*"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", "istio*"),
)


def delivery(
    environment: Environment, said: Delivery, argocd: ArgoCD, rendered: Sequence[Manifest]
) -> Iterator[Manifest]:
    """Yield what Argo CD needs for an environment with these objects."""
    if said.istio is not None:
        yield from namespaces(environment, said.istio)
        yield _istio_project(environment, said, argocd, said.istio)
        yield _istio_application(environment, said, argocd, said.istio)
    yield _project(environment, said, argocd, rendered)
    yield _application(environment, said, argocd)


def _metadata(argocd: ArgoCD, name: str, wave: int) -> dict[str, Any]:
    # The waves are for an Application of these Applications.
    return {
        "name": name,
        "namespace": traced(argocd.namespace, argocd.at("namespace")),
        "labels": dict(kinds.MANAGED),
        "annotations": {SYNC_WAVE: str(wave)} if wave else {},
    }


def _project(environment: Environment, said: Delivery, argocd: ArgoCD, rendered: Sequence[Manifest]) -> Manifest:
    made, used = _namespaces(environment, argocd, rendered)
    lasting = _lasting(argocd)
    cluster = [m.id for m in rendered if not m.id.namespace and m.id.gvk != kinds.NAMESPACE]
    spec = {
        "description": f"What the environment {environment.name} may apply: its namespaces, its kinds.",
        "sourceRepos": [traced(said.repo_url, said.at("repoURL"))],
        "destinations": [{**_cluster(argocd), "namespace": name} for name in used],
        "clusterResourceWhitelist": [
            *({"group": "", "kind": "Namespace", "name": name} for name in made),
            *({"group": one.gvk.group, "kind": one.gvk.kind, "name": one.name} for one in sorted(cluster)),
            *lasting,
        ],
        "namespaceResourceWhitelist": [
            *({"group": group, "kind": kind} for group, kind in _kinds(rendered)),
            *lasting,
        ],
    }
    tree = {"metadata": _metadata(argocd, environment.delivered_as(), -2), "spec": spec}
    return Manifest.of(kinds.APP_PROJECT, tree, argocd.pointer, beside=DELIVERY)


def _lasting(argocd: ArgoCD) -> list[dict[str, Any]]:
    said = ((kind, argocd.permits.at("kinds", position)) for position, kind in enumerate(argocd.permits.kinds))
    parts = ((*kind.partition("."), at) for kind, at in said)
    return [
        {"group": traced(group, at, how="after the dot"), "kind": traced(kind, at, how="before the dot")}
        for kind, _, group, at in parts
    ]


def _namespaces(environment: Environment, argocd: ArgoCD, rendered: Sequence[Manifest]) -> tuple[list[Any], list[Any]]:
    """Return the namespaces that are rendered and those that are used, each with the pattern of those that were.

    Argo CD passes over whatever its project does not permit, so a namespace that left the project in the same commit
    as its objects would keep them for ever: argoproj/argo-cd:controller/state.go, IsLiveResourcePermitted.
    """
    made = {m.id.name: m.owner for m in rendered if m.id.gvk == kinds.NAMESPACE}
    used = {m.id.namespace: m.owner for m in rendered if m.id.namespace} | made
    apex = environment.namespaces
    permitted = [traced(n, argocd.permits.at("namespaces", i)) for i, n in enumerate(argocd.permits.namespaces)]
    former = traced(f"{apex.apex}-*", apex.at("apex"), how="apex namespace, then any track")
    return (
        [*(traced(name, made[name]) for name in sorted(made)), former],
        [*(traced(name, used[name]) for name in sorted(used)), former, *permitted],
    )


def _kinds(rendered: Sequence[Manifest]) -> list[tuple[str, str]]:
    """Return the namespaced kinds that are rendered, and for the same reason those that gitramp may have rendered."""
    found = {m.id.gvk for m in rendered if m.id.namespace} | set(kinds.own_kinds())
    return sorted({(gvk.group, gvk.kind) for gvk in found if gvk != kinds.NAMESPACE})


def _cluster(argocd: ArgoCD) -> dict[str, Any]:
    destination = argocd.destination
    if destination.cluster:
        return {"name": traced(destination.cluster, destination.at("name"))}
    server = destination.server or "https://kubernetes.default.svc"
    return {"server": traced(server, destination.at("server"))}


def _application(environment: Environment, said: Delivery, argocd: ArgoCD) -> Manifest:
    metadata = _metadata(argocd, environment.delivered_as(), 0)
    spec = {
        "project": environment.delivered_as(),
        "source": _rendered(environment, said, ""),
        "destination": _cluster(argocd),
        "syncPolicy": _sync_policy(said, argocd),
    }
    tree = {"metadata": metadata | {"annotations": _OWN_PATHS}, "spec": spec}
    return Manifest.of(kinds.APPLICATION, tree, argocd.pointer, beside=DELIVERY)


# Commits that change nothing below the Application's path do not make Argo CD render it again.
_OWN_PATHS = {"argocd.argoproj.io/manifest-generate-paths": "."}


def _rendered(environment: Environment, said: Delivery, beside: str) -> dict[str, Any]:
    folder = "/".join(part for part in (said.folder, folder_of(environment.name, beside)) if part)
    return {
        "repoURL": traced(said.repo_url, said.at("repoURL")),
        "targetRevision": traced(said.branch, said.at("branch")),
        "path": traced(folder, said.at("folder"), how="delivery.folder, then the folder of what is rendered"),
        "directory": {"recurse": True},
    }


def _sync_policy(said: Delivery, argocd: ArgoCD) -> dict[str, Any]:
    by_itself = {"prune": traced(said.prune, said.at("prune")), "selfHeal": True}
    return {
        **({"automated": traced(by_itself, argocd.at("automated"))} if argocd.automated else {}),
        # For ever, and always what is newest: Argo CD does not take up a commit again on which it once gave up.
        "retry": {"limit": -1, "refresh": True, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "3m"}},
        # PruneLast: what a route named goes after the route. FailOnSharedResource: two owners would take turns.
        "syncOptions": ["ServerSideApply=true", "PruneLast=true", "FailOnSharedResource=true"],
    }


def _istio_project(environment: Environment, said: Delivery, argocd: ArgoCD, istio: IstioInstallation) -> Manifest:
    spaces = [m.id.name for m in namespaces(environment, istio)]
    spec = {
        "description": f"What the installation of Istio for {environment.name} may apply.",
        "sourceRepos": [
            traced(said.repo_url, said.at("repoURL")),
            traced(istio.repository, istio.at("repository")),
        ],
        "destinations": [{**_cluster(argocd), "namespace": name} for name in (SYSTEM, INGRESS)],
        "clusterResourceWhitelist": [
            *({"group": "", "kind": "Namespace", "name": name} for name in spaces),
            *({"group": group, "kind": kind, "name": name} for group, kind, name in _ISTIO_CLUSTER_KINDS),
        ],
    }
    tree = {"metadata": _metadata(argocd, environment.delivered_as(_MESH), -2), "spec": spec}
    return Manifest.of(kinds.APP_PROJECT, tree, istio.pointer, beside=DELIVERY)


def _istio_application(environment: Environment, said: Delivery, argocd: ArgoCD, istio: IstioInstallation) -> Manifest:
    """Return one Application of all charts: Argo CD waits for objects between waves, but not for Applications."""
    sources = [_rendered(environment, said, ISTIO)]
    sources += [_chart_source(istio, chart) for chart in charts(environment, istio)]
    spec = {
        "project": environment.delivered_as(_MESH),
        "sources": sources,
        "destination": {**_cluster(argocd), "namespace": SYSTEM},
        "syncPolicy": _sync_policy(said, argocd),
    }
    tree = {"metadata": _metadata(argocd, environment.delivered_as(_MESH), -1), "spec": spec}
    return Manifest.of(kinds.APPLICATION, tree, istio.pointer, beside=DELIVERY)


def _chart_source(istio: IstioInstallation, chart: Chart) -> dict[str, Any]:
    return {
        "repoURL": traced(istio.repository, istio.at("repository")),
        "chart": chart.chart,
        "targetRevision": traced(istio.version, istio.at("version")),
        "helm": {"releaseName": chart.release, "namespace": chart.namespace, "valuesObject": _values(chart)},
    }


def _values(chart: Chart) -> Mapping[str, Any]:
    # A gateway's pods are filled in by istiod when they start: they come a wave after it.
    return {**chart.values, "annotations": {SYNC_WAVE: str(ROUTES)}} if chart.chart == "gateway" else chart.values
