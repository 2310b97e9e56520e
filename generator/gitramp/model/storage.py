"""What a container finds in its file system besides its image.

Owns the vocabulary of config files and volumes. Must not know containers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from gitramp.model.key import Named, Placed, Upstream, key
from gitramp.model.units import ATTACHED, FOLDER, QUANTITY


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile(Named):
    """A file: its text, or where it is kept beside the overlays."""

    text_form: ClassVar[str] = "text"

    text: str | None = key(
        "The text itself; a plain text in place of the mapping.", example="debug = off\n", default=None
    )
    file: str | None = key(
        "Path of a file from `environments/`, in the folder `files/` of any overlay; its bytes are taken as they are.",
        example="base/files/app.ini",
        default=None,
        **ATTACHED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Placed):
    """Files put into the container from a ConfigMap."""

    mount_path: str = key(
        "Folder of the container that holds the files, and nothing else.",
        example="/etc/nginx/conf.d",
        **FOLDER,
    )
    files: Mapping[str, ConfigFile] = key(
        "File name -> text, or a file beside the overlays. A change restarts the pods.",
        example={"default.conf": "server {\n  listen 8080;\n}\n", "logo.png": {"file": "base/files/logo.png"}},
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
    sub_path: str | None = key("Path inside the volume that is mounted.", example="app", default=None, minLength=1)
    read_only: bool = key("Whether the container may not write to it.", example=True, default=False)
    empty_dir: EmptyDir | None = key(
        "An empty, writable folder; what a volume is unless said otherwise.",
        example={"sizeLimit": "16Mi"},
        default=None,
    )
    secret: str | None = key("Name of a Secret whose keys are files.", example="search-tls", default=None, minLength=1)
    config_map: str | None = key(
        "Name of a ConfigMap whose keys are files.", example="search-flags", default=None, minLength=1
    )
    persistent_volume_claim: str | None = key(
        "Name of a claim that is there already.", example="search-index", default=None, minLength=1
    )
    csi: Upstream | None = key(
        "A volume of a CSI driver, as https://kubernetes.io/docs/concepts/storage/volumes/#csi spells it.",
        example={"driver": "secrets-store.csi.k8s.io", "readOnly": True},
        default=None,
    )
    projected: Upstream | None = key(
        "Several sources in one folder, as https://kubernetes.io/docs/concepts/storage/projected-volumes/ spells it.",
        example={"sources": [{"serviceAccountToken": {"path": "token", "audience": "vault"}}]},
        default=None,
    )

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is said of where the files are: at most one, once the checks have passed."""
        said = {
            "emptyDir": self.empty_dir,
            "secret": self.secret,
            "configMap": self.config_map,
            "persistentVolumeClaim": self.persistent_volume_claim,
            "csi": self.csi,
            "projected": self.projected,
        }
        return tuple(kind for kind, value in said.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeClaim(Named):
    """A volume of which every pod of a StatefulSet has its own, for as long as the data is wanted."""

    mount_path: str = key("Folder of the container where it is mounted.", example="/var/lib/search", **FOLDER)
    storage: str = key("Size of each volume.", example="10Gi", **QUANTITY)
    storage_class_name: str | None = key(
        "Kind of disk; the cluster's own choice unless said otherwise.", example="fast", default=None, minLength=1
    )
    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"] = key(
        "Who may mount a volume at once.", example="ReadWriteOncePod", default="ReadWriteOnce"
    )
