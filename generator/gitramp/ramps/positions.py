"""Where canaries stand, read off the overlays of many revisions without building a model of each.

Owns the quick way from files to a canary's position: files are read once, and only what is asked for is merged. Must
not know Git, nor whether an overlay is valid: what cannot be read is told as such, what is there is taken as it is.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gitramp import merge, overlays, yamlio
from gitramp.model import Ramp
from gitramp.problem import InputRejected, UsageError
from gitramp.source import Node, Overlay, Snapshot
from gitramp.workspace import ENVIRONMENTS

_OF_POSITIONS = frozenset({"canary", "include"})
_BAKE = re.compile(r"[1-9][0-9]{0,4}[mhd]")


@dataclass(frozen=True, slots=True)
class Position:
    """What a canary gets: a share, and requests that match, each as canonical JSON; `bake` is its plan's, in seconds.

    Two positions are the same when they give the same traffic, whatever the plan.
    """

    track: str
    weight: int
    match: tuple[str, ...] = ()
    bake: int = field(default=0, compare=False)

    @property
    def share(self) -> tuple[str, int]:
        """What a bake time is counted for: matches come and go without starting it anew."""
        return self.track, self.weight

    def is_below(self, before: Position) -> bool:
        """Say whether the same canary got more before: a greater share, or the same one and more matches."""
        if self.track != before.track:
            return False
        fewer = self.weight == before.weight and set(self.match) < set(before.match)
        return self.weight < before.weight or fewer


@dataclass(frozen=True, slots=True)
class View:
    """Some services of an environment in one revision, merged and plain; None when the overlays cannot be read.

    `names` are those of the overlays that it was made from; what cannot be read may depend on any.
    """

    environment: str
    services: Mapping[str, Any] | None
    names: frozenset[str] = frozenset()

    def depends_on(self, path: str) -> bool:
        """Say whether a file, of a service that is looked at or of all, is part of it."""
        found = overlays.parts_of(path)
        return found is not None and (self.services is None or found[0] in self.names)


class Reader:
    """Reads environments of many revisions, with some of their services; what it has read it remembers."""

    def __init__(self, services: Collection[str] = (), *, whole: bool = False) -> None:
        """Take the services that are asked for, all when none is named; `whole` asks for all that they say."""
        self._services = frozenset(services)
        self.whole = whole
        pieces = functools.cache(overlays.read_mapping)
        self._content = functools.cache(lambda path, text: yamlio.read_in_pieces(path, text, "services", pieces))

    def wants(self, path: str) -> bool:
        """Say whether a file may say anything of the services that are asked for."""
        found = overlays.parts_of(path)
        return found is not None and (not found[1] or not self._services or found[1] in self._services)

    def view(self, files: Mapping[str, bytes], environment: str) -> View:
        """Read one environment; one that is not there has no services. Files are those that are wanted."""
        if f"{ENVIRONMENTS}/{environment}.yaml" not in files:
            return View(environment, {}, frozenset({environment}))
        try:
            chain = overlays.read_chains(Snapshot(files), [environment], self._content)[environment]
            narrow = [replace(overlay, root=self._narrowed(overlay)) for overlay in chain]
            merged = merge.inherit(merge.merge(environment, narrow)).plain()
        except UsageError:  # it is a layer there
            return View(environment, {}, frozenset({environment}))
        except InputRejected:
            return View(environment, None)
        services = merged.get("services")
        known = services if isinstance(services, dict) else {}
        return View(environment, known, frozenset(overlay.name for overlay in chain))

    def _narrowed(self, overlay: Overlay) -> Node:
        """Leave out of an overlay what is not asked for; a mapping that is none stays, and says nothing."""
        kept = {key: self._pieces(key, node) for key in ("services", "components") if (node := overlay.said(key))}
        return overlay.root._replace(value=kept)

    def _pieces(self, key: str, node: Node) -> Node:
        if not isinstance(node.value, dict):
            return node
        every = key == "components" or not self._services
        pieces = {name: self._piece(piece) for name, piece in node.value.items() if every or name in self._services}
        return node._replace(value=pieces)

    def _piece(self, piece: Node) -> Node:
        if self.whole or not isinstance(piece.value, dict):
            return piece
        return piece._replace(value={key: node for key, node in piece.value.items() if key in _OF_POSITIONS})


def position(service: Any) -> Position | None:
    """Read the position off a merged service; None without a canary, or with one that no version of gitramp took."""
    canary = service.get("canary") if isinstance(service, dict) else None
    if not isinstance(canary, dict) or not isinstance(canary.get("track"), str):
        return None
    weight, match, ramp = canary.get("weight", 0), canary.get("match"), canary.get("ramp")
    if not isinstance(weight, int) or isinstance(weight, bool):
        return None
    entries = match if isinstance(match, list) else []
    bake = ramp.get("bake") if isinstance(ramp, dict) else None
    seconds = Ramp(steps=(), bake=bake).bake_seconds if isinstance(bake, str) and _BAKE.fullmatch(bake) else 0
    return Position(canary["track"], weight, tuple(sorted(json.dumps(e, sort_keys=True) for e in entries)), seconds)
