"""What services call outside the mesh: hosts, ports, and the TLS that their sidecars speak for them.

Owns the vocabulary of egress. Must not know who calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, key

_FILE_HINT = "write the absolute path of a file in the sidecar's container"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalTls(Placed):
    """TLS that the sidecar speaks to an external host while the application speaks plain text to the sidecar."""

    mode: Literal["SIMPLE", "MUTUAL"] = key(
        "`SIMPLE` verifies the server; `MUTUAL` shows a certificate besides.", example="SIMPLE", default="SIMPLE"
    )
    sni: str = key(
        "Name that is asked for in the handshake; the host unless said otherwise.",
        example="api.payments.example.com",
        default="",
    )
    subject_alt_names: tuple[str, ...] = key(
        "Names of which the server's certificate must have one; the name asked for unless said otherwise.",
        example=["api.payments.example.com"],
        default=(),
    )
    ca_certificates: str = key(
        "File of the authorities that are trusted; `system` trusts those of the sidecar's image.",
        example="/etc/ssl/payments/ca.pem",
        default="system",
        pattern="^(system|/.+)$",
        x_hint=_FILE_HINT,
    )
    client_certificate: str = key(
        "File of the certificate that is shown, for `MUTUAL`.",
        example="/etc/ssl/payments/tls.crt",
        default="",
        pattern="^/.+$",
        x_hint=_FILE_HINT,
    )
    private_key: str = key(
        "File of that certificate's key, for `MUTUAL`.",
        example="/etc/ssl/payments/tls.key",
        default="",
        pattern="^/.+$",
        x_hint=_FILE_HINT,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalPort(Named):
    """One port of an external host."""

    number: int = key("Port that the application asks for.", example=443, minimum=1, maximum=65535)
    protocol: Literal["http", "http2", "grpc", "https", "tls", "tcp"] = key(
        "What the application speaks on it; `https` and `tls` when it speaks TLS itself.", example="https"
    )
    target_port: int | None = key(
        "Port that is connected to; 443 where `tls` is said on port 80, else the number.",
        example=8443,
        default=None,
        minimum=1,
        maximum=65535,
    )
    tls: ExternalTls | None = key(
        "Let the sidecar speak TLS; the application speaks plain text.", example={"mode": "SIMPLE"}, default=None
    )

    @property
    def connected_port(self) -> int:
        """The port on which the host is reached."""
        return self.target_port or (443 if self.tls and self.number == 80 else self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class External(Named):
    """Something that services call and gitramp does not render: outside the mesh, or elsewhere in the cluster."""

    hosts: tuple[str, ...] = key(
        "Names by which it is called; `*.example.com` stands for all names beneath.",
        example=["api.payments.example.com"],
        minItems=1,
        uniqueItems=True,
    )
    namespace: str = key(
        "Namespace in which it runs, where it is in the same cluster and somebody else's. The mesh knows it already, "
        "so nothing is rendered for it: services that name it in `calls` know and reach it. `hosts` are then its names "
        "in the cluster, and `targetPort` is where its pods listen.",
        example="cache",
        default="",
    )
    addresses: tuple[str, ...] = key(
        "Its IP addresses or ranges: what is spoken over plain TCP is known by them alone.",
        example=["10.20.0.0/24"],
        default=(),
        uniqueItems=True,
    )
    ports: Mapping[str, ExternalPort] = key(
        "Ports, by name.", example={"https": {"number": 443, "protocol": "https"}}, minProperties=1
    )

    @property
    def is_resolved(self) -> bool:
        """Whether the mesh looks its names up, rather than going wherever the application went."""
        return not self.addresses and not any(host.startswith("*") for host in self.hosts)
