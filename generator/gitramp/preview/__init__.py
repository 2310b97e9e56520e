"""An environment's routes in a real Envoy on this machine, with back ends that only say who they are.

Owns the translation of rendered routes into Envoy's words (pure), and Envoy, back ends and client as they run. Must not
know overlays, the model, or what the evaluator says: whether both agree is asked by the pipeline. What runs (`process`,
`back_end`, `client`) is imported by who runs it: every command knows the codes, and none else needs sockets for it.
"""

from gitramp.preview.codes import FAILED, MISSING
from gitramp.preview.config import bootstrap, listeners, route_configuration
from gitramp.preview.doors import MESH, Door, doors
from gitramp.preview.translate import Shown, shown

__all__ = [
    "FAILED",
    "MESH",
    "MISSING",
    "Door",
    "Shown",
    "bootstrap",
    "doors",
    "listeners",
    "route_configuration",
    "shown",
]
