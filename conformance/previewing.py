"""The preview's Envoy, showing one environment after the other, as if each were an edit of the one before.

Owns its ports: a door keeps the one that it got first. Must not know which environments there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gitramp import preview
from gitramp.pipeline.agreement import MOST, Agreements, agreements, asker
from gitramp.pipeline.built import Built
from gitramp.pipeline.probes import probes
from gitramp.preview import Door
from gitramp.preview.back_end import BackEnd
from gitramp.preview.process import Envoy, find, free_port


@contextmanager
def prover(most: int = MOST) -> Iterator[Callable[[Built], Agreements]]:
    """Yield what asks every request class of an environment."""
    kept: dict[Door, int] = {}
    with BackEnd(str) as back_end, Envoy(find(), back_end.port) as envoy:

        def ask(built: Built) -> Agreements:
            domain = built.environment.platform.cluster_domain
            shown = preview.shown(built.manifests, domain)
            ports = {door: kept.setdefault(door, free_port()) for door in shown.routes}
            envoy.show(shown, ports)
            asked = probes(built.manifests, tuple(shown.routes), domain)
            return agreements(built.name, built.manifests, asked, asker(ports), most)

        yield ask
