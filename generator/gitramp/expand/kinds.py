"""The types gitramp emits, each in its one current version, and the labels on them.

Owns names that several expansions share. Must not know how any object is filled.
"""

from __future__ import annotations

import re
from typing import Any

from gitramp.model import Environment, Labelled, PodTemplate, Service, Track
from gitramp.resource import GroupVersionKind, Traced, traced

NAMESPACE = GroupVersionKind("", "v1", "Namespace")
SERVICE = GroupVersionKind("", "v1", "Service")
SERVICE_ACCOUNT = GroupVersionKind("", "v1", "ServiceAccount")
CONFIG_MAP = GroupVersionKind("", "v1", "ConfigMap")
RESOURCE_QUOTA = GroupVersionKind("", "v1", "ResourceQuota")
LIMIT_RANGE = GroupVersionKind("", "v1", "LimitRange")
EXTERNAL_SECRET = GroupVersionKind("external-secrets.io", "v1", "ExternalSecret")
DEPLOYMENT = GroupVersionKind("apps", "v1", "Deployment")
STATEFUL_SET = GroupVersionKind("apps", "v1", "StatefulSet")
JOB = GroupVersionKind("batch", "v1", "Job")
CRON_JOB = GroupVersionKind("batch", "v1", "CronJob")
AUTOSCALER = GroupVersionKind("autoscaling", "v2", "HorizontalPodAutoscaler")
NETWORK_POLICY = GroupVersionKind("networking.k8s.io", "v1", "NetworkPolicy")
DISRUPTION_BUDGET = GroupVersionKind("policy", "v1", "PodDisruptionBudget")
GATEWAY = GroupVersionKind("networking.istio.io", "v1", "Gateway")
API_GATEWAY = GroupVersionKind("gateway.networking.k8s.io", "v1", "Gateway")
HTTP_ROUTE = GroupVersionKind("gateway.networking.k8s.io", "v1", "HTTPRoute")
# v1beta1, which every release that serves v1 of the others knows.
REFERENCE_GRANT = GroupVersionKind("gateway.networking.k8s.io", "v1beta1", "ReferenceGrant")
VIRTUAL_SERVICE = GroupVersionKind("networking.istio.io", "v1", "VirtualService")
DESTINATION_RULE = GroupVersionKind("networking.istio.io", "v1", "DestinationRule")
SERVICE_ENTRY = GroupVersionKind("networking.istio.io", "v1", "ServiceEntry")
SIDECAR = GroupVersionKind("networking.istio.io", "v1", "Sidecar")
AUTHORIZATION_POLICY = GroupVersionKind("security.istio.io", "v1", "AuthorizationPolicy")
REQUEST_AUTHENTICATION = GroupVersionKind("security.istio.io", "v1", "RequestAuthentication")
APPLICATION = GroupVersionKind("argoproj.io", "v1alpha1", "Application")
APP_PROJECT = GroupVersionKind("argoproj.io", "v1alpha1", "AppProject")
GIT_REPOSITORY = GroupVersionKind("source.toolkit.fluxcd.io", "v1", "GitRepository")
HELM_REPOSITORY = GroupVersionKind("source.toolkit.fluxcd.io", "v1", "HelmRepository")
KUSTOMIZATION = GroupVersionKind("kustomize.toolkit.fluxcd.io", "v1", "Kustomization")
HELM_RELEASE = GroupVersionKind("helm.toolkit.fluxcd.io", "v2", "HelmRelease")
PEER_AUTHENTICATION = GroupVersionKind("security.istio.io", "v1", "PeerAuthentication")

TRACK_NAMESPACE = "what the track or the service says, or <apex>-<track>"
MANAGED = {"app.kubernetes.io/managed-by": "gitramp"}
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


def selector(environment: Environment, service: Service, track: Track) -> dict[str, Any]:
    """Return the labels that choose a track's pods within its namespace.

    No version of the image: a selector is immutable, so that would not outlive a release. The track, only where
    several are in one namespace.
    """
    own = {"version": track.name} if environment.shares_namespace(service, track) else {}
    return {"app.kubernetes.io/name": service.name, **own}


def job_selector(environment: Environment, service: Service, track: Track) -> dict[str, Any]:
    """Return the labels that choose the pods of the jobs that live with a track."""
    own = {"version": track.name} if environment.shares_namespace(service, track) else {}
    return {**jobs_of(service), **own}


def jobs_of(service: Service) -> dict[str, Any]:
    """Return the label by which policies know the jobs of a service."""
    return {"gitramp/jobs-of": service.name}


def service_labels(service: Service) -> dict[str, Any]:
    """Return the labels of objects that belong to a whole service: its own are those that stable has."""
    return {"app.kubernetes.io/name": service.name, **MANAGED, **own_labels(service.stable_track)}


def track_labels(service: Service, track: Track) -> dict[str, Any]:
    """Return the labels of a track's objects: the recommended ones, and `app` and `version` as Istio reads them."""
    return named_labels(service.name, track, track)


def named_labels(name: str, track: Track, template: PodTemplate) -> dict[str, Any]:
    """Return the labels of what a track's pods, or those of a job with it, are known by."""
    version = image_version(template.image.text)
    said = {"app.kubernetes.io/version": traced(version, template.at("image"), how="tag of image")} if version else {}
    ours = {"app": name, "version": track.name, "app.kubernetes.io/name": name}
    return {**ours, **MANAGED, **said, **own_labels(template)}


def own_labels(said: Labelled) -> dict[str, Any]:
    """Return the labels that an overlay says."""
    return {key: traced(value, said.at("labels", key)) for key, value in sorted(said.labels.items())}


def own_annotations(said: Labelled) -> dict[str, Any]:
    """Return the annotations that an overlay says, as a field of the metadata."""
    own = {key: traced(value, said.at("annotations", key)) for key, value in sorted(said.annotations.items())}
    return {"annotations": own} if own else {}


def image_version(image: str) -> str:
    """Return the tag of an image where it can be a label's value (63 characters), else nothing."""
    name = image.partition("@")[0]
    tag = name.rpartition(":")[2] if ":" in name.rpartition("/")[2] else ""
    return tag if _LABEL_VALUE.fullmatch(tag) else ""


def with_suffix(metadata: dict[str, Any], suffix: str) -> dict[str, Any]:
    """Return metadata whose name ends with `.suffix`: no service is named so, for a service's name has no dot."""
    name = metadata["name"]
    assert isinstance(name, Traced)
    return metadata | {"name": name._replace(value=f"{name.value}.{suffix}")}


def own_kinds() -> tuple[GroupVersionKind, ...]:
    """Return every type that an environment's own objects can be of, rendered or not; not those that deliver them."""
    found = (value for value in globals().values() if isinstance(value, GroupVersionKind))
    return tuple(gvk for gvk in found if not gvk.group.endswith(("argoproj.io", "toolkit.fluxcd.io")))
