"""GR344: a volume comes from one place, and that place is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks.forms import Fault, breaches, whole, word
from gitramp.checks.local_paths import path_fault
from gitramp.checks.pods import KINDS, Pod, pod_of
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR344",
    "a volume without one source",
    "The API server refuses a volume that is said to come from two places, or from one that has no name.",
    "say one source, with the name of what it is, paths below the mount, and modes of three octal digits such as 0440",
    source="https://kubernetes.io/docs/concepts/storage/volumes/",
)
_MODE = 0o777
_HOST_PATHS = ("", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each volume whose source is not one, or not whole."""
    return breaches(manifest, _faults(pod_of(manifest)))


def _faults(pod: Pod) -> Iterator[Fault]:
    for at, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
        kinds = [kind for kind, said in body.mapping(volume).items() if kind != "name" and said is not None]
        name = show(body.text(volume, "name"))
        if len(kinds) > 1:
            yield Fault(f"volume {name} says {' and '.join(kinds)}", at)
        for kind in kinds if len(kinds) == 1 else ():
            check = _SOURCES.get(kind)
            for fault, step in check(body.field(volume, kind)) if check else ():
                yield Fault(f"volume {name}: {fault}", (*at, kind, *step))


def _needs(key: str) -> Callable[[Any], Iterator[Fault]]:
    def check(source: Any) -> Iterator[Fault]:
        if body.field(source, key) in (None, ""):
            yield Fault(f"there is no {key}", ())

    return check


def _empty_dir(source: Any) -> Iterator[Fault]:
    limit = body.field(source, "sizeLimit")
    amount = read_quantity(limit)
    if limit is not None and (amount is None or amount < 0):
        yield Fault(f"sizeLimit {body.shown(limit)} is no amount", ("sizeLimit",))


def _host_path(source: Any) -> Iterator[Fault]:
    yield from _needs("path")(source)
    yield from word(source, ("type",), _HOST_PATHS)
    if ".." in body.text(source, "path").split("/"):
        yield Fault("path has .. in it", ("path",))


def _config_map(source: Any) -> Iterator[Fault]:
    yield from _needs("name")(source)
    yield from _files(source, ())


def _secret(source: Any) -> Iterator[Fault]:
    yield from _needs("secretName")(source)
    yield from _files(source, ())


def _files(source: Any, at: Pointer) -> Iterator[Fault]:
    """Yield odd modes and paths of a source that makes files, and of its items."""
    yield from whole(source, (*at, "defaultMode"), 0, _MODE)
    for step, item in body.items(source, *at, "items"):
        yield from whole(source, (*step, "mode"), 0, _MODE)
        said = body.text(item, "path")
        if fault := path_fault(said) or ("" if said else "is empty"):
            yield Fault(f"path {show(said)} {fault}", (*step, "path"))


def _downward(source: Any, at: Pointer = ()) -> Iterator[Fault]:
    yield from _files(source, at)
    for step, item in body.items(source, *at, "items"):
        said = [way for way in ("fieldRef", "resourceFieldRef") if body.field(item, way) is not None]
        if len(said) != 1:
            yield Fault(f"an item says {' and '.join(said) or 'neither fieldRef nor resourceFieldRef'}", step)


def _projected(source: Any) -> Iterator[Fault]:
    yield from whole(source, ("defaultMode",), 0, _MODE)
    for at, projection in body.items(source, "sources"):
        kinds = [kind for kind, said in body.mapping(projection).items() if said is not None]
        if len(kinds) != 1:
            yield Fault(f"a source of it says {' and '.join(kinds) or 'nothing'}", at)
        for kind in ("configMap", "secret"):
            if kind in kinds and not body.text(projection, kind, "name"):
                yield Fault(f"{kind} names nothing", (*at, kind))
            yield from _files(source, (*at, kind))
        yield from _downward(source, (*at, "downwardAPI"))
        token = (*at, "serviceAccountToken")
        yield from whole(source, (*token, "expirationSeconds"), 600, 2**32)
        if "serviceAccountToken" in kinds and (fault := path_fault(body.text(source, *token, "path"))):
            yield Fault(f"path {show(body.text(source, *token, 'path'))} {fault}", (*token, "path"))


_SOURCES: Mapping[str, Callable[[Any], Iterator[Fault]]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "configMap": _config_map,
    "secret": _secret,
    "downwardAPI": _downward,
    "projected": _projected,
    "persistentVolumeClaim": _needs("claimName"),
    "csi": _needs("driver"),
    "ephemeral": _needs("volumeClaimTemplate"),
}
RULE = ObjectRule(CODE, KINDS, find)
