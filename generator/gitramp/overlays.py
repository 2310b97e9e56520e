"""Find the overlays of a workspace and put them in order: each environment with the layers beneath it.

Owns the layout of `environments/` and the meaning of `extends`. Only `snapshot` touches the disk; the rest works on
the bytes it took, so that the overlays of a Git revision are read the same way. Must not know how layers merge.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from gitramp import yamlio
from gitramp.problem import Code, Finding, InputRejected, Mark, Report, ToolError, UsageError
from gitramp.source import Node, Overlay, Snapshot
from gitramp.workspace import ENVIRONMENTS

UNREADABLE = Code(
    "GR020",
    "an overlay that cannot be used as a file",
    "Links can point out of the repository, and what cannot be read cannot be rendered.",
    "put a plain, readable file in its place",
)
FILE_NAME = Code(
    "GR021",
    "a file name that is not an overlay's",
    "The file name is the overlay's name; a file that gitramp passes over in silence would be an edit without effect.",
    "name it <name>.yaml in lower-case letters, digits and dashes",
)
NOT_A_MAPPING = Code(
    "GR022",
    "an overlay that is not a mapping",
    "An overlay is a mapping of keys; a list or a text says nothing that could be merged.",
    "start with apiVersion and kind",
)
UNKNOWN_BASE = Code(
    "GR023",
    "`extends` names an overlay that is not there",
    "Without the layers beneath it an environment would render to something else than was meant.",
    "name a file of environments/ without its .yaml",
)
CIRCLE = Code(
    "GR024",
    "overlays extend each other in a circle",
    "A circle has no lowest layer, so nothing decides which value wins.",
    "let one of them extend nothing, or another layer",
)
SAID_TWICE = Code(
    "GR025",
    "a service is said twice in one overlay",
    "Neither the environment's file nor the service's own file would be the one that counts.",
    "keep the service in one of the two files",
)
NO_ENVIRONMENT = Code(
    "GR026",
    "service files without their environment",
    "Files in environments/<name>/services/ belong to environments/<name>.yaml.",
    "add environments/<name>.yaml with apiVersion, kind and, if wanted, extends",
)

CANNOT_SAVE = Code(
    "GR027",
    "an overlay that cannot be written",
    "The edit was not made; the file is as it was.",
    "look at the permissions and free space of the folder, then run the command again",
)

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_OVERLAY = re.compile(rf"{ENVIRONMENTS}/(?P<name>[^/]+)\.yaml")
_SERVICE = re.compile(rf"{ENVIRONMENTS}/(?P<name>[^/]+)/services/(?P<service>[^/]+)\.yaml")


def snapshot(root: Path) -> Snapshot:
    """Take the overlay files below `root`; what cannot be taken becomes a finding, files over the cap are not read."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in _candidates(root / ENVIRONMENTS):
        shown = path.relative_to(root).as_posix()
        try:
            found = _take(path, shown)
        except OSError as error:
            found = Finding(UNREADABLE, f"cannot be read: {error.strerror}", Mark(shown))
        if isinstance(found, Finding):
            findings.append(found)
        else:
            files[shown] = found
    return Snapshot(dict(sorted(files.items())), tuple(findings))


def _candidates(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        services = path / "services"
        if path.is_dir() and not path.is_symlink() and services.is_dir() and not services.is_symlink():
            yield from (p for p in sorted(services.iterdir()) if not p.name.startswith("."))
        elif path.suffix in {".yaml", ".yml"} or (path.is_dir() and (path.is_symlink() or services.is_symlink())):
            yield path


def _take(path: Path, shown: str) -> bytes | Finding:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        what = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "not a plain file"
        return Finding(UNREADABLE, f"is {what}", Mark(shown))
    if path.suffix != ".yaml" or not _NAME.fullmatch(path.stem):
        return Finding(FILE_NAME, f"`{path.name}` is not the name of an overlay", Mark(shown))
    if status.st_size > yamlio.MAX_BYTES:
        return yamlio.too_large(shown, status.st_size)
    return path.read_bytes()


def save(root: Path, path: str, content: bytes) -> None:
    """Replace an overlay file in one step, keeping its rights; raises ToolError when the disk refuses."""
    target = root / path
    passing = target.with_name(f".{target.name}.gitramp")
    try:
        passing.write_bytes(content)
        passing.chmod(stat.S_IMODE(target.stat().st_mode))
        passing.replace(target)
    except OSError as error:
        with suppress(OSError):
            passing.unlink(missing_ok=True)
        raise ToolError(CANNOT_SAVE, f"cannot write {path}: {error.strerror}") from error


def is_overlay(path: str) -> bool:
    """Whether a path from the workspace's root is that of an overlay or of a service's file."""
    return bool(_OVERLAY.fullmatch(path) or _SERVICE.fullmatch(path))


def names(taken: Snapshot) -> tuple[str, ...]:
    """Return the names of the environments, layers left out."""
    return _Shelf(taken).environments()


def read_chains(taken: Snapshot, wanted: Iterable[str] = ()) -> dict[str, tuple[Overlay, ...]]:
    """Read the named environments, or all, each as its overlays with the lowest layer first.

    Raises InputRejected with the findings of every file that was needed, UsageError for an unknown name.
    """
    shelf = _Shelf(taken)
    wanted = tuple(wanted) or shelf.environments()
    known = shelf.names()
    for name in wanted:
        if name not in known:
            raise UsageError(_unknown(name, shelf.environments()))
    chains = {name: shelf.chain(name) for name in wanted}
    if shelf.findings:
        raise InputRejected(Report.of(shelf.findings))
    layers = [name for name in wanted if chains[name][-1].is_layer]
    if layers:
        message = f"{layers[0]} is a Layer: it is not rendered but extended"
        raise UsageError(message)
    return chains


def _unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known) or 'none'}"
    return f"no environment {name} in {ENVIRONMENTS}/; {hint}"


