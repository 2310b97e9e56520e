"""Who answers a service's requests, as the rendered routes have it, and which tracks there are.

Owns which classes and ways in are brought together, and what mutual TLS a track demands. Pure. Must not know how routes
are read: `changes` makes the requests and `router` answers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from gitramp import changes
from gitramp.changes import REST, Asked, Routing, State
from gitramp.checks.mutual_tls import demanded
from gitramp.checks.pods import LASTING, Pod, pods
from gitramp.checks.proxies import proxy_of
from gitramp.model import Environment, Service, Track
from gitramp.model.gateway import Gateway
from gitramp.overview.facts import Flow, OwnRoute, Rule, ServiceSeen, TrackSeen, Way
from gitramp.pipeline.built import Built
from gitramp.resource import ManifestSet
from gitramp.router import MESH


def services(built: Built) -> Iterator[ServiceSeen]:
    """Yield the services of an environment that could be rendered."""
    environment = built.environment
    routings = _by_name(changes.answered(_state(built)))
    templates = _templates(built.manifests)
    for service in environment.services.values():
        seen = (_track(environment, service, track, templates, built.manifests) for track in service.tracks.values())
        yield ServiceSeen(service, tuple(seen), tuple(_flows(environment, routings.get(service.name, ()))))


def own_routes(built: Built) -> Iterator[OwnRoute]:
    """Yield the routes of an environment that no service has."""
    for name, routings in _by_name(changes.answered_by_own_routes(_state(built))).items():
        if found := tuple(_flows(built.environment, routings)):
            yield OwnRoute(name, found)


def _state(built: Built) -> State:
    return State(built.values, built.environment, built.manifests)


def _by_name(routings: Iterable[Routing]) -> dict[str, list[Routing]]:
    found: dict[str, list[Routing]] = {}
    for routing in routings:
        found.setdefault(routing.service, []).append(routing)
    return found


def services_unrendered(environment: Environment) -> Iterator[ServiceSeen]:
    """Yield the services of an environment of which only the model is known."""
    for service in environment.services.values():
        seen = (_track(environment, service, track, {}, ManifestSet(())) for track in service.tracks.values())
        yield ServiceSeen(service, tuple(seen), ())


def _flows(environment: Environment, routings: Iterable[Routing]) -> Iterator[Flow]:
    """Yield the ways in, those together that treat requests alike."""
    listening = {environment.gateway_object(gateway): _via(gateway) for gateway in environment.gateways.values()}
    alike: dict[tuple[Rule, ...], list[Way]] = {}
    for routing in routings:
        rules = tuple(_rules(routing.asked))
        if rules:
            via = listening.get(routing.way_in, "")
            way = Way(_where(environment, routing.way_in), routing.host, via, routing.way_in == MESH)
            alike.setdefault(rules, []).append(way)
    yield from (Flow(tuple(ways), rules) for rules, ways in alike.items())


def _where(environment: Environment, way_in: str) -> str:
    if way_in == MESH:
        return "in the cluster" if environment.platform.mesh == "none" else "in the mesh"
    return f"at {way_in}"


def _rules(asked: Iterable[Asked]) -> Iterator[Rule]:
    """Yield the rules of a way in: neighbours with the same answer are one, and what the rest gets needs no other."""
    for outcome, of in itertools.groupby((each for each in asked if each.after), key=lambda each: each.after):
        assert outcome is not None
        words = tuple(dict.fromkeys(each.words for each in of))
        rest = REST in words
        yield Rule((REST,) if rest else words, outcome, rest)


def _via(gateway: Gateway) -> str:
    """Say what a Gateway listens on; "" for one that somebody else owns."""
    tls = gateway.tls
    if gateway.ref:
        return ""
    if tls is None:
        return f"HTTP {gateway.port}"
    plain = f"HTTP {gateway.port}, " if tls.plain_http == "serve" else ""
    certificates = {"none": "", "optional": ", client certificates taken", "required": ", client certificates asked"}
    return f"{plain}HTTPS {tls.port}{certificates[tls.client_certificates]}"


def _templates(manifests: ManifestSet) -> Mapping[tuple[str, str], Pod]:
    """Return the pods of each track, by service and track."""
    found = ((pod.manifest.service, str(pod.labels.get("version", "")), pod) for pod in pods(manifests))
    return {(service, track): pod for service, track, pod in found if pod.manifest.id.gvk.kind in LASTING}


def _track(
    environment: Environment,
    service: Service,
    track: Track,
    templates: Mapping[tuple[str, str], Pod],
    manifests: ManifestSet,
) -> TrackSeen:
    canary = service.canary.track if service.canary else ""
    role = "stable" if track.name == service.stable else "canary" if track.name == canary else ""
    pod = templates.get((service.name, track.name))
    scaled = track.autoscaling
    number = f"{scaled.min_replicas} to {scaled.max_replicas}" if scaled else str(track.replicas)
    mode = _mutual_tls(manifests, pod, track.port) if pod else ""
    return TrackSeen(track.name, track.image.text, environment.track_namespace(service, track), role, mode, number)


def _mutual_tls(manifests: ManifestSet, pod: Pod, port: int | None) -> str:
    """Say what mutual TLS the pods demand; without a proxy of the mesh nobody demands any."""
    if proxy_of(manifests, pod) == "none":
        return "none"
    found = demanded(manifests, pod, port)
    return found.mode if found else ""
