"""Whether a canary is healthy: what to ask of the metrics, and what the answers mean.

Owns the questions that follow from `canary.analysis` and the verdict on their answers. Pure: it asks nobody itself, and
the moment is given. Must not know the network, Git, or what is done with a verdict.
"""

from gitramp.analysis.evidence import evidence
from gitramp.analysis.questions import Inquiry, Question, Threshold, inquiry
from gitramp.analysis.verdict import Health, Point, Ruling, State, Verdict, verdict

__all__ = [
    "Health",
    "Inquiry",
    "Point",
    "Question",
    "Ruling",
    "State",
    "Threshold",
    "Verdict",
    "evidence",
    "inquiry",
    "verdict",
]
