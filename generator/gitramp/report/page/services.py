"""Every service: how it stands in each environment side by side, its pictures, and the same as tables.

Owns the order and what is open from the start. Must not know how a picture is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gitramp.model import Canary
from gitramp.overview import Flow, Overview, OwnRoute, ServiceSeen
from gitramp.report.markup import code, table, text
from gitramp.report.page.layout import left_out
from gitramp.report.page.picture import picture
from gitramp.report.page.words import MUTUAL_TLS, anchor, answer, committed, requests, share, unbuilt, ways
from gitramp.report.standings import tag
from gitramp.report.text import counted

_OPEN = 6
"""Services with a canary that are open from the start."""


class _Alike(NamedTuple):
    """Environments in which a service has the same picture, and the service as the first of them has it."""

    environments: tuple[str, ...]
    seen: ServiceSeen


class _Everywhere(NamedTuple):
    """A service in every environment that has it, the names of all, and those that errors keep from being rendered.

    `committed` are those of them that are told as the commit has them.
    """

    seen: Mapping[str, ServiceSeen]
    names: Sequence[str]
    failed: frozenset[str]
    committed: frozenset[str]


def services(overview: Overview) -> Iterator[str]:
    """Yield all services, in the order of their names."""
    known: dict[str, dict[str, ServiceSeen]] = {}
    for environment in overview.environments:
        for seen in environment.services:
            known.setdefault(seen.service.name, {})[environment.name] = seen
    if not known and not any(each.own for each in overview.environments):
        return
    yield '<section aria-labelledby="services">\n<h2 id="services">Services and their traffic</h2>'
    yield from unbuilt(overview)
    names = tuple(environment.name for environment in overview.environments if environment.services)
    canaries = sorted(name for name, each in known.items() if _has_canary(each))
    opened = set(canaries) if len(canaries) <= _OPEN else set()
    failed = frozenset(environment.name for environment in overview.environments if environment.failed)
    old = frozenset(committed(overview))
    for number, name in enumerate(sorted(known)):
        yield from _service(name, number, _Everywhere(known[name], names, failed, old), is_open=name in opened)
    yield from _own_routes(overview)
    yield "</section>"


def _own_routes(overview: Overview) -> Iterator[str]:
    """Yield who answers what is routed by objects of one's own, as tables: there is no ramp to see."""
    alike: dict[OwnRoute, list[str]] = {}
    for environment in overview.environments:
        for route in environment.own:
            alike.setdefault(route, []).append(environment.name)
    if alike:
        yield '<details class="service"><summary><h3>Routes of your own</h3></summary><div class="tables">'
        for route, where in alike.items():
            yield from _answers(f"{route.name} in {', '.join(where)}", route.flows)
        yield "</div></details>"


def _has_canary(each: Mapping[str, ServiceSeen]) -> bool:
    return any(seen.service.canary for seen in each.values())


def _service(name: str, number: int, everywhere: _Everywhere, *, is_open: bool) -> Iterator[str]:
    each = everywhere.seen
    own = anchor("s", name, number)
    yield f'<details class="service" id="{own}"{" open" if is_open else ""}>'
    said = {name: f"{name} (as committed)" if name in everywhere.committed else name for name in everywhere.names}
    chips = "".join(_chip(said[environment], each.get(environment)) for environment in everywhere.names)
    yield f'<summary><h3>{text(name)}</h3><span class="chips">{chips}</span></summary>'
    groups = _alike(each)
    yield '<div class="pictures">'
    for position, group in enumerate(groups):
        yield from _group(name, f"{own}-{position}", group, everywhere)
    yield "</div>"
    yield '<details class="tables"><summary>The same as tables</summary>'
    for group in groups:
        yield from _tables(name, group)
    yield "</details>\n</details>"


def _chip(environment: str, seen: ServiceSeen | None) -> str:
    """Say in a few words how a service stands in an environment."""
    if seen is None:
        return f'<span class="chip absent">{text(environment)} <b>not there</b></span>'
    canary = seen.service.canary
    if canary is None:
        track = seen.service.tracks.get(seen.service.stable)
        version = f" {tag(track.image.text)}" if track else ""
        return f'<span class="chip stable">{text(environment)} <b>{text(seen.service.stable + version)}</b></span>'
    return f'<span class="chip canary">{text(environment)} <b>{text(_short(seen, canary))}</b></span>'


def _short(seen: ServiceSeen, canary: Canary) -> str:
    """Say what a canary gets and what stops it: `v2 10 %, held`."""
    if canary.aborted:
        return f"{canary.track} aborted"
    return f"{canary.track} {share(canary)}{', held' if seen.service.held else ''}"


def _alike(each: Mapping[str, ServiceSeen]) -> list[_Alike]:
    """Bring environments together in which the same is drawn, the first one with a canary first."""
    found: dict[object, list[str]] = {}
    for environment, seen in each.items():
        found.setdefault(seen.picture, []).append(environment)
    groups = [_Alike(tuple(names), each[names[0]]) for names in found.values()]
    return sorted(groups, key=lambda group: group.seen.service.canary is None)


def _group(name: str, own: str, group: _Alike, everywhere: _Everywhere) -> Iterator[str]:
    where = ", ".join(group.environments)
    yield f'<div class="group"><h4>{text(where)}</h4>'
    old = [environment for environment in group.environments if environment in everywhere.committed]
    wrong = [name for name in group.environments if name in everywhere.failed and name not in old]
    if old:
        yield f"<p>As committed in {text(', '.join(old))}.</p>"
    if wrong:
        which = "this is what would be" if group.seen.flows else "so nobody knows yet who answers"
        yield f"<p>Errors keep {text(', '.join(wrong))} from being rendered: {which}.</p>"
    yield '<div class="figures">'
    for position, flow in enumerate(group.seen.flows):
        yield "<figure>"
        yield from picture(flow, group.seen, f"{own}-{position}", f"Traffic of {name} in {where}")
        yield from _beside(flow, group.seen)
        yield "</figure>"
    yield "</div></div>"


def _beside(flow: Flow, seen: ServiceSeen) -> Iterator[str]:
    """Yield what a picture does not show."""
    canary = seen.service.canary
    notes = [f"{counted(more, 'more rule')} in the table."] if (more := left_out(flow)) else []
    if any(rule.outcome.path for rule in flow.rules):
        notes.append("Some requests are sent on with another path: the table says which.")
    if canary and canary.sticky and 0 < canary.weight < 100:
        notes.append(f"A client stays with its track by the cookie {canary.sticky.cookie}.")
    if notes:
        yield f"<figcaption>{text(' '.join(notes))}</figcaption>"


def _tables(name: str, group: _Alike) -> Iterator[str]:
    where = ", ".join(group.environments)
    yield from _answers(f"Who answers in {where}", group.seen.flows)
    tracks = (
        [
            text(track.name),
            text(track.role or "beside"),
            code(track.image),
            code(track.namespace),
            text(MUTUAL_TLS.get(track.mutual_tls, track.mutual_tls)),
            text(track.pods),
        ]
        for track in group.seen.tracks
    )
    head = ("Track", "Role", "Image", "Namespace", "Mutual TLS", "Pods")
    yield from table(f"Tracks of {name} in {where}", head, tracks)


def _answers(what: str, flows: Iterable[Flow]) -> Iterator[str]:
    for flow in flows:
        rows = ([text(requests(rule, flow)), text(answer(rule.outcome))] for rule in flow.rules)
        yield from table(f"{what}: {ways(flow)}", ("Requests", "Answered by"), rows)
