"""Apply an intent to the overlays of one moment: which files take it, and what they then say.

Owns the way from keys of a service to bytes of a file: a value goes to the file that owns it, or to the environment's
own where it is inherited. Pure but for what it is given. Must not know where the overlays come from, nor judge them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gitramp import intents, merge, overlays
from gitramp.intents import UNSET, Aim, Idle, Intent, Setting
from gitramp.intents.intent import Now
from gitramp.model import Service
from gitramp.pipeline.build import model_of, with_only
from gitramp.pipeline.edit import edited, place, removed
from gitramp.problem import GitrampError, Superseded, UsageError
from gitramp.source import Overlay, Snapshot, Values, did_you_mean, show

Past = Callable[[Aim], tuple[Service | None, str]]
"""A service as the newest commit has it, None where none does, and why history holds its ramp, "" for no reason."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an intent does to overlays; `before` and `after` are all of them.

    `actions` tell, for each aim that it changes, what the trailer says; `idle` why the others stay. `settings` are what
    was decided, by aim.
    """

    before: Snapshot
    after: Snapshot
    actions: tuple[str, ...] = ()
    idle: tuple[tuple[Aim, Idle], ...] = ()
    settings: Mapping[Aim, tuple[Setting, ...]] | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that change."""
        return tuple(path for path, content in self.after.files.items() if self.before.files.get(path) != content)

    @property
    def names(self) -> tuple[str, ...]:
        """The environments that are made from a file that changes."""
        changed = set(self.paths)
        if not changed:
            return ()
        chains = overlays.read_chains(self.after)
        return tuple(name for name, chain in chains.items() if changed & {p for each in chain for p in each.files})


def amend(intent: Intent, taken: Snapshot, past: Past) -> Amendment:
    """Apply an intent to all that it is aimed at.

    Raises UsageError for a service that is not there, Superseded when something is not as the intent expects it,
    InputRejected for overlays that cannot be read.
    """
    amended, actions, idle = taken, list[str](), list[tuple[Aim, Idle]]()
    settings: dict[Aim, tuple[Setting, ...]] = {}
    for aim in intent.aims:
        service = _service(taken, aim)  # not as an aim before has left it: one may extend another
        if fault := intents.expected_fault(intent, service):
            raise Superseded(f"{aim.environment}: {fault}; nothing was written")
        committed, holds = past(aim)
        decided = intent.decide(Now(service, committed, holds))
        if isinstance(decided, Idle):
            idle.append((aim, decided))
            continue
        settings[aim] = decided.settings
        with_it = with_settings(amended, aim, decided.settings)
        if decided.settings and with_it.files == amended.files:
            idle.append((aim, Idle("the overlays say so already")))
        else:
            words = [show(decided.words, 200)] if decided.words else []
            actions.append(" ".join((intent.name, str(aim), *words)))
        amended = with_it
    return Amendment(taken, amended, tuple(actions), tuple(idle), settings)


def _service(taken: Snapshot, aim: Aim) -> Service:
    services = _of_service(taken, aim).plain().get("services") or {}
    if isinstance(services, dict) and aim.service not in services:
        every = merge.merge(aim.environment, _chain(taken, aim.environment)).plain().get("services") or {}
        raise no_service(aim.service, every, aim.environment)
    return model_of(taken, aim.environment, [aim.service]).services[aim.service]


def no_service(service: str, known: Collection[str], where: str) -> UsageError:
    """Return the error for a service that is not there, with the nearest one that is."""
    hint = did_you_mean(service, known, f"services: {', '.join(known) or 'none'}")
    return UsageError(f"no service {show(service)} in {where}; {hint}")


def _chain(taken: Snapshot, environment: str) -> tuple[Overlay, ...]:
    return overlays.read_chains(taken, [environment])[environment]


def _of_service(taken: Snapshot, aim: Aim) -> Values:
    """Merge what the overlays say of one service, and of no other."""
    return merge.merge(aim.environment, [with_only(each, [aim.service]) for each in _chain(taken, aim.environment)])


def said(taken: Snapshot, aim: Aim) -> Any:
    """Return what the merged overlays say of a service, as JSON would hold it; None where nothing does."""
    values = merge.inherit(_of_service(taken, aim)).plain()
    return at(values, ("services", aim.service))


def at(tree: Any, keys: Sequence[str]) -> Any:
    """Return what stands at a path of keys; None where nothing does."""
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def with_settings(taken: Snapshot, aim: Aim, settings: Sequence[Setting]) -> Snapshot:
    """Return overlays that say the settings; what they say already stays as it stands, to the byte."""
    chain = _chain(taken, aim.environment)
    overlay = next((each for each in chain if each.name == aim.overlay), chain[-1])
    now = at(_of_service(taken, aim).plain(), ("services", aim.service))
    path, above = place(overlay, aim.service, ())
    content = taken.files[path]
    for setting in settings:
        if setting.value is UNSET:
            content = removed(path, content, [*above, *setting.keys]) if at(now, setting.keys) is not None else content
        elif not _is_said(now, setting):
            content = edited(path, content, [*above, *setting.keys], setting.value)
    changed = _with(taken, path, content)
    for setting in settings:
        if setting.value is UNSET and at(said(changed, aim), setting.keys) is not None:  # a layer beneath says it, too
            content = edited(path, content, [*above, *setting.keys], None)
            changed = _with(taken, path, content)
    return changed


def _with(taken: Snapshot, path: str, content: bytes) -> Snapshot:
    return taken if taken.files[path] == content else replace(taken, files={**taken.files, path: content})


def _is_said(now: Any, setting: Setting) -> bool:
    """Whether the overlays say a value: null is said where a key has it, and nothing else equals true or 1."""
    *above, last = setting.keys
    there = at(now, above)
    if not isinstance(there, dict) or last not in there:
        return False
    return type(there[last]) is type(setting.value) and bool(there[last] == setting.value)


def committed_in(taken: Snapshot | None, aim: Aim) -> Service | None:
    """Return a service as the overlays of a commit have it; None where they have none that can be read."""
    if taken is None:
        return None
    try:
        return model_of(taken, aim.environment, [aim.service]).services.get(aim.service)
    except GitrampError:
        return None
