"""From the words of a command to an intent: which services of which environments, and how a text is read.

Owns what is meant where a command leaves something out. A wish is put to the overlays that it will be applied to, so
that it names what is there. Must not know what is done with an intent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gitramp import intents, merge, overlays, yamlio
from gitramp.intents import ANYTHING, Aim, Expected, Intent, Setting
from gitramp.problem import InputRejected, UsageError
from gitramp.source import Overlay, Snapshot, plain
from gitramp.verbs.amend import at, no_service

Wish = Callable[[Snapshot], Sequence[Intent]]
"""Overlays -> the intents that a command may mean, the first choice first."""

_NULL = frozenset({"null", "~"})  # as YAML has it: the key stops what it would inherit


@dataclass(frozen=True, slots=True)
class Plan:
    """The words of a ramp's plan on a command line; empty ones say nothing."""

    steps: str = ""
    bake: str = ""

    def settings(self) -> tuple[Setting, ...]:
        """Return the keys of the plan. Raises UsageError for steps that are no numbers."""
        said = []
        if self.steps:
            try:
                steps: list[Any] = [int(step) for step in self.steps.split(",")]
            except ValueError:
                raise UsageError(f"--steps {self.steps} is not a list of weights, such as 1,5,25,100") from None
            said.append(Setting(("canary", "ramp", "steps"), steps))
        return (*said, *([Setting(("canary", "ramp", "bake"), self.bake)] if self.bake else []))


def aimed(services: Sequence[str], environments: Sequence[str], make: Callable[[tuple[Aim, ...]], Intent]) -> Wish:
    """Aim an intent at named services of named environments; where there is one environment, it need not be named."""

    def wish(taken: Snapshot) -> Sequence[Intent]:
        named = tuple(dict.fromkeys(environments)) or _only(overlays.names(taken))
        return (make(tuple(Aim(service, name) for name in named for service in dict.fromkeys(services))),)

    return wish


def aborted(services: Sequence[str], environments: Sequence[str], reason: str, expected: Expected = ANYTHING) -> Wish:
    """Aim an abort at named environments and at those that extend them, which inherit the end of the canary."""

    def wish(taken: Snapshot) -> Sequence[Intent]:
        named = tuple(dict.fromkeys(environments)) or _only(overlays.names(taken))
        names = (*named, *_heirs(taken, named))
        aims = [Aim(service, name) for name in names for service in dict.fromkeys(services)]
        return (intents.abort(aims, reason, expected),)

    return wish


def promoted(services: Sequence[str], environments: Sequence[str], expected: Expected) -> Wish:
    """Aim a promotion at named environments and at those that extend them, whose canaries must be at 100 %, too."""

    def wish(taken: Snapshot) -> Sequence[Intent]:
        named = tuple(dict.fromkeys(environments)) or _only(overlays.names(taken))
        aims = [Aim(service, name) for name in named for service in dict.fromkeys(services)]
        heirs = [Aim(service, name) for name in _heirs(taken, named) for service in dict.fromkeys(services)]
        moved = [heir for heir in heirs if _ramps(taken, heir)]
        return (intents.promote((*aims, *moved), expected),)

    return wish


def _heirs(taken: Snapshot, named: Sequence[str]) -> tuple[str, ...]:
    """Return the environments that extend others, and are not named themselves."""
    overlays.read_chains(taken, named)  # refuses a name that is none
    chains = overlays.read_chains(taken)
    extending = (name for name, chain in chains.items() if any(each.name in named for each in chain[:-1]))
    return tuple(name for name in extending if name not in named)


def _ramps(taken: Snapshot, aim: Aim) -> bool:
    """Whether an environment runs the canary of a service. Raises UsageError when it is on the way."""
    chain = overlays.read_chains(taken, [aim.environment])[aim.environment]
    canary = at(_services(aim.environment, chain), (aim.service, "canary"))
    if canary is not None and canary.get("weight", 0) != 100:
        ways = f"ramp it to 100 % there first, or say `stable` and `canary: null` in {aim.environment} for it to stay"
        raise UsageError(f"{aim} extends what is promoted, and its canary has not all the traffic: {ways}")
    return canary is not None


