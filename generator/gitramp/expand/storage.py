"""The file system of a container: config files and volumes, and where they are mounted.

Owns `volumes` and `volumeMounts`. Must not know what else is in the pod.
"""

from __future__ import annotations

from typing import Any

from gitramp.model import Service, Track
from gitramp.resource import traced

CONFIG_VOLUME = "config"
_VOLUME_NAME = "its key in volumes"


def mounts(track: Track) -> dict[str, Any]:
    """Return where the track's container finds its files, as a field of the container."""
    mounted: list[dict[str, Any]] = []
    if track.config is not None:
        path = traced(track.config.mount_path, track.config.at("mountPath"))
        mounted.append({"name": CONFIG_VOLUME, "mountPath": path, "readOnly": True})
    for name, volume in sorted(track.volumes.items()):
        mounted.append(
            {
                "name": traced(name, volume.pointer, how=_VOLUME_NAME),
                "mountPath": traced(volume.mount_path, volume.at("mountPath")),
            }
        )
    return {"volumeMounts": mounted} if mounted else {}


def volumes(service: Service, track: Track) -> dict[str, Any]:
    """Return the volumes of a track's pods, as a field of the pod."""
    volumes: list[dict[str, Any]] = []
    if track.config is not None:
        volumes.append({"name": CONFIG_VOLUME, "configMap": {"name": service.name}})
    for name, volume in sorted(track.volumes.items()):
        said = {"medium": volume.empty_dir.medium, "sizeLimit": volume.empty_dir.size_limit}
        empty = {key: traced(value, volume.empty_dir.at(key)) for key, value in said.items() if value}
        volumes.append({"name": traced(name, volume.pointer, how=_VOLUME_NAME), "emptyDir": empty})
    return {"volumes": volumes} if volumes else {}
