"""The tests that an overlay writes down: what keeps one from making sense, and the question that it is.

Owns code GR200. Must not know who answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gitramp import router
from gitramp.model import ClientRequest, RequestTest, Service
from gitramp.request_tests.offers import Offers
from gitramp.request_tests.probe import Bound, Probe
from gitramp.resource import Breach
from gitramp.source import did_you_mean, show


def faults(test: RequestTest, offers: Offers) -> Iterator[Breach]:
    """Yield what keeps a test from making sense."""
    yield from _contradictions(test)
    yield from _unknown(test, offers)


def _contradictions(test: RequestTest) -> Iterator[Breach]:
    who, shared = test.track or test.role or test.service, not (test.at_least is None and test.at_most is None)
    if not who and test.status is None:
        yield Breach(f"test {show(test.name)} does not say who must answer", test.pointer)
    if test.status is not None and (who or shared):
        message = f"test {show(test.name)} says a status, which the proxy answers with, and who answers"
        yield Breach(message, test.at("status"), remedy="keep `status`, or who answers")
    elif test.track and test.role:
        message = f"test {show(test.name)} says a role, and the track that has it now"
        yield Breach(message, test.at("track"), remedy="keep `role`, which stays true, or `track`")
    elif shared and not who:
        yield Breach(f"test {show(test.name)} does not say whose share it bounds", test.pointer)
    least, most = test.bounds
    if least > most:
        message = f"test {show(test.name)} wants at least {least} % and at most {most} %"
        yield Breach(message, test.at("atLeast"), remedy="let atLeast be no more than atMost")
    request = test.request
    if request.comes_from_a_pod and request.gateway not in {"", router.MESH}:
        message = f"test {show(test.name)} asks at gateway {show(request.gateway)} in the name of a pod of the mesh"
        yield Breach(message, request.at("gateway"), remedy="say the caller or the gateway: gateways know no callers")


def _unknown(test: RequestTest, offers: Offers) -> Iterator[Breach]:
    environment, gateway = offers.environment, test.request.gateway
    if gateway not in {"", router.MESH, *environment.gateways}:
        known = (router.MESH, *environment.gateways)
        yield Breach(
            f"there is no gateway {show(gateway)}", test.request.at("gateway"), remedy=_nearest(gateway, known)
        )
    if test.service and test.service not in environment.services:
        remedy = _nearest(test.service, environment.services)
        yield Breach(f"there is no service {show(test.service)}", test.at("service"), remedy=remedy)
        return
    service = _service(test, offers)
    if test.role and service is None:
        message = f"{show(test.request.target.host)} is no host of a service, so no track of it is {test.role}"
        yield Breach(message, test.at("role"), remedy="say the `service` that must answer")
    tracks = service.tracks if service else {name for each in environment.services.values() for name in each.tracks}
    if test.track and test.track not in tracks:
        message = f"{service.name if service else environment.name} has no track {show(test.track)}"
        yield Breach(message, test.at("track"), remedy=_nearest(test.track, sorted(tracks)))


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    return did_you_mean(name, names, f"known: {', '.join(names) or 'none'}")


def _service(test: RequestTest, offers: Offers) -> Service | None:
    if test.service:
        return offers.environment.services[test.service]
    return offers.service(test.request.target.host, test.request.from_namespace)


def probe(test: RequestTest, offers: Offers) -> Probe | None:
    """Return the question that a test is; None while it wants a canary that is not there, or that was aborted.

    An abort takes all traffic from the canary, at once and by whoever is there: no test may stand in its way.
    """
    service = _service(test, offers)
    least, most = test.bounds
    canary = service.canary if service else None
    track = _track(test, service)
    gone = canary is not None and canary.aborted and track == canary.track and least
    if gone or (test.role and not track):
        return None
    name = service.name if service else ""
    bounds = () if test.status is not None else (Bound(name, track, least, most),)
    return Probe(f"test {show(test.name)}", test.pointer, tuple(_requests(test.request, offers)), bounds, test.status)


def _track(test: RequestTest, service: Service | None) -> str:
    """Return the name of the track that must answer, "" for any, and for a canary where there is none."""
    if test.role is None or service is None:
        return test.track
    return service.stable if test.role == "stable" else service.canary.track if service.canary else ""


def _requests(said: ClientRequest, offers: Offers) -> Iterator[router.Request]:
    host, port, path = said.target
    cookies = [("cookie", f"{name}={value}") for name, value in said.cookies.items()]
    asked = router.Request.to(f"{host}:{port}" if port else host, path, said.method, (*said.headers.items(), *cookies))
    asked = replace(asked, labels=said.from_labels, namespace=said.from_namespace)
    yield from (replace(asked, way_in=way_in) for way_in in _ways_in(said, offers))


def _ways_in(said: ClientRequest, offers: Offers) -> tuple[str, ...]:
    if said.comes_from_a_pod or said.gateway == router.MESH:
        return (router.MESH,)
    if said.gateway:
        return (offers.environment.gateway_object(offers.environment.gateways[said.gateway]),)
    return offers.ways_in(said.target.host)
