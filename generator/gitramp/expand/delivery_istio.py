"""Istio itself, as releases of its own Helm charts: which ones, in which namespace, with which values.

Owns charts' names and values, minimal and valid for every Istio minor version of the model. Must not know who installs
them. https://istio.io/latest/docs/setup/install/helm/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitramp.expand import kinds
from gitramp.model import Environment, Gateway, IstioInstallation
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, traced
from gitramp.workspace import ISTIO

SYSTEM = "istio-system"
INGRESS = "istio-ingress"

_RELEASE_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?")
_CHART_PORTS = {80: "http2", 443: "https"}
_STATUS_PORT = {"name": "status-port", "port": 15021, "protocol": "TCP", "targetPort": 15021}
# Istiod turns the webhook from Ignore to Fail once it answers; said at once, there is no difference to heal for ever.
# And until it answers, the API server refuses an environment's policies, so that its pods wait for the mesh.
_FAIL_CLOSED = {"base": {"validationFailurePolicy": "Fail"}}


@dataclass(frozen=True, slots=True)
class Chart:
    """A release of one of Istio's charts; `after` is the release that must be ready first, "" for none."""

    release: str
    chart: str
    namespace: str
    values: Mapping[str, Any]
    after: str = ""


def namespaces(environment: Environment, istio: IstioInstallation) -> Iterator[Manifest]:
    """Yield the namespaces that the charts go to, with the least Pod Security level that admits them."""
    levels = {SYSTEM: "privileged" if _needs_cni(environment) else "baseline"}
    if any(not gateway.ref for gateway in environment.gateways.values()):
        levels[INGRESS] = "baseline"
    for name, level in levels.items():
        labels = {
            "app.kubernetes.io/name": name,
            **kinds.MANAGED,
            "pod-security.kubernetes.io/enforce": traced(
                level, environment.namespaces.at("podSecurity"), how="privileged where the CNI agent runs"
            ),
        }
        tree = {"metadata": {"name": name, "labels": labels}}
        yield Manifest.of(kinds.NAMESPACE, tree, istio.pointer, beside=ISTIO)


def charts(environment: Environment, istio: IstioInstallation) -> Iterator[Chart]:
    """Yield the releases in their order: definitions, control plane, the agent on the nodes, gateways."""
    platform = _platform(istio)
    yield Chart("istio-base", "base", SYSTEM, {**_FAIL_CLOSED, **platform})
    yield Chart("istiod", "istiod", SYSTEM, _istiod(environment, istio), after="istio-base")
    if _needs_cni(environment):
        yield Chart("istio-cni", "cni", SYSTEM, {**_profile(environment), **platform}, after="istio-base")
    if environment.platform.mesh == "ambient":
        yield Chart("ztunnel", "ztunnel", SYSTEM, platform, after="istiod")
    if environment.platform.ingress == "gateway-api":
        return  # istiod makes the pods of these gateways itself
    for release, gateways in _ingress(environment).items():
        values = {**_gateway_labels(release, gateways[0]), **_gateway_ports(gateways), **platform}
        yield Chart(release, "gateway", INGRESS, values, after="istiod")


def _profile(environment: Environment) -> dict[str, Any]:
    if environment.platform.mesh != "ambient":
        return {}
    return {"profile": traced("ambient", environment.platform.at("mesh"))}


def _needs_cni(environment: Environment) -> bool:
    if environment.platform.mesh == "ambient":
        return True  # the agent is what leads traffic to the node's tunnel
    # Without the agent, the sidecar's init container asks for network rights that only `privileged` grants.
    return environment.namespaces.pod_security != "privileged"


def _platform(istio: IstioInstallation) -> dict[str, Any]:
    if istio.platform is None:
        return {}
    return {"global": {"platform": traced(istio.platform, istio.at("platform"))}}


def _istiod(environment: Environment, istio: IstioInstallation) -> dict[str, Any]:
    proxy: dict[str, Any] = {"autoInject": "enabled"}
    if environment.platform.cluster_domain != "cluster.local":
        proxy["clusterDomain"] = traced(environment.platform.cluster_domain, environment.platform.at("clusterDomain"))
    level = environment.namespaces.at("podSecurity")
    cni = {"enabled": traced(_needs_cni(environment), level, how="unless podSecurity is privileged")}
    return {
        **_profile(environment),
        **_FAIL_CLOSED,
        "global": {**_platform(istio).get("global", {}), "proxy": proxy},
        "meshConfig": {"enableAutoMtls": True},
        "pilot": {"cni": cni},
    }


def _ingress(environment: Environment) -> dict[str, list[Gateway]]:
    """Group the gateways by the pods that serve them, each under the release that makes these pods."""
    releases: dict[str, list[Gateway]] = {}
    # The plainest selector first: it is the one that the chart's own labels satisfy.
    own = (gateway for gateway in environment.gateways.values() if not gateway.ref)
    for gateway in sorted(own, key=lambda gateway: (len(gateway.selector), gateway.name)):
        same = (name for name, others in releases.items() if others[0].selector == gateway.selector)
        name = next(same, None) or _release(gateway, releases)
        releases.setdefault(name, []).append(gateway)
    return releases


def _release(gateway: Gateway, taken: Mapping[str, object]) -> str:
    # The chart labels its pods `istio: ingressgateway` when the release is `istio-ingressgateway`.
    name = f"istio-{gateway.selector.get('istio', gateway.name)}"
    return name if _RELEASE_NAME.fullmatch(name) and name not in taken else f"istio-{gateway.name}"


def _gateway_labels(release: str, gateway: Gateway) -> dict[str, Any]:
    """Return the labels that the gateway selects and the chart would not set by itself."""
    own = {"app": release, "istio": release.removeprefix("istio-")}
    labels = {
        name: traced(value, gateway.at("selector", name))
        for name, value in sorted(gateway.selector.items())
        if own.get(name) != value
    }
    return {"labels": labels} if labels else {}


def _gateway_ports(gateways: list[Gateway]) -> dict[str, Any]:
    """Return all ports of the Service, where the gateways use one that the chart does not offer: a list replaces."""
    owners = {port: at for gateway in gateways for port, at in _listened(gateway)}
    if owners.keys() <= _CHART_PORTS.keys():
        return {}
    ports = [
        {
            "name": _CHART_PORTS.get(port, f"tcp-{port}"),
            "port": traced(port, owners[port]),
            "protocol": "TCP",
            "targetPort": traced(port, owners[port]),
        }
        for port in sorted(owners)
    ]
    return {"service": {"ports": [_STATUS_PORT, *ports]}}


def _listened(gateway: Gateway) -> Iterator[tuple[int, Pointer]]:
    for port in gateway.ports:
        plain = gateway.tls is None or port != gateway.tls.port
        yield port, gateway.at("port") if plain else gateway.at("tls", "port")
