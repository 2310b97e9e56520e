"""The file system of a container: config files and volumes, and where they are mounted.

Owns `volumes` and `volumeMounts`. Must not know what else is in the pod.
"""

from __future__ import annotations

from typing import Any

from gitramp.model import Track
from gitramp.model.storage import EmptyDir, Volume
from gitramp.resource import traced

CONFIG_VOLUME = "config"
_VOLUME_NAME = "its key in volumes"


def mounts(track: Track) -> dict[str, Any]:
    """Return where the track's container finds its files, as a field of the container."""
    mounted: list[dict[str, Any]] = []
    if track.config is not None:
        path = traced(track.config.mount_path, track.config.at("mountPath"))
        mounted.append({"name": CONFIG_VOLUME, "mountPath": path, "readOnly": True})
    mounted.extend(_mount(volume) for _, volume in sorted(track.volumes.items()))
    return {"volumeMounts": mounted} if mounted else {}


def _mount(volume: Volume) -> dict[str, Any]:
    sub_path = {} if volume.sub_path is None else {"subPath": traced(volume.sub_path, volume.at("subPath"))}
    return {
        "name": traced(volume.name, volume.pointer, how=_VOLUME_NAME),
        "mountPath": traced(volume.mount_path, volume.at("mountPath")),
        **sub_path,
        **({"readOnly": traced(volume.read_only, volume.at("readOnly"))} if volume.read_only else {}),
    }


def volumes(config_map: str, track: Track) -> dict[str, Any]:
    """Return the volumes of a track's pods, as a field of the pod; `config_map` holds its config files."""
    config = [{"name": CONFIG_VOLUME, "configMap": {"name": config_map}}] if track.config is not None else []
    said = [
        {"name": traced(name, volume.pointer, how=_VOLUME_NAME), **_kept(volume)}
        for name, volume in sorted(track.volumes.items())
    ]
    return {"volumes": [*config, *said]} if config or said else {}


def _kept(volume: Volume) -> dict[str, Any]:
    """Return where the files of a volume are."""
    names = {
        "secret": ("secretName", volume.secret),
        "configMap": ("name", volume.config_map),
        "persistentVolumeClaim": ("claimName", volume.persistent_volume_claim),
    }
    for kind, (field, name) in names.items():
        if name is not None:
            return {kind: {field: traced(name, volume.at(kind))}}
    if volume.csi is not None:
        return {"csi": traced(volume.csi, volume.at("csi"))}
    if volume.projected is not None:
        return {"projected": traced(volume.projected, volume.at("projected"))}
    empty = volume.empty_dir or EmptyDir(pointer=volume.at("emptyDir"))
    said = {"medium": empty.medium, "sizeLimit": empty.size_limit}
    return {"emptyDir": {key: traced(value, empty.at(key)) for key, value in said.items() if value}}
