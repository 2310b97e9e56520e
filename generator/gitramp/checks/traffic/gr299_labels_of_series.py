"""GR299: the labels of an analysis are ones that a series can have, and not those that tell the tracks apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.checks.analyses import analyses
from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR299",
    "a label that no series of an analysis can have",
    "Prometheus would refuse the query, or find nothing: gitramp itself says of which workload the series are and who "
    "reports them.",
    "use letters, digits and _, no digit first, as in `cluster`; leave out those that the ready-made queries say",
    source="https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels",
)
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OURS = {
    "__name__",
    "destination_workload",
    "destination_workload_namespace",
    "grpc_response_status",
    "le",
    "reporter",
    "response_code",
}


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each label with another name than a label can have, or with one that the queries have themselves."""
    for service, analysis in analyses(environment):
        for name in analysis.labels:
            if name in _OURS:
                message = f"the queries of {service.name} say label {name} themselves"
                yield Breach(message, analysis.at("labels", name))
            elif not _NAME.fullmatch(name):
                message = f"no series has a label {show(name)}, which the analysis of {service.name} asks for"
                yield Breach(message, analysis.at("labels", name))


RULE = EnvironmentRule(CODE, find)
