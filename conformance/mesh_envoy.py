"""A stock Envoy that is told by istiod's code what to do, as a pod's proxy is.

Owns its bootstrap, its life, and how it is known to be ready. Must not know what it is told.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gitramp.preview.config import RUNTIME
from gitramp.preview.process import find

PATIENCE = 15.0  # seconds; it takes a fifth of one
Address = tuple[str, int]


class NotReady(Exception):
    """An Envoy that does not listen where it should, or does not take what it is told; with the end of its log."""


@dataclass(frozen=True, slots=True)
class Node:
    """Whose proxy it is."""

    role: str  # router or sidecar
    pod: str
    namespace: str
    labels: Mapping[str, str]

    def body(self) -> dict[str, Any]:
        """Return what an Envoy says of itself."""
        metadata = {
            "NAMESPACE": self.namespace,
            "LABELS": dict(self.labels),
            "CLUSTER_ID": "Kubernetes",
            "ISTIO_VERSION": "1.31.0",
            "INTERCEPTION_MODE": "NONE",
        }
        name = f"{self.role}~127.0.0.1~{self.pod}.{self.namespace}~{self.namespace}.svc.cluster.local"
        return {"id": name, "cluster": f"{self.pod}.{self.namespace}", "metadata": metadata}


def bootstrap(node: Node, istiod: int) -> dict[str, Any]:
    """Return what Envoy starts with: everything else it asks of istiod."""
    ads = {"ads": {}, "initial_fetch_timeout": "0s", "resource_api_version": "V3"}
    return {
        "node": node.body(),
        "layered_runtime": {"layers": [{"name": "istio", "static_layer": RUNTIME}]},
        "dynamic_resources": {
            "lds_config": ads,
            "cds_config": ads,
            "ads_config": {
                "api_type": "GRPC",
                "transport_api_version": "V3",
                "set_node_on_first_message_only": True,
                "grpc_services": [{"envoy_grpc": {"cluster_name": "xds-grpc"}}],
            },
        },
        "static_resources": {"clusters": [_istiod(istiod)]},
    }


def _istiod(port: int) -> dict[str, Any]:
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    options = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    return {
        "name": "xds-grpc",
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": {
            "cluster_name": "xds-grpc",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}],
        },
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": options,
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
    }


class Proxy:
    """An Envoy with a folder of its own; both are gone on exit."""

    def __init__(self, node: Node, istiod: int) -> None:
        self._node, self._istiod = node, istiod

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="gitramp-mesh-"))
        config = self._folder / "envoy.json"
        config.write_text(json.dumps(bootstrap(self._node, self._istiod)), encoding="utf-8")
        flags = ["--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(find()), "-c", str(config), *flags], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # it has nothing to put in order
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def wait(self, addresses: Iterable[Address]) -> None:
        """Return once it listens at all of them; raises NotReady."""
        end = time.monotonic() + PATIENCE
        missing = list(addresses)
        while missing := [each for each in missing if not _listens(each)]:
            if time.monotonic() > end or self._process.poll() is not None:
                where = ", ".join(f"{host}:{port}" for host, port in missing)
                raise NotReady(f"{self._node.body()['id']} does not listen at {where}\n{self.log()}")
            time.sleep(0.01)
        if "rejected" in (said := self.log()):
            raise NotReady(f"{self._node.body()['id']} does not take all that istiod says\n{said}")

    def log(self) -> str:
        """Return what it said last."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")[-4000:]


def _listens(address: Address) -> bool:
    with socket.socket() as tried:
        tried.settimeout(1)
        return tried.connect_ex(address) == 0
