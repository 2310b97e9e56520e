"""A port of a workload, and what is spoken on it.

Owns the vocabulary of ports. Must not know containers or services.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, key

Protocol = Literal["http", "http2", "grpc", "tcp", "tls"]
_HTTP = frozenset({"http", "http2", "grpc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Named):
    """A port besides the workload's own: callers in the mesh reach it at the service's address, split alike."""

    port: int = key("Port on which the container listens.", example=9090)
    service_port: int | None = key(
        "Port under which the Service offers it; the same unless said otherwise.", example=9090, default=None
    )
    protocol: Protocol = key("What is spoken on it; becomes `appProtocol`.", example="grpc", default="http")

    @property
    def offered(self) -> int:
        """The port of the Service."""
        return self.port if self.service_port is None else self.service_port

    @property
    def is_http(self) -> bool:
        """Whether the mesh reads single requests on it; else it sees connections only."""
        return self.protocol in _HTTP
