"""An environment's routes in a real Envoy on this machine, with back ends that only say who they are.

Owns the translation of rendered routes into Envoy's words (pure), and Envoy, back ends and client as they run. Must not
know overlays, the model, or what the evaluator says: whether both agree is asked by the pipeline.
"""

from gitramp.preview.back_end import BackEnd
from gitramp.preview.client import Asked, Reply, ask
from gitramp.preview.codes import FAILED, MISSING
from gitramp.preview.config import bootstrap, listeners, route_configuration
from gitramp.preview.doors import MESH, Door, doors
from gitramp.preview.process import Envoy, find, free_port, is_free
from gitramp.preview.translate import Shown, shown

__all__ = [
    "FAILED",
    "MESH",
    "MISSING",
    "Asked",
    "BackEnd",
    "Door",
    "Envoy",
    "Reply",
    "Shown",
    "ask",
    "bootstrap",
    "doors",
    "find",
    "free_port",
    "is_free",
    "listeners",
    "route_configuration",
    "shown",
]
