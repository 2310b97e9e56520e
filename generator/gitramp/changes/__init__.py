"""What a change means to those who review it: for traffic, for pods, for trust, and which overlay lines cause it.

Owns the comparison of one environment's two states. Pure. It stands above `ordering`, whose trees it compares, and asks
`router` who answers. Must not know where states come from, nor how a difference is shown.
"""

from gitramp.changes.causes import Cause, Reached, causes
from gitramp.changes.classes import REST
from gitramp.changes.edits import Edits, edits
from gitramp.changes.matches import MatchChange, match_changes
from gitramp.changes.rollout import PodChange, Rollout, rollout
from gitramp.changes.state import Compared, State, compared
from gitramp.changes.traffic import Asked, Outcome, Routing, answered, answered_by_own_routes, routings
from gitramp.changes.trust import trust_changes
from gitramp.changes.trust_change import TrustChange

__all__ = [
    "REST",
    "Asked",
    "Cause",
    "Compared",
    "Edits",
    "MatchChange",
    "Outcome",
    "PodChange",
    "Reached",
    "Rollout",
    "Routing",
    "State",
    "TrustChange",
    "answered",
    "answered_by_own_routes",
    "causes",
    "compared",
    "edits",
    "match_changes",
    "rollout",
    "routings",
    "trust_changes",
]