def _only(names: Sequence[str]) -> tuple[str, ...]:
    if len(names) != 1:
        raise UsageError(f"name the environment with -e; environments: {', '.join(names) or 'none'}")
    return tuple(names)


def going_on(services: Sequence[str], environments: Sequence[str], expected: Expected) -> Wish:
    """Aim an advance at what is named; where no service is, at each canary."""

    def wish(taken: Snapshot) -> Sequence[Intent]:
        chains = overlays.read_chains(taken, environments)
        known = dict.fromkeys(service for name, chain in chains.items() for service in _services(name, chain))
        for unknown in (service for service in services if service not in known):
            raise no_service(unknown, known, ", ".join(chains))
        found = tuple(
            Aim(service, name)
            for name, chain in chains.items()
            for service in (services or _ramping(name, chain))
            if not services or environments or _has_canary(name, chain, service)
        )
        return (intents.advance(found, expected, named=bool(services and environments)),)

    return wish


def _ramping(name: str, chain: tuple[Overlay, ...]) -> Iterator[str]:
    yield from (service for service, said in _services(name, chain).items() if at(said, ("canary",)))


def _services(name: str, chain: tuple[Overlay, ...]) -> dict[str, Any]:
    services = merge.inherit(merge.merge(name, chain)).plain().get("services")
    return services if isinstance(services, dict) else {}


def _has_canary(name: str, chain: tuple[Overlay, ...], service: str) -> bool:
    return at(_services(name, chain), (service, "canary")) is not None


def released(service: str, track: str, image: str, environments: Sequence[str], expected: Expected) -> Wish:
    """Aim a release at named environments, or at the overlays that say the track's image in all of them."""

    def wish(taken: Snapshot) -> Sequence[Intent]:
        chains = overlays.read_chains(taken, environments)
        aims = [
            Aim(service, name, "" if environments else _owner(chain, service, track))
            for name, chain in chains.items()
            if environments or at(_services(name, chain), (service, "tracks", track)) is not None
        ]
        if not aims:
            raise UsageError(f"no environment has a track {track} of {service}; `gitramp canary start` makes one")
        return (intents.release(aims, track, image, expected),)

    return wish


def _owner(chain: tuple[Overlay, ...], service: str, track: str) -> str:
    """Return the uppermost overlay that says the image of a track, else the one that says the track."""
    for keys in (("tracks", track, "image"), ("tracks", track)):
        for overlay in reversed(chain):
            said = overlay.said("services")
            if said is not None and at(plain(said), (service, *keys)) is not None:
                return overlay.name
    return ""


def value_set(service: str, key: str, text: str, environments: Sequence[str], expected: Expected = ANYTHING) -> Wish:
    """Set one key to what a text on a command line can mean."""

    def wish(taken: Snapshot) -> Sequence[Intent]:
        named = tuple(dict.fromkeys(environments)) or _only(overlays.names(taken))
        aims = tuple(Aim(service, name) for name in named)
        return tuple(intents.set_key(aims, tuple(key.split(".")), value, expected) for value in _readings(text))

    return wish


def _readings(text: str) -> Iterator[str | int | bool | None]:
    """Yield what the words on a command line can mean: the YAML value first, then plain text (a tag such as 1.10)."""
    if text in _NULL:
        yield None
        return
    try:
        value = yamlio.read("VALUE", text.encode()).value
    except InputRejected:
        value = text
    if not isinstance(value, (dict, list, float, str)):
        yield value
    yield text


def matches(texts: Sequence[str] | None, *, none: bool) -> list[Any] | None:
    """Read matches as an overlay says them, `headers: {x-track: {exact: canary}}`; None when nothing is said."""
    if none and texts:
        raise UsageError("--match and --no-match contradict each other")
    if none:
        return []
    if not texts:
        return None
    found = []
    for text in texts:
        try:
            read = yamlio.read("--match", text.encode())
        except InputRejected as rejected:
            raise UsageError(f"--match {text} is not YAML: {next(iter(rejected.report)).message}") from None
        found.append(plain(read))
    return found
