"""What a branch tells of its past: since when a canary has had its weight, and which track was stable before.

Owns the walk back through overlays; each revision is read by the same stages as the present. Must not know any rule.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from gitramp import repo, steps
from gitramp.model import Environment, Service
from gitramp.pipeline.build import model_of
from gitramp.problem import GitrampError
from gitramp.source import Snapshot
from gitramp.workspace import ENVIRONMENTS

_Model = Callable[[int], Environment | None]


@dataclass
class Told:
    """What was found out of the services of an environment; of those in `unknown` the history ends too early."""

    standing: dict[str, steps.Standing] = field(default_factory=dict)
    stable_before: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def asked(
    repository: repo.Repository,
    base: repo.Commit,
    moment: int,
    before: Environment,
    questions: Iterable[steps.Question],
) -> Told:
    """Answer what rules ask of the past of one environment, as it is at a base."""
    wanted = [question for question in questions if question.seconds or question.stable]
    told = Told()
    if not wanted:
        return told
    names = frozenset(question.service for question in wanted)
    everything = any(question.stable for question in wanted)
    since = 0 if everything else moment - max(question.seconds for question in wanted)
    walked = tuple(repo.history(repository, base, ENVIRONMENTS, since))

    @functools.cache
    def model(position: int) -> Environment | None:
        return _model(walked[position].before, before.name, names)

    for question in wanted:
        service = before.services[question.service]
        if question.seconds:
            _ask_standing(told, walked, model, service)
        if question.stable:
            _ask_stable(told, walked, model, service)
    return told


def _model(taken: Snapshot | None, name: str, services: frozenset[str]) -> Environment | None:
    """Return an environment of the past; None when it was not there or cannot be read."""
    try:
        return model_of(taken, name, services) if taken is not None else None
    except GitrampError:
        return None


def _ask_standing(told: Told, walked: Sequence[repo.Past], model: _Model, now: Service) -> None:
    """Find the commit before which the canary had another weight; none is found when that is long ago."""
    for position, past in enumerate(walked):
        if past.before is None:
            told.unknown.append(now.name)
            return
        if _position(_service(model(position), now.name)) != _position(now):
            told.standing[now.name] = steps.Standing(past.commit.time, past.commit.id)
            return


def _ask_stable(told: Told, walked: Sequence[repo.Past], model: _Model, now: Service) -> None:
    """Find the last other track that was stable, with its image."""
    for position, past in enumerate(walked):
        then = _service(model(position), now.name)
        if past.before is None:
            told.unknown.append(now.name)
            return
        if then is not None and then.stable != now.stable and then.stable in then.tracks:
            told.stable_before[now.name] = (then.stable, then.stable_track.image.text)
            return
    told.stable_before[now.name] = None


def _service(environment: Environment | None, name: str) -> Service | None:
    return environment.services.get(name) if environment is not None else None


def _position(service: Service | None) -> tuple[str, int] | None:
    return (service.canary.track, service.canary.weight) if service is not None and service.canary else None
