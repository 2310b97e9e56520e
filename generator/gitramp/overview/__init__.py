"""What a person who opens one page wants to know of all environments at once.

Owns what is brought together: who answers which requests, where canaries stand, findings, drift and parity, of the work
tree as it is. It stands above `pipeline` and `ramps`, which it asks. Must not know how a page looks.
"""

from gitramp.overview.facts import Flow, Overview, OwnRoute, Rule, Seen, ServiceSeen, TrackSeen, Way, identity
from gitramp.overview.gather import overview

__all__ = ["Flow", "Overview", "OwnRoute", "Rule", "Seen", "ServiceSeen", "TrackSeen", "Way", "identity", "overview"]
