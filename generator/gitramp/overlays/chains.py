"""Overlays in their order: each environment with the layers beneath it.

Owns the meaning of `extends` and `include`, of service files and of the files beside them. Works on the bytes of a
snapshot, so that the overlays of a Git revision are read the same way as those on the disk. Must not know how layers
merge.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from gitramp import yamlio
from gitramp.overlays import codes
from gitramp.problem import Finding, InputRejected, Mark, Report, UsageError
from gitramp.source import Node, Overlay, Snapshot, did_you_mean, show, walk_towards
from gitramp.workspace import ENVIRONMENTS, FILES

_OVERLAY = re.compile(rf"{ENVIRONMENTS}/(?P<name>[^/]+)\.yaml")
_SERVICE = re.compile(rf"{ENVIRONMENTS}/(?P<name>[^/]+)/services/(?P<service>[^/]+)\.yaml")
_ATTACHED = re.compile(rf"{ENVIRONMENTS}/(?P<name>[^/]+)/{FILES}(/(?!\.)[^/]+)+")


def is_input(path: str) -> bool:
    """Whether a path from the workspace's root is that of an overlay, a service's file, or a file beside them."""
    return any(form.fullmatch(path) for form in (_OVERLAY, _SERVICE, _ATTACHED))


Read = Callable[[str, bytes], Node]
"""Path and content of one file -> its mapping; raises InputRejected."""


def parts_of(path: str) -> tuple[str, str] | None:
    """Return which overlay a path from the workspace's root is of, and which service, "" for all; None for no YAML."""
    found = _OVERLAY.fullmatch(path) or _SERVICE.fullmatch(path)
    return (found["name"], found.groupdict().get("service", "")) if found else None


def attached(taken: Snapshot) -> dict[str, bytes]:
    """Return the files beside the overlays, by their path from `environments/`."""
    return {p.removeprefix(f"{ENVIRONMENTS}/"): content for p, content in taken.files.items() if _ATTACHED.fullmatch(p)}


def names(taken: Snapshot) -> tuple[str, ...]:
    """Return the names of the environments, layers left out."""
    return _Shelf(taken).environments()


@functools.lru_cache(maxsize=12)  # an edit is read a dozen times on its way; more would keep whole histories in memory
def read_mapping(path: str, content: bytes) -> Node:
    """Read one file of an overlay; raises InputRejected when it holds no mapping."""
    root = yamlio.read(path, content)
    if not isinstance(root.value, dict):
        found = "a list" if isinstance(root.value, list) else "one value"
        finding = Finding(codes.NOT_A_MAPPING, f"the file holds {found}, not a mapping", root.mark)
        raise InputRejected(Report((finding,)))
    return root


def read_chains(
    taken: Snapshot, wanted: Iterable[str] = (), read: Read = read_mapping
) -> dict[str, tuple[Overlay, ...]]:
    """Read the named environments, or all, each as its overlays with the lowest layer first.

    With a `read` that remembers, many revisions cost what differs between them.
    Raises InputRejected with the findings of every file that was needed, UsageError for an unknown name.
    """
    shelf = _Shelf(taken, read)
    wanted = tuple(wanted) or shelf.environments()
    known = shelf.names()
    for name in wanted:
        if name not in known:
            raise UsageError(_unknown(name, shelf.environments()))
    chains = {name: shelf.chain(name) for name in wanted}
    if not wanted and not shelf.findings:
        place = Mark(min(taken.files, default=f"{ENVIRONMENTS}/"))
        shelf.findings.append(Finding(codes.NOTHING_TO_RENDER, f"{ENVIRONMENTS}/ holds no environment", place))
    if shelf.findings:
        raise InputRejected(Report.of(shelf.findings))
    for name in wanted:
        if not chains[name][-1].is_rendered:
            how = "included" if chains[name][-1].kind == "Component" else "extended"
            message = f"{name} is a {chains[name][-1].kind}: it is not rendered but {how}"
            raise UsageError(message)
    return chains


def _unknown(name: str, known: Iterable[str]) -> str:
    hint = did_you_mean(name, list(known), f"known: {', '.join(known) or 'none'}")
    return f"no environment {show(name)} in {ENVIRONMENTS}/; {hint}"


