"""Merge layers, and a service into its tracks, by RFC 7396; remember who set what.

Owns the one merge rule: mappings merge, everything else replaces, null removes. Must not know where overlays come
from or what their keys mean, but for the split between a service's own keys and those its tracks inherit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gitramp.model import Service, key_info
from gitramp.source import Node, Overlay, Setting, Values


def merge(name: str, overlays: Sequence[Overlay]) -> Values:
    """Merge the overlays of one environment, lowest layer first (https://www.rfc-editor.org/rfc/rfc7396)."""
    root = Node({}, overlays[0].root.mark)
    for overlay in overlays:
        root = patch(root, overlay.root)
    return Values(name, root, tuple(path for overlay in overlays for path in overlay.files))


def inherit(values: Values) -> Values:
    """Put what each service says for all its tracks beneath every track.

    A track is a patch on its service, so a key that a track sets to null is not inherited.
    """
    services = _child(values.root, "services")
    if services is None or not isinstance(services.value, dict):
        return values
    shared = frozenset(info.name for info in key_info(Service.shared))
    tracked = {name: _with_tracks(service, shared) for name, service in services.value.items()}
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


def _with_tracks(service: Node, shared: Collection[str]) -> Node:
    tracks = _child(service, "tracks")
    if tracks is None or not isinstance(tracks.value, dict):
        return service
    assert isinstance(service.value, dict)
    common = {key: child for key, child in service.value.items() if key in shared}
    lost = {key: settings for key, settings in service.removed.items() if key in shared}
    below = Node(common, service.mark, service.key_mark, removed=lost)
    merged = {name: patch(below, track)._replace(history=track.history) for name, track in tracks.value.items()}
    return service._replace(value=service.value | {"tracks": tracks._replace(value=merged)})


def _child(node: Node, key: str) -> Node | None:
    return node.value.get(key) if isinstance(node.value, dict) else None
