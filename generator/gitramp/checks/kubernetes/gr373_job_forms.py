"""GR373: a Job, and what a CronJob makes, comes to an end by numbers that there are."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.forms import Fault, breaches, whole, word
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR373",
    "a Job that the API server refuses",
    "Counts and times are 0 or more, and what counts by index needs completionMode: Indexed and completions.",
    "mend the number or word, or say completionMode: Indexed with completions",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/job/",
)
_COUNTS = (
    *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit"),
    *("ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"),
)
_BY_INDEX = ("backoffLimitPerIndex", "maxFailedIndexes", "successPolicy")
_OF_SCHEDULE = ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each number and word of a Job or CronJob that it cannot have."""
    if manifest.id.gvk.kind == "CronJob":
        for key in _OF_SCHEDULE:
            yield from breaches(manifest, whole(manifest.body, ("spec", key)))
        at = ("spec", "concurrencyPolicy")
        yield from breaches(manifest, word(manifest.body, at, ("Allow", "Forbid", "Replace")))
        yield from breaches(manifest, _of_job(manifest.body, ("spec", "jobTemplate", "spec")))
    else:
        yield from breaches(manifest, _of_job(manifest.body, ("spec",)))


def _of_job(tree: object, at: Pointer) -> Iterator[Fault]:
    for key in _COUNTS:
        yield from whole(tree, (*at, key))
    yield from word(tree, (*at, "completionMode"), ("NonIndexed", "Indexed"))
    indexed = body.text(tree, *at, "completionMode") == "Indexed"
    if indexed and body.field(tree, *at, "parallelism") is not None and body.field(tree, *at, "completions") is None:
        yield Fault("completionMode Indexed beside parallelism needs completions", (*at, "completionMode"))
    for key in _BY_INDEX:
        if body.field(tree, *at, key) is not None and not indexed:
            yield Fault(f"{key} counts only beside completionMode: Indexed", (*at, key))
    yield from _of_policy(tree, at)
    if body.field(tree, *at, "selector") is not None and body.field(tree, *at, "manualSelector") is not True:
        yield Fault("a Job's selector is generated, unless manualSelector is true", (*at, "selector"))


def _of_policy(tree: object, at: Pointer) -> Iterator[Fault]:
    failure = body.field(tree, *at, "podFailurePolicy") is not None
    if failure and body.text(tree, *at, "template", "spec", "restartPolicy") == "OnFailure":
        yield Fault("podFailurePolicy needs restartPolicy: Never", (*at, "podFailurePolicy"))
    known = ("Failed",) if failure else ("TerminatingOrFailed", "Failed")
    yield from word(tree, (*at, "podReplacementPolicy"), known)
    for step, rule in body.items(tree, *at, "podFailurePolicy", "rules"):
        yield from word(tree, (*step, "action"), ("FailJob", "FailIndex", "Ignore", "Count"))
        said = [way for way in ("onExitCodes", "onPodConditions") if body.field(rule, way)]
        if len(said) != 1:
            yield Fault(f"a rule says {' and '.join(said) or 'neither onExitCodes nor onPodConditions'}", step)


RULE = ObjectRule(CODE, frozenset({"batch/Job", "batch/CronJob"}), find)
