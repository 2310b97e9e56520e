"""What a change means to those who review it: for traffic, for pods, for trust, and which overlay lines cause it.

Owns the comparison of one environment's two states. Pure. It stands above `ordering`, whose trees it compares, and asks
`router` who answers. Must not know where states come from, nor how a difference is shown.
"""

from gitramp.changes.matches import MatchChange, match_changes
from gitramp.changes.state import Compared, State, compared
from gitramp.changes.traffic import Asked, Outcome, Routing, routings

__all__ = [
    "Asked",
    "Compared",
    "MatchChange",
    "Outcome",
    "Routing",
    "State",
    "compared",
    "match_changes",
    "routings",
]
