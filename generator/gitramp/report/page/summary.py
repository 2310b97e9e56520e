"""The top of the page: what it is about, and a card for each environment.

Owns the one line that says how all of it stands. Must not know services in detail.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.overview import Overview, Seen
from gitramp.problem import Severity
from gitramp.report.markup import text
from gitramp.report.page.words import UNBUILT, anchor, committed, named, unknown
from gitramp.report.text import counted, tally
from gitramp.steps import clock


def header(overview: Overview, title: str) -> Iterator[str]:
    """Yield the title, the commit, and how all of it stands in one sentence."""
    yield f"<header>\n<h1>{text(title)}</h1>"
    yield f'<p class="as-of">{_as_of(overview)}</p>'
    yield f'<p class="verdict {_worst(overview)}">{text(standing(overview))}</p>\n</header>'


def standing(overview: Overview) -> str:
    """Say how all of it stands: `4 environments, 3 services, 1 canary under way; no findings; rendered/ is current`."""
    environments = overview.environments
    services = {seen.service.name for each in environments for seen in each.services}
    canaries = sum(len(each.canaries) for each in environments)
    under_way = f"{_canaries(canaries)} under way{_but(overview)}"
    said = [counted(len(environments), "environment"), counted(len(services), "service"), under_way]
    return f"{', '.join(said)}; {tally(overview.report)}; {_drift(overview)}"


def _but(overview: Overview) -> str:
    """Say of which environments that is not known, or only as the commit has them."""
    old, none = committed(overview), unknown(overview)
    return f"{f' ({named(old)} as committed)' if old else ''}{f'; {named(none)} not known' if none else ''}"


def _drift(overview: Overview) -> str:
    known = [each.drift for each in overview.environments]
    files = sum(len(drift) for drift in known if drift) + len(overview.gone)
    if files:
        return f"{_differ(files)} from the overlays"
    return "rendered/ is current" if all(drift is not None for drift in known) else "not all is rendered"


def _as_of(overview: Overview) -> str:
    if overview.commit is None:
        return "The files as they are; no commit holds them."
    edited = ", with edits of overlays that are in no commit" if overview.edited else ""
    return f"Commit <code>{overview.commit.id[:12]}</code> of {clock(overview.commit.time)}{edited}."


def _worst(overview: Overview) -> str:
    if overview.report.failed:
        return "bad"
    drifted = overview.gone or any(each.drift for each in overview.environments)
    return "warn" if overview.report.warned or drifted else "good"


def environments(overview: Overview) -> Iterator[str]:
    """Yield a card for each environment, side by side where there is room."""
    yield '<section aria-labelledby="environments">\n<h2 id="environments">Environments</h2>\n<div class="cards">'
    for number, each in enumerate(overview.environments):
        yield from _card(each, anchor("e", each.name, number))
    yield "</div>\n</section>"


def _card(seen: Seen, own: str) -> Iterator[str]:
    """Yield an environment in a few lines: what is well needs no line of its own."""
    state, kind = _state(seen)
    yield f'<article class="card environment" id="{own}"><div class="head"><h3>{text(seen.name)}</h3>'
    yield f'<span class="badge {kind}">{text(state)}</span></div>'
    if seen.environment is None:
        yield f'<p>Not known: <a href="#findings">{UNBUILT}</a>.</p></article>'
        return
    if seen.committed:
        yield f'<p>As committed: <a href="#findings">{UNBUILT}</a>.</p>'
    yield f"<p>{', '.join(_what(seen))}</p>"
    troubles = ", ".join(_troubles(seen))
    yield f"<p>{troubles}</p>" if troubles else ""
    platform = seen.environment.platform
    mesh = {"sidecar": f"Istio {platform.istio}", "ambient": f"Istio {platform.istio} ambient", "none": "no mesh"}
    yield f'<p class="platform">Kubernetes {text(platform.kubernetes)}, {text(mesh[platform.mesh])}</p></article>'


def _state(seen: Seen) -> tuple[str, str]:
    errors = seen.count(Severity.ERROR)
    if errors:
        return counted(errors, "error"), "bad"
    if seen.drift:
        return "drift", "warn"
    warnings = seen.count(Severity.WARNING)
    return (counted(warnings, "warning"), "warn") if warnings else ("in order", "good")


def _what(seen: Seen) -> Iterator[str]:
    """Yield what there is, with links to it."""
    canaries = len(seen.canaries)
    yield _link("services", counted(len(seen.services), "service")) if seen.services else "no services"
    if canaries:
        yield _link("canaries", f"{_canaries(canaries)} under way")
    if seen.tests:
        yield f"{counted(seen.tests, 'request test')} passed"


def _troubles(seen: Seen) -> Iterator[str]:
    """Yield what wants somebody, with links to it."""
    held = sum(bool(each.service.held) for each in seen.canaries)
    aborted = sum(bool(each.service.canary and each.service.canary.aborted) for each in seen.canaries)
    if held:
        yield _link("canaries", f"{held:,} held")
    if aborted:
        yield _link("canaries", f"{aborted:,} aborted")
    if seen.findings:
        yield _link("findings", counted(len(seen.findings), "finding"))
    if seen.drift:
        yield _link("drift", _differ(len(seen.drift)))


def _differ(files: int) -> str:
    return f"{counted(files, 'rendered file')} {'differs' if files == 1 else 'differ'}"


def _canaries(number: int) -> str:
    return "1 canary" if number == 1 else f"{number:,} canaries"


def _link(at: str, said: str) -> str:
    return f'<a href="#{at}">{text(said)}</a>'
