"""What a delivery controller needs to bring an environment to its cluster.

Owns which controller's objects are rendered. Must not know what is in them, nor how the environment's own objects are
filled. It comes last: an AppProject and the order of application are read off everything else that is rendered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitramp.expand import delivery_argocd, delivery_flux
from gitramp.expand.delivery_order import with_waves
from gitramp.model import Environment
from gitramp.resource import Manifest


def delivered(environment: Environment, rendered: Sequence[Manifest]) -> Iterator[Manifest]:
    """Yield an environment's objects as its controller wants them, and the objects that the controller itself reads."""
    delivery = environment.delivery
    if delivery is not None and delivery.argocd is not None:
        yield from with_waves(rendered, delivery.argocd.pointer)
        yield from delivery_argocd.delivery(environment, delivery, delivery.argocd, rendered)
        return
    yield from rendered
    if delivery is not None and delivery.flux is not None:
        yield from delivery_flux.delivery(environment, delivery, delivery.flux, rendered)
