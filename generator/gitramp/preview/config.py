"""Envoy's configuration around the routes, as plain data: where it listens, and that files tell it what to do.

Owns the settings that decide how a request is read, those that istiod gives its proxies: paths are normalised, slashes
stay as they are, ports in hosts do not count at a gateway.
https://istio.io/latest/docs/ops/best-practices/security/#guideline-on-configuring-the-path-normalization-option
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gitramp.preview.doing import CLUSTER
from gitramp.preview.doors import MESH, Door

_TYPE = "type.googleapis.com/envoy"
_LARGEST_ANSWER = 1024 * 1024
LISTENERS = "listeners.json"
RUNTIME = {
    "re2.max_program_size.error_level": 32768,
    "envoy.reloadable_features.http_reject_path_with_fragment": False,
}
"""How Istio's proxies are started: a stock Envoy takes no expression that is long.
https://github.com/istio/istio/blob/master/pkg/bootstrap/config.go"""


def file_of(door: Door) -> str:
    """Return the name of the file with a door's routes."""
    return f"routes-{door.name.replace('/', '_')}.json"


def bootstrap(folder: Path, back_end: int) -> dict[str, Any]:
    """Return what Envoy starts with; listeners and routes are read from files that replace each other."""
    endpoint = {"endpoint": {"address": _address(back_end)}}
    return {
        "node": {"id": "gitramp-preview", "cluster": "gitramp-preview"},
        "admin": {"address": {"pipe": {"path": str(folder / "admin.sock"), "mode": 0o600}}},
        "layered_runtime": {"layers": [{"name": "istio", "static_layer": RUNTIME}]},
        "dynamic_resources": {"lds_config": _watched(folder, LISTENERS)},
        "static_resources": {
            "clusters": [
                {
                    "name": CLUSTER,
                    "type": "STATIC",
                    "connect_timeout": "5s",
                    "load_assignment": {"cluster_name": CLUSTER, "endpoints": [{"lb_endpoints": [endpoint]}]},
                }
            ]
        },
    }


def _watched(folder: Path, name: str) -> dict[str, Any]:
    watched = {"path": str(folder / name), "watched_directory": {"path": str(folder)}}
    return {"path_config_source": watched, "resource_api_version": "V3"}


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def listeners(folder: Path, ports: Mapping[Door, int]) -> list[dict[str, Any]]:
    """Return a listener for each door; a port is nobody else's, so it is not shared."""
    return [
        {
            "@type": f"{_TYPE}.config.listener.v3.Listener",
            "name": door.name,
            "address": _address(port),
            "enable_reuse_port": False,
            "filter_chains": [{"filters": [_connections(folder, door)]}],
        }
        for door, port in ports.items()
    ]


def _connections(folder: Path, door: Door) -> dict[str, Any]:
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": f"{_TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "preview",
            "server_name": "istio-envoy",
            "use_remote_address": door.way_in != MESH,
            "normalize_path": True,
            "stream_idle_timeout": "0s",
            # A gateway's own TLS is not shown, but routes may tell it apart.
            **({"scheme_header_transformation": {"scheme_to_overwrite": "https"}} if door.tls else {}),
            "rds": {"route_config_name": door.name, "config_source": _watched(folder, file_of(door))},
            "http_filters": [
                {
                    "name": "envoy.filters.http.router",
                    "typed_config": {"@type": f"{_TYPE}.extensions.filters.http.router.v3.Router"},
                }
            ],
        },
    }


def route_configuration(door: Door, virtual_hosts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the routes of a door."""
    return {
        "@type": f"{_TYPE}.config.route.v3.RouteConfiguration",
        "name": door.name,
        "virtual_hosts": virtual_hosts,
        "validate_clusters": False,
        "max_direct_response_body_size_bytes": _LARGEST_ANSWER,
        "ignore_port_in_host_matching": door.way_in != MESH,
    }
