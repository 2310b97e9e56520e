"""What a container finds in its file system besides its image.

Owns the vocabulary of config files and volumes. Must not know containers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, key
from gitramp.model.units import FOLDER, QUANTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Placed):
    """Files put into the container from a ConfigMap."""

    mount_path: str = key(
        "Folder of the container that holds the files, and nothing else.",
        example="/etc/nginx/conf.d",
        **FOLDER,
    )
    files: Mapping[str, str] = key(
        "File name -> text. A change restarts the pods.",
        example={"default.conf": "server {\n  listen 8080;\n}\n"},
        default={},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyDir(Placed):
    """An empty folder that lives as long as the pod."""

    size_limit: str | None = key("Size at which the pod is evicted.", example="16Mi", default=None, **QUANTITY)
    medium: Literal["", "Memory"] = key("Where it is kept: the node's disk, or `Memory`.", example="Memory", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Named):
    """A folder mounted into the container."""

    mount_path: str = key("Folder of the container where it is mounted.", example="/tmp", **FOLDER)
    empty_dir: EmptyDir = key(
        "An empty, writable folder; the root file system is read-only.",
        example={"sizeLimit": "16Mi"},
        default=EmptyDir(),
    )