class _Shelf:
    """The overlays read so far, each once, and what was wrong with them."""

    def __init__(self, taken: Snapshot, read: Read = read_mapping) -> None:
        self._files = taken.files
        self._content = read
        self._read: dict[str, Overlay | None] = {}
        self.findings: list[Finding] = list(taken.findings)
        self.findings.extend(_orphans(taken.files))

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(m["name"] for p in self._files if (m := _OVERLAY.fullmatch(p))))

    def environments(self) -> tuple[str, ...]:
        """Return the environments; an overlay that cannot be read counts, so that its findings are told."""
        return tuple(n for n in self.names() if (overlay := self.overlay(n)) is None or overlay.is_rendered)

    def overlay(self, name: str) -> Overlay | None:
        if name not in self._read:
            try:
                self._read[name] = _overlay(name, self._files, self._content)
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
            overlays = [*self._components(overlay), overlay, *overlays]
            seen.append(step)
            step = self._base_of(overlay, seen)
        return tuple(overlays)

    def _components(self, overlay: Overlay) -> Iterator[Overlay]:
        """Yield what an overlay includes: each lies between what it extends and the overlay itself."""
        known = self.names()
        for position, name in enumerate(overlay.include):
            mark = _place(overlay, "include", position)
            component = self.overlay(name) if name in known else None
            if name not in known:
                self._refuse(f"`include`: {_unknown(name, known)}", mark)
            elif component is None:
                continue  # it cannot be read, and its findings say why
            elif component.kind != "Component":
                self._refuse(f"{name} is no Component; its kind is {component.kind or 'not said'}", mark)
            elif component.extends is not None or component.include:
                way = "extends" if component.extends is not None else "include"
                self._refuse(f"{name} is a Component and says `{way}`", _place(component, way))
            else:
                yield component

    def _refuse(self, message: str, mark: Mark) -> None:
        self.findings.append(Finding(codes.NO_COMPONENT, message, mark))

    def _base_of(self, overlay: Overlay, seen: list[str]) -> str | None:
        base = overlay.extends
        if base is None:
            return None
        mark = _place(overlay, "extends")
        known = self.overlay(base) if base in self.names() else None
        if known is not None and known.kind == "Component":
            self._refuse(f"{base} is a Component: include it", mark)
            return None
        if base in seen:
            circle = " -> ".join([*seen[seen.index(base) :], base])
            self.findings.append(Finding(codes.CIRCLE, f"{circle} is a circle", mark))
            return None
        if f"{ENVIRONMENTS}/{base}.yaml" not in self._files:
            self.findings.append(
                Finding(codes.UNKNOWN_BASE, f"`extends: {show(base)}`: {_unknown(base, self.names())}", mark)
            )
            return None
        return base


def _place(overlay: Overlay, key: str, *steps: int) -> Mark:
    *_, node = walk_towards(overlay.root, (key, *steps))
    return node.place


def _orphans(files: Mapping[str, bytes]) -> Iterator[Finding]:
    for path in files:
        match = _SERVICE.fullmatch(path) or _ATTACHED.fullmatch(path)
        if match and f"{ENVIRONMENTS}/{match['name']}.yaml" not in files:
            yield Finding(codes.NO_ENVIRONMENT, f"there is no {ENVIRONMENTS}/{match['name']}.yaml", Mark(path))


def _overlay(name: str, files: Mapping[str, bytes], read: Read) -> Overlay:
    path = f"{ENVIRONMENTS}/{name}.yaml"
    root = read(path, files[path])
    parts = {m["service"]: p for p in files if (m := _SERVICE.fullmatch(p)) and m["name"] == name}
    root = _with_services(root, {service: read(p, files[p]) for service, p in parts.items()})
    beside = (p for p in files if (m := _ATTACHED.fullmatch(p)) and m["name"] == name)
    keys = root.value
    assert isinstance(keys, dict)
    extends, kind, include = keys.get("extends"), keys.get("kind"), keys.get("include")
    if (extends is not None or include is not None) and kind is None:
        raise InputRejected(
            Report((Finding(codes.NO_KIND, "the overlay builds on others but has no kind", root.mark),))
        )
    listed = include.value if include is not None and isinstance(include.value, list) else []
    return Overlay(
        name=name,
        path=path,
        root=root,
        extends=extends.value if extends is not None and isinstance(extends.value, str) else None,
        include=tuple(item.value for item in listed if isinstance(item.value, str)),
        kind=str(kind.value) if kind is not None else "",
        files=(path, *parts.values(), *beside),
    )


def _with_services(root: Node, parts: Mapping[str, Node]) -> Node:
    assert isinstance(root.value, dict)
    services = root.value.get("services")
    if not parts or (services is not None and not isinstance(services.value, (dict, type(None)))):
        return root
    inline = services.value if services is not None and isinstance(services.value, dict) else {}
    for name, part in parts.items():
        if name in inline:
            first = inline[name].place
            finding = Finding(codes.SAID_TWICE, f"service {name} is said here and at {first}", part.mark)
            raise InputRejected(Report((finding,)))
    together = inline | {name: part._replace(key_mark=Mark(part.mark.path)) for name, part in parts.items()}
    merged = Node(together, services.mark if services else root.mark, services.key_mark if services else None)
    return root._replace(value=root.value | {"services": merged})
