"""The tests that nobody needs to write: what a canary matches reaches it, and the rest is split by its weight.

Owns which requests are made for a service, one for each test that its routes and its canary make, and what the plan
says of them. Where no example is found, nobody is asked. Must not know who answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gitramp import router
from gitramp.changes.classes import example, test_of
from gitramp.model import Canary, Match, Service, StringMatch
from gitramp.model.plan import Step, steps
from gitramp.request_tests.offers import Offers
from gitramp.request_tests.probe import Bound, Probe


def probes(service: Service, offers: Offers) -> Iterator[Probe]:
    """Yield the questions about a service: its plan must be what the rendered routes do, at each way in."""
    plan = tuple(step for step in steps(service) if step.port is None)
    ways = tuple(_ways_in(service, offers)) if plan else ()
    canary = service.canary
    for match, request in ((None, router.Request("")), *_examples(plan, canary)):
        asked = [_with(request, way_in) for way_in in ways]
        by_step: dict[int, list[router.Request]] = {}
        for each in asked:
            by_step.setdefault(next(n for n, step in enumerate(plan) if _takes(step, each, offers)), []).append(each)
        for number, requests in by_step.items():
            if plan[number].shares and (match is None or _is_of(plan[number], match)):
                yield _probe(service, match, plan[number], tuple(requests))


def _is_of(step: Step, match: Match) -> bool:
    return any(match.pointer == each.pointer for matches in step.alternatives for each in matches)


def _with(request: router.Request, way_in: tuple[str, str]) -> router.Request:
    return replace(request, way_in=way_in[0], host=way_in[1])


def _ways_in(service: Service, offers: Offers) -> Iterator[tuple[str, str]]:
    """Yield each way in, and the host that is asked for there."""
    hosts = [router.covered(host.lower()) for host in service.hosts]
    yield from ((edge, host) for edge in offers.edges(service) for host in hosts)
    if offers.environment.platform.mesh != "none":
        yield router.MESH, offers.environment.host_of(service)


def _probe(service: Service, match: Match | None, step: Step, requests: tuple[router.Request, ...]) -> Probe:
    shares = tuple((share.track.name, 100 if share.weight is None else share.weight) for share in step.shares)
    bounds = tuple(Bound(service.name, track, share, share) for track, share in shares)
    if match is not None:
        return Probe(f"an example of the canary's match {match.pointer[-1]}", match.pointer, requests, bounds)
    at = service.canary.at("weight") if service.canary else service.pointer
    return Probe("a request that asks for nothing in particular", at, requests, bounds)


def _examples(plan: tuple[Step, ...], canary: Canary | None) -> Iterator[tuple[Match, router.Request]]:
    """Yield a request for each match of the canary in each route."""
    said = {match.pointer: match for match in canary.match} if canary else {}
    for step in plan:
        for matches in step.alternatives if step.shares else ():
            own = next((said[match.pointer] for match in matches if match.pointer in said), None)
            request = _example(matches) if own else None
            if own and request:
                yield own, request


def _example(matches: tuple[Match, ...]) -> router.Request | None:
    """Make a request that fits all of some matches; None where none is found."""
    made = example(matches, 0)
    if made is None:
        return None
    request = router.Request("", made.path, made.method, made.headers, made.query)
    request = replace(request, labels=made.labels, namespace=made.namespace)
    return request if all(_fits(match, request) for match in matches) else None


def _takes(step: Step, request: router.Request, offers: Offers) -> bool:
    """Whether the plan lets a rule take a request."""
    if not step.alternatives:
        return True
    return any(all(_fits(m, request) and _comes_by(m, request, offers) for m in each) for each in step.alternatives)


def _comes_by(match: Match, request: router.Request, offers: Offers) -> bool:
    """Whether a match is for a way in; callers are known in the mesh only."""
    gateways = offers.environment.gateways
    named = {offers.environment.gateway_object(gateways[n]) if n in gateways else n for n in match.gateways}
    picky = bool(match.source_labels) or match.source_namespace is not None
    return (not named or request.way_in in named) and not (picky and request.way_in != router.MESH)


def _fits(match: Match, request: router.Request) -> bool:
    if match.path is not None and not _passes(match.path, request.path):  # paths tell most of a thousand apart
        return False
    cookies = dict(pair.split("=", 1) for pair in request.headers.get("cookie", "").split("; ") if "=" in pair)
    headers = {name.lower(): test for name, test in match.headers.items()}
    return (
        (not match.methods or request.method in match.methods)
        and all(
            name in texts and _passes(test, texts[name])
            for tests, texts in ((headers, request.headers), (match.cookies, cookies), (match.query, request.query))
            for name, test in tests.items()
        )
        and match.source_labels.items() <= request.labels.items()
        and match.source_namespace in {None, request.namespace}
    )


def _passes(test: StringMatch, text: str) -> bool:
    return test_of(test).passes(text)
