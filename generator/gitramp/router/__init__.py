"""Which track answers a request: the rendered routes, tried as the mesh tries them.

Owns the evaluation of requests. Pure, and the only stage that reads routes as a proxy does: first host, then the first
rule that fits, then the shares. Must not know overlays, the model, or how an answer is shown.
"""

from gitramp.router.answer import Answer, Share
from gitramp.router.evaluate import answer, gateways_for, ways_in
from gitramp.router.request import MESH, Request
from gitramp.router.services import covered, covering, service_of

__all__ = [
    "MESH",
    "Answer",
    "Request",
    "Share",
    "answer",
    "covered",
    "covering",
    "gateways_for",
    "service_of",
    "ways_in",
]