class _Shelf:
    """The overlays read so far, each once, and what was wrong with them."""

    def __init__(self, taken: Snapshot) -> None:
        self._files = taken.files
        self._read: dict[str, Overlay | None] = {}
        self.findings: list[Finding] = list(taken.findings)
        self.findings.extend(_orphans(taken.files))

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(m["name"] for p in self._files if (m := _OVERLAY.fullmatch(p))))

    def environments(self) -> tuple[str, ...]:
        """Return the overlays that are no Layer; one that cannot be read counts, so that its findings are told."""
        return tuple(n for n in self.names() if (overlay := self.overlay(n)) is None or not overlay.is_layer)

    def overlay(self, name: str) -> Overlay | None:
        if name not in self._read:
            try:
                self._read[name] = _overlay(name, self._files)
            except InputRejected as rejected:
                self.findings.extend(rejected.report)
                self._read[name] = None
        return self._read[name]

    def chain(self, name: str) -> tuple[Overlay, ...]:
        overlays: list[Overlay] = []
        seen: list[str] = []
        step: str | None = name
        while step is not None:
            overlay = self.overlay(step)
            if overlay is None:
                break
            overlays.insert(0, overlay)
            seen.append(step)
            step = self._base_of(overlay, seen)
        return tuple(overlays)

    def _base_of(self, overlay: Overlay, seen: list[str]) -> str | None:
        base = overlay.extends
        if base is None:
            return None
        assert isinstance(overlay.root.value, dict)
        mark = overlay.root.value["extends"].place
        if base in seen:
            circle = " -> ".join([*seen[seen.index(base) :], base])
            self.findings.append(Finding(CIRCLE, f"{circle} is a circle", mark))
            return None
        if f"{ENVIRONMENTS}/{base}.yaml" not in self._files:
            self.findings.append(Finding(UNKNOWN_BASE, f"`extends: {base}`: {_unknown(base, self.names())}", mark))
            return None
        return base


def _orphans(files: Mapping[str, bytes]) -> Iterator[Finding]:
    for path in files:
        match = _SERVICE.fullmatch(path)
        if match and f"{ENVIRONMENTS}/{match['name']}.yaml" not in files:
            yield Finding(NO_ENVIRONMENT, f"there is no {ENVIRONMENTS}/{match['name']}.yaml", Mark(path))


def _overlay(name: str, files: Mapping[str, bytes]) -> Overlay:
    path = f"{ENVIRONMENTS}/{name}.yaml"
    root = _read_mapping(path, files[path])
    parts = {m["service"]: p for p in files if (m := _SERVICE.fullmatch(p)) and m["name"] == name}
    root = _with_services(root, {service: _read_mapping(p, files[p]) for service, p in parts.items()})
    keys = root.value
    assert isinstance(keys, dict)
    extends, kind = keys.get("extends"), keys.get("kind")
    return Overlay(
        name=name,
        path=path,
        root=root,
        extends=extends.value if extends is not None and isinstance(extends.value, str) else None,
        is_layer=kind is not None and kind.value == "Layer",
        files=(path, *parts.values()),
    )


def _read_mapping(path: str, content: bytes) -> Node:
    root = yamlio.read(path, content)
    if not isinstance(root.value, dict):
        raise InputRejected(Report((Finding(NOT_A_MAPPING, f"the file holds a {root.shown}", root.mark),)))
    return root


def _with_services(root: Node, parts: Mapping[str, Node]) -> Node:
    assert isinstance(root.value, dict)
    services = root.value.get("services")
    if not parts or (services is not None and not isinstance(services.value, (dict, type(None)))):
        return root
    inline = services.value if services is not None and isinstance(services.value, dict) else {}
    for name, part in parts.items():
        if name in inline:
            first = inline[name].place
            finding = Finding(SAID_TWICE, f"service {name} is said here and at {first}", part.mark)
            raise InputRejected(Report((finding,)))
    together = inline | {name: part._replace(key_mark=Mark(part.mark.path)) for name, part in parts.items()}
    merged = Node(together, services.mark if services else root.mark, services.key_mark if services else None)
    return root._replace(value=root.value | {"services": merged})
