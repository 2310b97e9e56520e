"""How bad findings are in an environment: `policy.severity`.

Owns that a policy can rate what is a matter of judgement, and nothing that keeps an environment from being rendered.
Pure. Must not know where findings come from; which codes there are is told by the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gitramp.model import Environment
from gitramp.problem import Catalogue, Code, Finding, Severity
from gitramp.resource import Breach
from gitramp.source import show

NO_CODE = Code(
    "GR168",
    "a policy names a code that there is not",
    "It would have no effect: the findings that were meant keep their severity, or can be allowed by a comment.",
    "choose one of `gitramp codes`",
)
NOT_RATED = Code(
    "GR169",
    "a severity that the code cannot have",
    "An environment that cannot be read, expanded or validated is not rendered, however that is rated.",
    "mend what is found instead, and leave the code out of `policy.severity`",
)


def faults(environment: Environment, catalogue: Catalogue) -> Iterator[tuple[Code, Breach]]:
    """Yield what is wrong with the codes that a policy names."""
    policy = environment.policy
    for number, said in policy.severity.items():
        at = ("policy", "severity", number)
        code = catalogue.codes.get(number)
        if code is None:
            yield NO_CODE, Breach(f"there is no code {show(number)}", at, remedy=catalogue.nearest(number))
        elif number in catalogue.final and Severity(said) is not Severity.ERROR:
            message = f"{number} cannot be rated {said}: an environment with {code.title} is not rendered"
            yield NOT_RATED, Breach(message, at)
    for position, number in enumerate(policy.no_exceptions):
        if number not in catalogue.codes:
            message, place = f"there is no code {show(number)}", ("policy", "noExceptions", position)
            yield NO_CODE, Breach(message, place, remedy=catalogue.nearest(number))


def rated(findings: Iterable[Finding], environment: Environment) -> Iterator[Finding]:
    """Give findings the severity that the environment's policy says; none is added or left out."""
    said = environment.policy.severity
    for finding in findings:
        severity = said.get(finding.code.number)
        yield finding if severity is None else replace(finding, rated=Severity(severity))
