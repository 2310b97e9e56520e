"""What every kind of route says of a track that gets requests: its address, its weight, its cookie.

Owns the overlay lines behind these. Must not know the objects that say them.
"""

from __future__ import annotations

from gitramp.model import Environment, Port, Service
from gitramp.model.plan import Share
from gitramp.resource import Traced, traced


def host(environment: Environment, service: Service, share: Share) -> Traced:
    """Return the Service of a track in full: a short name would be looked up in the rule's own namespace."""
    how = "the track's Service, in full"
    return traced(environment.host_of(service, share.track), share.chosen_by, how=how)


def offered(port: Port) -> Traced:
    """Return the number under which a Service offers a port."""
    return traced(port.offered, port.at("port" if port.service_port is None else "servicePort"))


def weight(service: Service, share: Share) -> Traced | None:
    """Return the share of a track in percent, None where it gets everything."""
    if share.weight is None or service.canary is None:
        return None
    canary = service.canary
    how = f"{100 - canary.weight} = 100 - canary.weight"
    if share.track.name == canary.track:
        how = f"canary.weight; stable gets {how}"
    return traced(share.weight, canary.at("weight"), how=how)


def cookie(service: Service, share: Share) -> Traced | None:
    """Return the cookie that keeps clients with a track; there are no answers to set it on but HTTP's."""
    canary = service.canary
    if canary is None or canary.sticky is None or not share.cookie or not share.port.is_http:
        return None
    return traced(share.cookie, canary.sticky.pointer, how="the track, kept")


def mirrored(service: Service, percent: int) -> Traced:
    """Return the percentage of requests that are copied."""
    assert service.canary is not None
    return traced(percent, service.canary.at("mirror"))
