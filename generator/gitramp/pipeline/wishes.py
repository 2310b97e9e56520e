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
from gitramp.pipeline.amend import at, no_service
from gitramp.problem import InputRejected, UsageError
from gitramp.source import Overlay, Snapshot, plain

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
        overlays.read_chains(taken, named)  # refuses a name that is none
        chains = overlays.read_chains(taken)
        heirs = [name for name, chain in chains.items() if any(each.name in named for each in chain[:-1])]
        aims = [Aim(service, name) for name in dict.fromkeys((*named, *heirs)) for service in dict.fromkeys(services)]
        return (intents.abort(aims, reason, expected),)

    return wish


def _only(names: Sequence[str]) -> tuple[str, ...]:
    if len(names) != 1:
        raise UsageError(f"name the environment with -e; environments: {', '.join(names) or 'none'}")
    return tuple(names)


def going_on(services: Sequence[str], environments: Sequence[str], expected: Expected) -> Wish:
    """Aim an advance at what is named; where no service is, at each canary with a plan."""

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
        return (intents.advance(found, expected),)

    return wish


def _ramping(name: str, chain: tuple[Overlay, ...]) -> Iterator[str]:
    yield from (service for service, said in _services(name, chain).items() if at(said, ("canary", "ramp")))


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
