"""Where the canaries of the work tree stand, and since when, as far as commits tell.

Owns how an edit that is in no commit goes with the history of HEAD. Must not know how history is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gitramp.model import Environment
from gitramp.overview.facts import Standing
from gitramp.pipeline.built import Built
from gitramp.pipeline.transition import followed
from gitramp.ramps.ahead import ahead
from gitramp.ramps.positions import position
from gitramp.ramps.standing import Key, Stay, stays
from gitramp.ramps.status import Source
from gitramp.source import Snapshot, plain


def standings(source: Source, taken: Snapshot, built: Sequence[Built]) -> Mapping[Key, Standing]:
    """Say of each canary of some environments where it stands, by service and environment.

    What comes next is said as of HEAD's own time: the same commit and the same files tell the same on any day.
    """
    told = _stays(source, built)
    models = {one.name: one.environment for one in built}
    others = {**followed(taken, tuple(models.values()), models.keys()), **models}
    return dict(_standings(source, built, told, others))


def _standings(
    source: Source, built: Sequence[Built], told: Mapping[Key, Stay], others: Mapping[str, Environment]
) -> Iterator[tuple[Key, Standing]]:
    moment = source.commit.time if source.commit else 0
    for one in built:
        for service in one.environment.services.values():
            if service.canary is None:
                continue
            key = service.name, one.name
            stay = told.get(key)
            here = position(plain(one.values.nearest(("services", service.name))))
            if source.commit is not None and (stay is None or here != stay.position):
                yield key, Standing(None, None, moved=True)
            else:
                yield key, Standing(stay, ahead(one.environment, service, stay, others, moment))


def _stays(source: Source, built: Sequence[Built]) -> Mapping[Key, Stay]:
    if source.repository is None or source.commit is None:
        return {}
    names = [one.name for one in built]
    canaries = {service.name for one in built for service in one.environment.services.values() if service.canary}
    return stays(source.repository, source.commit, source.taken, names, canaries) if canaries else {}
