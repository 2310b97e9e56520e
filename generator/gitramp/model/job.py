"""Work beside a service that ends: at every change of what it is, or by the clock.

Owns the vocabulary of jobs. Must not know the service around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from gitramp.model.key import Named, key
from gitramp.model.template import PodTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(PodTemplate, Named):
    """Pods that end: of a CronJob where `schedule` is said, else of a Job that runs anew whenever it changes."""

    not_inherited: ClassVar[frozenset[str]] = frozenset(
        {"command", "args", "initContainers", "sidecars", "terminationGracePeriodSeconds", "podAnnotations"}
    )
    """The keys of `PodTemplate` that say how a server runs, not what it is made of."""

    track: str = key(
        "Track whose namespace, service account and config files the job has, and whose image, variables, resources, "
        "volumes, labels and placement unless it says its own; `stable` unless said otherwise.",
        example="v2",
        default="",
    )
    schedule: str | None = key(
        "When it runs: minute, hour, day of the month, month, day of the week.", example="15 3 * * *", default=None
    )
    time_zone: str = key(
        "Time zone of the schedule.",
        example="Europe/Berlin",
        default="Etc/UTC",
        pattern="^(UTC|GMT|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)"
        "(/[A-Za-z0-9_+-]+){1,2})$",
        x_hint="name a zone of the IANA database, such as Europe/Berlin",
    )
    concurrency_policy: Literal["Forbid", "Allow", "Replace"] = key(
        "What happens when the run before has not ended: the new one is left out, runs too, or takes its place.",
        example="Replace",
        default="Forbid",
    )
    starting_deadline_seconds: int | None = key(
        "Seconds by which a run may start late; after that it is left out.", example=300, default=None, minimum=10
    )
    successful_jobs_history_limit: int | None = key(
        "Ended runs that are kept; Kubernetes takes 3.", example=1, default=None, minimum=0
    )
    failed_jobs_history_limit: int | None = key(
        "Failed runs that are kept; Kubernetes takes 1.", example=3, default=None, minimum=0
    )
    suspend: bool = key("Whether no runs are started.", example=True, default=False)
    restart_policy: Literal["Never", "OnFailure"] = key(
        "Whether a failed container is started anew in its pod, or a new pod in its place.",
        example="OnFailure",
        default="Never",
    )
    backoff_limit: int | None = key(
        "Failures until the run counts as failed; Kubernetes takes 6.", example=2, default=None, minimum=0
    )
    active_deadline_seconds: int | None = key(
        "Seconds after which a run is stopped and has failed.", example=900, default=None, minimum=1
    )
    parallelism: int | None = key("Pods that run at once; Kubernetes takes 1.", example=4, default=None, minimum=1)
    completions: int | None = key("Pods that must succeed.", example=4, default=None, minimum=1)
