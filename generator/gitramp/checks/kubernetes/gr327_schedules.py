"""GR327: a CronJob has a schedule that its controller can read."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import cron
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR327",
    "a schedule that cannot be read or never comes",
    "The API server refuses a schedule that its parser does not know, and takes one that no day fits.",
    'write minute, hour, day of the month, month and day of the week, such as "15 3 * * *" or "*/10 * * * 1-5"',
    source="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each schedule of a CronJob with a fault."""
    for manifest in manifests.of_kind("CronJob"):
        said = body.text(manifest.body, "spec", "schedule")
        if fault := cron.fault(said):
            yield Breach(f"schedule {show(said)} {fault}", ("spec", "schedule"), manifest)


RULE = ManifestRule(CODE, find)
