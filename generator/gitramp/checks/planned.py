"""The plan of a service as the rules of Gateway API read it, also where there is none.

Owns what keeps a service from having one. Other rules tell of that: GR201, GR203 and GR216. Must not know objects.
"""

from __future__ import annotations

from gitramp.model import Service
from gitramp.model.overlap import CannotSay
from gitramp.model.plan import Step, steps


def planned(service: Service) -> tuple[Step, ...]:
    """Return the rules of a service; none when it names a track that is not there, or matches that cannot be joined."""
    named = {service.stable, *((service.canary.track,) if service.canary else ())}
    if not named <= service.tracks.keys():
        return ()
    try:
        return tuple(steps(service))
    except CannotSay:
        return ()
