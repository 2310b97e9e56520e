"""GR210: the canary speaks on the same port, in the same protocol, as stable."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Track
from gitramp.problem import Code

CODE = Code(
    "GR210",
    "a canary on another port or protocol than stable",
    "Callers speak to the one port of the service's address; requests for the canary would go where nobody listens.",
    "let both tracks inherit `servicePort`, `protocol` and `ports` from the service",
    source="https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each canary that offers another port or protocol than the stable track."""
    for service in environment.services.values():
        canary = service.canary
        if canary is None or canary.track not in service.tracks or service.stable not in service.tracks:
            continue
        yield from _differences(service.stable_track, service.tracks[canary.track])


def _differences(stable: Track, track: Track) -> Iterator[Breach]:
    if track.service_port != stable.service_port:
        message = f"canary {track.name} offers port {track.service_port}, stable {stable.service_port}"
        yield Breach(message, track.at("servicePort"))
    if track.protocol != stable.protocol:
        message = f"canary {track.name} speaks {track.protocol}, stable {stable.protocol}"
        yield Breach(message, track.at("protocol"))
    for name in sorted({*stable.ports, *track.ports}):
        ones, others = stable.ports.get(name), track.ports.get(name)
        if ones is None or others is None:
            message = f"port {name} is {'stable' if others is None else 'the canary'}'s alone"
            yield Breach(message, track.at("ports", name))
        elif (ones.offered, ones.protocol) != (others.offered, others.protocol):
            message = f"canary {track.name} offers {name} as {others.protocol} on {others.offered}"
            yield Breach(f"{message}, stable as {ones.protocol} on {ones.offered}", others.pointer)


RULE = EnvironmentRule(CODE, find)
