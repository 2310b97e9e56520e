"""Whether every order in which a controller may apply a commit keeps each request answered that is answered before and
after it; and how to split the commit when not.

Owns that decision over two states of one environment's objects. Pure. Reads pods and selectors with the readers of
`checks`, above which it stands; must not know overlays, the model, or who asks.
"""

from gitramp.ordering import codes
from gitramp.ordering.findings import find
from gitramp.ordering.precedence import precedence

__all__ = ["codes", "find", "precedence"]
