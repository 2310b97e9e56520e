"""A test that fails, in words: the request, who answers it instead, and what decided so.

Owns the message, in which no secret is shown: a test may hold a token or a session's cookie. Must not know when a test
fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from gitramp import router
from gitramp.request_tests.offers import Offers
from gitramp.request_tests.probe import Bound, Probe
from gitramp.resource import Breach, Elsewhere
from gitramp.secrets import header_without_secrets
from gitramp.source import show

_LONG = 120


@dataclass(frozen=True, slots=True)
class Given:
    """A request and its answer: who gets which share, each with the service it is a track of, "" for nobody's."""

    request: router.Request
    answer: router.Answer
    shares: tuple[tuple[router.Share, str], ...]

    @classmethod
    def of(cls, request: router.Request, answer: router.Answer, offers: Offers) -> Given:
        """Find the service of each share."""
        return cls(request, answer, tuple((share, offers.addressed(share.host)) for share in answer.shares))


def failure(probe: Probe, broken: Sequence[Bound], given: Given, offers: Offers) -> Breach:
    """Say what was asked, what was meant, and who answers by which rule."""
    wanted = " and ".join(_wanted(bound) for bound in broken) or f"status {probe.status}"
    message = f"{probe.name}: {_asked(given.request)} gets {_answered(given)}, not {wanted}"
    unrouted = given.answer.manifest is None
    remedy = (_without_port(given.request, offers) or _nearest(given.request.host, offers)) if unrouted else ""
    return Breach(message, probe.pointer, remedy=remedy, related=tuple(_decided(given.answer)))


def _wanted(bound: Bound) -> str:
    who = _who(bound.service, bound.track)
    if bound.least == bound.most:
        return f"{who} {bound.least} %"
    if not bound.least:
        return f"{who} at most {bound.most} %"
    return f"{who} {bound.least} % to {bound.most} %" if bound.most < 100 else f"{who} at least {bound.least} %"


def _who(service: str, track: str) -> str:
    return f"{track} of {service}" if service and track else track or service


def _asked(request: router.Request) -> str:
    """Say a request in short: what routes look at."""
    port = f":{request.port}" if request.port else ""
    query = "&".join(f"{name}={header_without_secrets(name, text)}" for name, text in request.query.items())
    said = show(f"{request.host}{port}{request.path}{f'?{query}' if query else ''}", _LONG)
    headers = ", ".join(show(f"{name}={header_without_secrets(name, text)}") for name, text in request.headers.items())
    where = "in the mesh" if request.way_in == router.MESH else f"at gateway {request.way_in}"
    return f"{request.method} {said}{f' with {headers}' if headers else ''} {where}"


def _answered(given: Given) -> str:
    if given.answer.status:
        return f"{given.answer.status} ({show(given.answer.says, _LONG)})"
    told = ", ".join(
        f"{_who(service, share.track) or show(share.host)} {_percent(float(share.probability * 100))}"
        for share, service in given.shares
    )
    return f"{told or 'no answer'}{f' by rule {show(given.answer.name)}' if given.answer.name else ''}"


def _percent(share: float) -> str:
    return f"{share:.0f} %" if share == int(share) else f"{share:.1f} %"


def _decided(answer: router.Answer) -> Iterator[Elsewhere]:
    """Yield what decides instead: the match that takes the request, or the shares of the rule."""
    if answer.manifest is None:
        return
    at = answer.match or (answer.shares[0].decided_at if answer.shares else ()) or answer.rule
    below = [pointer for pointer in answer.manifest.origins if pointer[: len(at)] == at]
    decided = min(below, key=lambda pointer: "weight" not in pointer, default=at)
    yield Elsewhere("decided by", decided, answer.manifest)


def _without_port(request: router.Request, offers: Offers) -> str:
    """Advise another port when it is the port alone that nobody listens at, as that of an https URL."""
    anywhere = replace(request, port=0, scheme="")
    if not request.port or router.answer(offers.manifests, anywhere).manifest is None:
        return ""
    return (
        f"nothing listens at port {request.port}: ask {show(request.host)} without a scheme or port, or open the port"
    )


def _nearest(host: str, offers: Offers) -> str:
    """Advise the host that was probably meant, "" for the general remedy."""
    environment = offers.environment
    inside = (f"{name}.{environment.namespaces.apex}" for name in environment.services)
    near = get_close_matches(host, [*offers.hosts, *inside], n=1, cutoff=0.7)
    return f"did you mean {near[0]}?" if near and near[0] != host else ""
