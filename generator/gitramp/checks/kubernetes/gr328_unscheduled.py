"""GR328: what only a CronJob knows stands beside a schedule."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.model import Environment, Job, key_info
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR328",
    "a key of scheduled jobs at a job without a schedule",
    "Without `schedule` the job runs once for every change of it, so the key would have no effect.",
    "say `schedule`, or remove the key",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",
)
_SCHEDULED = {
    "timeZone",
    "concurrencyPolicy",
    "startingDeadlineSeconds",
    "suspend",
    "successfulJobsHistoryLimit",
    "failedJobsHistoryLimit",
}


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each such key that differs from its default."""
    keys = [info for info in key_info(Job) if info.name in _SCHEDULED]
    for service in environment.services.values():
        for job in service.jobs.values():
            for info in keys if job.schedule is None else ():
                if getattr(job, info.attribute) != info.default:
                    yield Breach(f"job {show(job.name)} says {info.name} but no schedule", job.at(info.name))


RULE = EnvironmentRule(CODE, find)
