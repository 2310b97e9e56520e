"""Request tests: requests are put to the rendered routes, and who answers is who was meant to.

Owns which requests are asked: those that an overlay writes down, and by default one of each kind that a service's
canary tells apart. Pure. It stands above the stages because it puts the model's questions to `router`, which reads the
rendered objects alone. Must not know how findings are shown.
"""

from gitramp.request_tests import codes
from gitramp.request_tests.ask import Asked, ask

__all__ = ["Asked", "ask", "codes"]
