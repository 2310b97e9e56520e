"""The line: the only package that knows in which order the stages run.

Owns the order and what a run gives back: `build` needs no disk, `render` and `validate` go through all gates, `publish`
commits, `explain` asks backwards, `impact` forwards, `route` asks the rendered routes, `compare` and `diff` hold two
states against each other, `plan` finds an order, `preview` shows routes in an Envoy, `init` makes a new repository,
`validate_tree` judges what others wrote. Must not know how any stage works, nor how results are shown.
"""

from gitramp.pipeline.build import Progress, build, silent
from gitramp.pipeline.built import Built
from gitramp.pipeline.catalogue import code_named, every_code
from gitramp.pipeline.compare import Comparison, compare
from gitramp.pipeline.entries import Entry, entries, entry
from gitramp.pipeline.explain import Explained, explain_field
from gitramp.pipeline.foreign import STREAM, Given, Judged, platform, validate_tree
from gitramp.pipeline.judge import unused
from gitramp.pipeline.plan import Commit, Plan, plan
from gitramp.pipeline.publish import Published, publish
from gitramp.pipeline.route import Query, Routed, route
from gitramp.pipeline.run import Outcome, render, validate
from gitramp.pipeline.transition import NOWHERE, From

__all__ = [
    "NOWHERE",
    "STREAM",
    "Built",
    "Commit",
    "Comparison",
    "Entry",
    "Explained",
    "From",
    "Given",
    "Judged",
    "Outcome",
    "Plan",
    "Progress",
    "Published",
    "Query",
    "Routed",
    "build",
    "code_named",
    "compare",
    "entries",
    "entry",
    "every_code",
    "explain_field",
    "plan",
    "platform",
    "publish",
    "render",
    "route",
    "silent",
    "unused",
    "validate",
    "validate_tree",
]
