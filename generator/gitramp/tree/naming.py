"""Which file holds which object, and its bytes.

Owns the paths below `rendered/`: `<environment>/<namespace>/<service>/<kind>.yaml`, and the same below
`_delivery/<environment>/` and `_istio/<environment>/` for what others than the environment's own Application apply. The
path is injective in (folder, group, kind, namespace, name) without regard to letter case. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from gitramp import yamlio
from gitramp.resource import Manifest
from gitramp.workspace import ENVIRONMENTS, folder_of

MARK = "Rendered by gitramp"

# Where a kind is at home; elsewhere its file name says the group, or Istio's Gateway would overwrite Gateway API's.
_HOME_GROUPS = frozenset(
    {
        "",
        "apps",
        "autoscaling",
        "batch",
        "networking.istio.io",
        "networking.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "security.istio.io",
    }
)
_LONGEST = 200  # characters of a file's name, which are bytes once they are escaped
_PLAIN = re.compile(r"[a-z0-9.-]")
_PLAIN_NAME = re.compile(r"[a-z0-9.-]*")


def rendered_tree(environment: str, manifests: Iterable[Manifest]) -> dict[str, bytes]:
    """Return path from the workspace's root -> bytes; raises ValueError when two objects have one path: a bug."""
    return tree_of((file_of(environment, m), content_of(environment, m)) for m in manifests)


def tree_of(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return path -> bytes; raises ValueError when a path is there twice."""
    tree: dict[str, bytes] = {}
    for path, content in files:
        if path in tree:
            raise ValueError(f"two objects share the path {path}")
        tree[path] = content
    return tree


def content_of(environment: str, manifest: Manifest) -> bytes:
    """Return the bytes of an object's file."""
    comment = f"{MARK} from {ENVIRONMENTS}/{environment}.yaml: edit that, then run `gitramp render`."
    return yamlio.write(manifest.body, comment)


def file_of(environment: str, manifest: Manifest) -> str:
    """Return the path of an object's file from the workspace's root."""
    return f"{folder_of(environment, manifest.beside)}/{path_of(manifest)}"


def path_of(manifest: Manifest) -> str:
    """Return the path of an object below the folder it lives in."""
    group, _, kind = manifest.id.gvk
    namespace = manifest.id.name if kind == "Namespace" and not group else manifest.id.namespace
    folders = [_escaped(namespace) if namespace else "_cluster"]
    if manifest.service:
        folders.append(_escaped(manifest.service))
    file = kind.lower() if group in _HOME_GROUPS else f"{kind.lower()}.{_escaped(group)}"
    name = _escaped(manifest.id.name)
    return "/".join([*folders, f"{file if name == folders[-1] else _shortened(f'{file}_{name}')}.yaml"])


def _shortened(stem: str) -> str:
    """Return a name that every file system takes: 255 bytes at most. No other name has ~ in it."""
    if len(stem) <= _LONGEST:
        return stem
    return f"{stem[: _LONGEST - 20]}~{hashlib.sha256(stem.encode()).hexdigest()[:16]}"


def _escaped(name: str) -> str:
    """Write every character that is not plain as %XX: some kinds allow `:` and capitals, file systems differ."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    return "".join(c if _PLAIN.match(c) else "".join(f"%{b:02x}" for b in c.encode()) for c in name)
