"""The file system of a container: config files and volumes, and where they are mounted.

Owns `volumes` and `volumeMounts`. Must not know what else is in the pod.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gitramp.model import Config, PodTemplate
from gitramp.model.storage import EmptyDir, Volume, VolumeClaim
from gitramp.resource import traced

CONFIG_VOLUME = "config"
_VOLUME_NAME = "its key in volumes"


def mounts(config: Config | None, template: PodTemplate, claims: Iterable[VolumeClaim] = ()) -> dict[str, Any]:
    """Return where a pod's own container finds its files, as a field of the container."""
    mounted: list[dict[str, Any]] = []
    if config is not None:
        path = traced(config.mount_path, config.at("mountPath"))
        mounted.append({"name": CONFIG_VOLUME, "mountPath": path, "readOnly": True})
    mounted.extend(_mount(volume) for _, volume in sorted(template.volumes.items()))
    for claim in claims:
        name = traced(claim.name, claim.pointer, how="its key in volumeClaims")
        mounted.append({"name": name, "mountPath": traced(claim.mount_path, claim.at("mountPath"))})
    return {"volumeMounts": mounted} if mounted else {}


def _mount(volume: Volume) -> dict[str, Any]:
    sub_path = {} if volume.sub_path is None else {"subPath": traced(volume.sub_path, volume.at("subPath"))}
    return {
        "name": traced(volume.name, volume.pointer, how=_VOLUME_NAME),
        "mountPath": traced(volume.mount_path, volume.at("mountPath")),
        **sub_path,
        **({"readOnly": traced(volume.read_only, volume.at("readOnly"))} if volume.read_only else {}),
    }


def volumes(config_map: str, template: PodTemplate) -> dict[str, Any]:
    """Return the volumes of a pod, as a field of it; `config_map`, "" for none, holds the config files."""
    config = [{"name": CONFIG_VOLUME, "configMap": {"name": config_map}}] if config_map else []
    said = [
        {"name": traced(name, volume.pointer, how=_VOLUME_NAME), **_kept(volume)}
        for name, volume in sorted(template.volumes.items())
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
