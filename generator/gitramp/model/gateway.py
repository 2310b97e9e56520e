"""Entries from outside: the ports of ingress gateways, and how TLS ends there.

Owns the vocabulary of the edge. Must not know services or environments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, key
from gitramp.model.trust import NAMESPACE, SERVICE_ACCOUNT

SUBDOMAIN = SERVICE_ACCOUNT  # what Kubernetes calls a DNS subdomain name


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayTls(Placed):
    """TLS that ends at the gateway."""

    credential_name: str = key(
        "Secret with the certificate and its key, in the namespace of the ingress gateway's pods.",
        example="search-example-com",
        pattern=f"^{SUBDOMAIN}$",
        x_hint="write the name of a Secret: lower-case letters, digits, dashes and dots",
    )
    port: int = key("Port on which TLS is spoken.", example=443, default=443)
    client_certificates: Literal["none", "optional", "required"] = key(
        "Mutual TLS at the edge: whether clients bring a certificate. It is judged by `ca.crt` in the Secret, or in "
        "the Secret `<credentialName>-cacert`.",
        example="required",
        default="none",
    )
    min_version: Literal["1.2", "1.3"] | None = key(
        "Lowest version of TLS; the mesh's own choice, 1.2, unless said.", example="1.3", default=None
    )
    plain_http: Literal["redirect", "serve", "closed"] = key(
        "What the gateway's `port` does beside TLS: send clients to HTTPS, serve them all the same, or nothing.",
        example="redirect",
        default="redirect",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Named):
    """An entry from outside: ports of the ingress gateway's pods, or a Gateway that somebody else owns."""

    ref: str = key(
        "A Gateway that exists already and that gitramp does not render, as namespace/name. It must list the services' "
        "hosts for the namespace of their addresses.",
        example="istio-ingress/shared",
        default="",
        pattern=f"^{NAMESPACE}/{SUBDOMAIN}$",
        x_hint="write namespace/name, as `kubectl get gateways.networking.istio.io -A` tells",
    )
    namespace: str = key(
        "Namespace of the Gateway object; that of the addresses unless said otherwise.",
        example="istio-ingress",
        default="",
    )
    selector: Mapping[str, str] = key(
        "Labels of the ingress gateway's pods.", example={"istio": "ingressgateway"}, default={}, minProperties=1
    )
    class_name: str = key(
        "With `platform.ingress: gateway-api`, the GatewayClass whose controller makes the pods; `selector` then says "
        "nothing about them.",
        example="istio",
        default="istio",
        pattern=f"^{SUBDOMAIN}$",
        x_hint="write the name of a GatewayClass, as `kubectl get gatewayclasses` tells",
    )
    port: int = key("Port of plain HTTP.", example=80, default=80)
    tls: GatewayTls | None = key(
        "Serve HTTPS.", example={"credentialName": "search-example-com", "minVersion": "1.3"}, default=None
    )
    labels: Mapping[str, str] = key("Labels on the Gateway.", example={"team": "edge"}, default={})
    annotations: Mapping[str, str] = key(
        "Annotations on the Gateway; with Gateway API, Istio hands them on to the Service it makes for it.",
        example={"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"},
        default={},
    )
    service_account: str = key(
        "The ingress gateway's pods' own service account, as namespace/name; who calls a service from outside is known "
        "by it.",
        example="istio-ingress/istio-ingressgateway",
        default="",
        pattern=f"^{NAMESPACE}/{SERVICE_ACCOUNT}$",
        x_hint="write namespace/name, as `kubectl get pods -A -l istio=ingressgateway` and the pod's spec tell",
    )

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports on which it listens."""
        if self.tls is None:
            return (self.port,)
        return (self.tls.port,) if self.tls.plain_http == "closed" else (self.port, self.tls.port)
