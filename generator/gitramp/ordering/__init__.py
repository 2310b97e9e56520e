"""Whether a commit may be applied in any order: no request fails in between that is answered before and after.

Owns that decision over two states of one environment's objects. Pure. It stands above `checks`, because it reads pods
and selectors with the readers there; it must not know overlays, the model, or who asks.
"""

from gitramp.ordering import codes
from gitramp.ordering.findings import find

__all__ = ["codes", "find"]
