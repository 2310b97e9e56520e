"""Who may speak to whom, and how that is proved: mutual TLS and its exceptions, callers and calls.

Owns the vocabulary of trust. Must not know services, environments or the objects that enforce it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, key

NAMESPACE = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
SERVICE_ACCOUNT = "[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?"
NAME_HINT = "write the name that it has in the cluster: lower-case letters, digits and dashes"

HttpMethod = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortException(Named):
    """A port of the pods on which mutual TLS is not demanded."""

    mode: Literal["PERMISSIVE", "DISABLE"] = key(
        "`PERMISSIVE` takes plain text besides mutual TLS, `DISABLE` nothing but plain text.",
        example="PERMISSIVE",
        default="PERMISSIVE",
    )
    reason: str = key(
        "Why the port is an exception; rendered as an annotation.",
        example="scraped by a Prometheus without a sidecar",
        minLength=10,
        x_hint="say in a sentence who needs plain text here",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller(Named):
    """Somebody who may call a service: a service of the environment by its name, or an outsider by its namespace.

    Every request must fit each of `methods`, `paths` and `ports` that is said; none of them lets all requests in.
    """

    namespace: str = key(
        "Namespace of a caller that is no service of the environment; without `serviceAccount`, all that runs there.",
        example="batch",
        default="",
        pattern=f"^{NAMESPACE}$",
        x_hint=NAME_HINT,
    )
    service_account: str = key(
        "The one service account of `namespace` that may call.",
        example="reports",
        default="",
        pattern=f"^{SERVICE_ACCOUNT}$",
        x_hint=NAME_HINT,
    )
    methods: tuple[HttpMethod, ...] = key(
        "HTTP methods it may use; all unless said.", example=["GET"], default=(), uniqueItems=True
    )
    paths: tuple[str, ...] = key(
        "Paths it may ask: exact, with `*` at one end, or with `{*}` and `{**}` as whole segments; all unless said. "
        "Compared as the pods see them, after a rewrite; a gRPC method is the path `/<package>.<Service>/<Method>`.",
        example=["/items/*"],
        default=(),
        uniqueItems=True,
    )
    ports: tuple[int, ...] = key(
        "Ports of the pods, not of the Service, that it may reach; all unless said.",
        example=[8080],
        default=(),
        uniqueItems=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust(Placed):
    """What holds for every service of the environment."""

    default_deny: bool = key(
        "Refuse whatever no service's `callers` admit, in every namespace that is rendered. A service without "
        "`callers` is then reached by the ingress gateways of its hosts only.",
        example=True,
        default=False,
    )
    network_policies: bool = key(
        "Let the network, too, pass only what `callers`, `calls` and the mesh itself need, in every namespace that is "
        "rendered. What a service sends stays open while it says no `calls`, and under `outboundTraffic: ALLOW_ANY`. "
        "Pods that gitramp does not know are cut off there.",
        example=True,
        default=False,
    )
    outbound_traffic: Literal["REGISTRY_ONLY", "ALLOW_ANY"] = key(
        "What a service that says `calls` reaches besides: nothing, or every address that the mesh does not know.",
        example="ALLOW_ANY",
        default="REGISTRY_ONLY",
    )
    control_plane: str = key(
        "Namespace of istiod.",
        example="istio-system",
        default="istio-system",
        pattern=f"^{NAMESPACE}$",
        x_hint=NAME_HINT,
    )
    dns: str = key(
        "Namespace of the cluster's name server.",
        example="kube-system",
        default="kube-system",
        pattern=f"^{NAMESPACE}$",
        x_hint=NAME_HINT,
    )
    monitoring: str = key(
        "Namespace of what scrapes the pods and takes their traces.",
        example="monitoring",
        default="",
        pattern=f"^{NAMESPACE}$",
        x_hint=NAME_HINT,
    )
