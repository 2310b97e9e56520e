"""GR326: a job lives with a track that there is."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment
from gitramp.problem import Code
from gitramp.source import did_you_mean, show

CODE = Code(
    "GR326",
    "a job with a track that is not there",
    "A job takes its image, variables, service account and namespace from a track.",
    "name one of the service's tracks, or leave `track` out for the stable one",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each job whose track the service does not have."""
    for service in environment.services.values():
        for job in service.jobs.values():
            if job.track and job.track not in service.tracks:
                remedy = did_you_mean(job.track, service.tracks, f"the tracks are {', '.join(service.tracks)}")
                message = f"job {show(job.name)} names track {show(job.track)}, which {service.name} does not have"
                yield Breach(message, job.at("track"), remedy=remedy)


RULE = EnvironmentRule(CODE, find)
