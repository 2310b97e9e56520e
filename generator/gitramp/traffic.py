"""What an environment does with traffic, in words, and what a change does to it.

Owns the sentences of summaries and commit messages. Pure. Must not know manifests: it reads the model, from which the
routes are built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gitramp.model import Canary, Environment, Match, Service, StringMatch
from gitramp.secrets import HIDDEN, cookie_is_secret, header_is_secret


@dataclass(frozen=True, slots=True)
class Row:
    """One service of one environment, as the summary table shows it."""

    environment: str
    service: str
    hosts: str
    tracks: str
    traffic: str


def rows(environment: Environment) -> Iterator[Row]:
    """Yield a row a service."""
    for service in environment.services.values():
        hosts = ", ".join(service.hosts) or "(mesh only)"
        yield Row(environment.name, service.name, hosts, ", ".join(service.tracks), split(service))


def split(service: Service) -> str:
    """Say who gets what: `v1 90 %, v2 10 %; v2 when x-track=canary or cookie access=v2`."""
    canary = service.canary
    if canary is None:
        return f"{service.stable} 100 %"
    shares = [(service.stable, 100 - canary.weight), (canary.track, canary.weight)]
    said = ", ".join(f"{track} {share} %" for track, share in shares if share)
    said += f", {canary.mirror} % mirrored to {canary.track}" if canary.mirror else ""
    said += f", sticky by cookie {canary.sticky.cookie}" if canary.sticky else ""
    return f"{said}; {canary.track} when {matched(canary)}" if canary.match and canary.weight < 100 else said


def matched(canary: Canary) -> str:
    """Say which requests reach a canary whatever its weight; "" when none do."""
    return " or ".join(_all_of(match) for match in canary.match)


def said(matches: Iterable[Match]) -> str:
    """Say which requests fit all of some matches."""
    return " and ".join(dict.fromkeys(_all_of(match) for match in matches))


def _all_of(match: Match) -> str:
    said = [_path(match.path)] if match.path is not None else []
    said += ["method " + " or ".join(match.methods)] if match.methods else []
    said += [f"{name.lower()}{_test(test, hidden=header_is_secret(name))}" for name, test in match.headers.items()]
    said += [f"cookie {name}{_test(test, hidden=cookie_is_secret(name))}" for name, test in match.cookies.items()]
    said += [f"query {name}{_test(test, hidden=header_is_secret(name))}" for name, test in match.query.items()]
    said += [f"caller {name}={value}" for name, value in match.source_labels.items()]
    said += [f"caller in {match.source_namespace}"] if match.source_namespace is not None else []
    said += ["at " + " or ".join(match.gateways)] if match.gateways else []
    return " and ".join(said)


def _path(test: StringMatch) -> str:
    """Say which paths; a prefix of one is whole segments."""
    return f"path={test.prefix} or below" if test.prefix is not None else f"path{_test(test)}"


def _test(test: StringMatch, *, hidden: bool = False) -> str:
    if hidden:
        return f"={HIDDEN}"
    if test.exact is not None:
        return f"={test.exact}"
    return f"={test.prefix}..." if test.prefix is not None else f"~{test.regex}"


def changes(before: Environment | None, after: Environment) -> tuple[str, ...]:
    """Return what changes for traffic, one sentence a service, then other changes of what runs; may be empty."""
    old = before.services if before is not None else {}
    sentences = [s for name, service in after.services.items() for s in _service_changes(old.get(name), service)]
    gone = [f"{name} removed" for name in old if name not in after.services]
    return tuple(sentences + gone)


def _service_changes(old: Service | None, new: Service) -> Iterator[str]:
    if old is None:
        yield f"{new.name} added ({split(new)})"
        return
    yield from _stable_change(old, new)
    yield from _canary_change(old, new)
    if old.held != new.held:
        yield f"{new.name} held: {new.held}" if new.held else f"{new.name} no longer held"
    for name, track in new.tracks.items():
        if name not in old.tracks:
            yield from () if _comes_as_canary(new, name) else (f"{new.name} track {name} added",)
        elif (was := old.tracks[name].image.text) != (is_ := track.image.text):
            yield f"{new.name} {name} {'' if _tags(was, is_) else 'image '}{images(was, is_)}"
    yield from (f"{new.name} track {name} removed" for name in old.tracks if name not in new.tracks)
    yield from _route_changes(old, new)
    if old.gateways != new.gateways:
        yield f"{new.name} gateways {_named(old.gateways)} -> {_named(new.gateways)}"
    if old.hosts != new.hosts:
        yield f"{new.name} hosts {', '.join(old.hosts) or 'none'} -> {', '.join(new.hosts) or 'none'}"


def _route_changes(old: Service, new: Service) -> Iterator[str]:
    for name, route in new.routes.items():
        if name not in old.routes:
            yield f"{new.name} route {name} added"
        elif old.routes[name] != route:
            yield f"{new.name} route {name} changed"
    yield from (f"{new.name} route {name} removed" for name in old.routes if name not in new.routes)


def _named(gateways: tuple[str, ...] | None) -> str:
    return "all" if gateways is None else ", ".join(gateways) or "none"


def _stable_change(old: Service, new: Service) -> Iterator[str]:
    if old.stable != new.stable:
        yield f"{new.name} stable {old.stable} -> {new.stable}"


def _canary_change(old: Service, new: Service) -> Iterator[str]:
    before, after = old.canary, new.canary
    if after is None:
        if before is not None and new.stable != before.track:
            yield f"{new.name} canary {before.track} {before.weight} % -> off"
        return
    same_track = before is not None and before.track == after.track
    yield from _position_change(before if same_track else None, new, after, added=after.track not in old.tracks)
    old_mirror = before.mirror if before is not None and same_track else 0
    if old_mirror != after.mirror:
        yield f"{new.name} canary {after.track} mirrors {old_mirror} % -> {after.mirror} %"
    if before is not None and same_track and (before.sticky is None) != (after.sticky is None):
        yield f"{new.name} canary {after.track} {'sticky' if after.sticky else 'no longer sticky'}"
    ends = bool(after.aborted) and not after.match  # that it is aborted says so
    if (matched(before) if before is not None and same_track else "") != matched(after) and not ends:
        which = f"when {matched(after)}" if after.match else "no longer matches requests"
        yield f"{new.name} canary {after.track} {which}"


def _position_change(before: Canary | None, service: Service, after: Canary, *, added: bool) -> Iterator[str]:
    """Say how far a canary has gone; `before` is the same track's, `added` says that the track is new."""
    canary = f"{service.name} canary {after.track}"
    start = before.weight if before else 0
    moved = f" {start} % -> {after.weight} %" if start != after.weight else ""
    if after.aborted and not (before and before.aborted):
        yield f"{canary}{moved}{',' if moved else ''} aborted: {after.aborted}"
    elif moved:
        yield f"{canary}{moved}"
    elif before is None:
        yield f"{canary} {'added ' if added else ''}at {after.weight} %"
    elif before.aborted and not after.aborted:
        yield f"{canary} started again"


