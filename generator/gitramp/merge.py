"""Merge layers, and a service into its tracks, by RFC 7396; remember who set what.

Owns the one merge rule: mappings merge, everything else replaces, null removes. Must not know where overlays come
from or what their keys mean, but for the split between a service's own keys and those its tracks inherit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gitramp.model import Job, PodTemplate, Service, key_info
from gitramp.source import Node, Overlay, Setting, Values


def merge(name: str, overlays: Sequence[Overlay]) -> Values:
    """Merge the overlays of one environment, lowest layer first (https://www.rfc-editor.org/rfc/rfc7396)."""
    root = Node({}, overlays[0].root.mark)
    for overlay in overlays:
        root = patch(root, overlay.root)
    return Values(name, root, tuple(path for overlay in overlays for path in overlay.files))


def inherit(values: Values) -> Values:
    """Put components beneath their service, what a service says beneath its tracks, what a track says beneath its jobs.

    Each is a patch on what lies beneath, so a key that a track sets to null is not inherited.
    """
    services = _child(values.root, "services")
    if services is None or not isinstance(services.value, dict):
        return values
    components = _child(values.root, "components")
    composed = {name: _with_components(service, components) for name, service in services.value.items()}
    tracked = {name: _with_jobs(_with_tracks(service)) for name, service in composed.items()}
    assert isinstance(values.root.value, dict)
    root = values.root._replace(value=values.root.value | {"services": services._replace(value=tracked)})
    return Values(values.name, root, values.files)


def patch(target: Node | None, over: Node) -> Node:
    """Apply one node over another; the result knows every setting it overrode, removals included."""
    history = (*_settings(target), *over.history)
    if not isinstance(over.value, dict):
        return over._replace(history=history)
    below = target.value if target is not None and isinstance(target.value, dict) else {}
    lost = target.removed if target is not None else {}
    children = {key: child for key, child in below.items() if key not in over.removed}
    removed = {key: settings for key, settings in lost.items() if key not in over.value}
    for key, settings in over.removed.items():
        removed[key] = (*_settings(below.get(key)), *lost.get(key, ()), *settings)
    for key, child in over.value.items():
        if child.value is None:
            before = (*_settings(children.pop(key, None)), *lost.get(key, ()))
            removed[key] = (*before, Setting(child.place, "removed"))
        else:
            merged = patch(children.get(key), child)
            children[key] = merged._replace(history=(*lost.get(key, ()), *merged.history))
    return over._replace(value=children, history=history, removed=removed)


def _settings(node: Node | None) -> tuple[Setting, ...]:
    """Return every setting of a node, oldest first, the one in force last."""
    return () if node is None else (*node.history, Setting(node.place, node.shown))


_SHARED = frozenset(info.name for info in key_info(Service.shared))
_HANDED_TO_JOBS = frozenset(info.name for info in key_info(PodTemplate)) - Job.not_inherited


def _with_components(service: Node, components: Node | None) -> Node:
    include = _child(service, "include")
    if include is None or components is None or not isinstance(include.value, list):
        return service
    below = Node({}, service.mark, service.key_mark)
    for said in include.value:
        piece = _child(components, said.value) if isinstance(said.value, str) else None
        below = below if piece is None else patch(below, piece)  # GR126 tells of one that is not there
    return patch(below, service)._replace(history=service.history, mark=service.mark, key_mark=service.key_mark)


def _with_tracks(service: Node) -> Node:
    tracks = _child(service, "tracks")
    if tracks is None or not isinstance(tracks.value, dict):
        return service
    merged = {name: _over(service, _SHARED, track) for name, track in tracks.value.items()}
    return _with(service, "tracks", tracks._replace(value=merged))


def _with_jobs(service: Node) -> Node:
    jobs, tracks = _child(service, "jobs"), _child(service, "tracks")
    if jobs is None or not isinstance(jobs.value, dict) or tracks is None or not isinstance(tracks.value, dict):
        return service
    stable = tracks.value.get(_text(service, "stable") or next(iter(tracks.value), ""))
    merged = {}
    for name, job in jobs.value.items():
        track = tracks.value.get(_text(job, "track"), stable)  # GR326 tells of a track that is not there
        merged[name] = job if track is None else _over(track, _HANDED_TO_JOBS, job)
    return _with(service, "jobs", jobs._replace(value=merged))


def _over(base: Node, keys: Collection[str], over: Node) -> Node:
    """Return a node laid over some keys of another, as whose patch it is meant."""
    assert isinstance(base.value, dict)
    common = {key: child for key, child in base.value.items() if key in keys}
    lost = {key: settings for key, settings in base.removed.items() if key in keys}
    below = Node(common, base.mark, base.key_mark, removed=lost)
    return patch(below, over)._replace(history=over.history)


def _with(node: Node, key: str, child: Node) -> Node:
    assert isinstance(node.value, dict)
    return node._replace(value=node.value | {key: child})


def _text(node: Node, key: str) -> str:
    child = _child(node, key)
    return child.value if child is not None and isinstance(child.value, str) else ""


def _child(node: Node, key: str) -> Node | None:
    return node.value.get(key) if isinstance(node.value, dict) else None