def _comes_as_canary(new: Service, track: str) -> bool:
    """Whether one sentence tells of a new track and of its canary."""
    return new.canary is not None and new.canary.track == track and not (new.canary.weight or new.canary.aborted)


def images(old: str, new: str) -> str:
    """Name two images as short as tells them apart: by their tags alone where the rest is the same."""
    if tags := _tags(old, new):
        return tags
    short = f"{_short(old)} -> {_short(new)}"
    return short if _short(old) != _short(new) else f"{old} -> {new}"


def _tags(old: str, new: str) -> str:
    """Return the tags of two images of one repository; "" when they do not tell them apart."""
    was, is_ = _parts(_short(old))[1], _parts(_short(new))[1]
    same = _parts(old)[0] == _parts(new)[0]
    return f"{was} -> {is_}" if same and was and is_ and was != is_ else ""


def _parts(image: str) -> tuple[str, str]:
    """Part a name from what follows it, tag or digest; the port of a registry is no tag."""
    folder, slash, name = image.rpartition("/")
    base = re.split("[:@]", name, maxsplit=1)[0]
    return f"{folder}{slash}{base}", name[len(base) + 1 :]


def _short(image: str) -> str:
    """Keep what tells two images apart: tag or digest, without the registry."""
    name = image.rpartition("/")[2]
    base, at, digest = name.partition("@")
    return f"{base}@{digest[:19]}" if at else name
