"""Work beside a service that ends: Jobs and CronJobs, in the namespace of the track that they live with.

Owns every field of them but their pods. Must not know what a track's servers are made of.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.pod import job_pod
from gitramp.expand.workload import checksum, namespaced
from gitramp.model import Environment, Job, Service, Track
from gitramp.resource import Manifest, Origin, traced

_DIGITS = 10  # of the digest in a name: enough to tell the versions of one Job


def jobs(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the jobs that live with a track."""
    for job in service.jobs_of(track):
        if job.schedule is None:
            metadata, spec = _metadata(environment, service, track, job), _run(environment, service, track, job)
            yield Manifest.of(kinds.JOB, {"metadata": metadata, "spec": spec}, job.pointer, service.name)
        else:
            yield _cron_job(environment, service, track, job)


def digested(manifests: Iterable[Manifest]) -> Iterator[Manifest]:
    """Yield the objects, a service's Jobs under names that tell what they do: a Job cannot be changed, only replaced.

    Comes after patches, which change what a Job does and know it by the name that they read in the overlay. A Job
    stays when it has ended: were it cleaned up, the controller that delivers it would start it again.
    https://kubernetes.io/docs/concepts/workloads/controllers/job/
    """
    for manifest in manifests:
        if manifest.id.gvk != kinds.JOB or not manifest.service:
            yield manifest
            continue
        digest = hashlib.sha256(json.dumps(manifest.body.get("spec"), sort_keys=True).encode()).hexdigest()[:_DIGITS]
        name = f"{manifest.id.name}-{digest}"
        body = {**manifest.body, "metadata": {**manifest.body["metadata"], "name": name}}
        pointers = manifest.origin(("metadata", "name")).pointers
        origins = {
            **manifest.origins,
            ("metadata", "name"): Origin(pointers, "service, job and the digest of its spec"),
        }
        yield replace(manifest, id=manifest.id._replace(name=name), body=body, origins=origins)


def _cron_job(environment: Environment, service: Service, track: Track, job: Job) -> Manifest:
    spec = {
        "schedule": traced(job.schedule, job.at("schedule")),
        "timeZone": traced(job.time_zone, job.at("timeZone")),
        "concurrencyPolicy": traced(job.concurrency_policy, job.at("concurrencyPolicy")),
        **_said(job, "startingDeadlineSeconds", job.starting_deadline_seconds),
        **_said(job, "suspend", job.suspend or None),
        **_said(job, "successfulJobsHistoryLimit", job.successful_jobs_history_limit),
        **_said(job, "failedJobsHistoryLimit", job.failed_jobs_history_limit),
        "jobTemplate": {
            "metadata": {"labels": _labels(service, track, job)},
            "spec": _run(environment, service, track, job),
        },
    }
    tree = {"metadata": _metadata(environment, service, track, job), "spec": spec}
    return Manifest.of(kinds.CRON_JOB, tree, job.pointer, service.name)


def _metadata(environment: Environment, service: Service, track: Track, job: Job) -> dict[str, Any]:
    name = f"{environment.track_object(service, track)}-{job.name}"
    return {
        "name": traced(name, job.pointer, service.pointer, how="the names of service and job"),
        "namespace": namespaced(environment, service, track),
        "labels": _labels(service, track, job),
        **kinds.own_annotations(job),
    }


def _labels(service: Service, track: Track, job: Job) -> dict[str, Any]:
    """Return the labels of a job and its pods: none by which a Service, an autoscaler or a budget knows the track."""
    return kinds.named_labels(f"{service.name}.{job.name}", track, job) | kinds.jobs_of(service)


def _run(environment: Environment, service: Service, track: Track, job: Job) -> dict[str, Any]:
    pods: dict[str, Any] = {"labels": _labels(service, track, job)}
    files = checksum(environment, track.config) if track.config is not None else {}
    own = files | {
        name: traced(value, job.at("podAnnotations", name)) for name, value in sorted(job.pod_annotations.items())
    }
    return {
        **_said(job, "parallelism", job.parallelism),
        **_said(job, "completions", job.completions),
        **_said(job, "backoffLimit", job.backoff_limit),
        **_said(job, "activeDeadlineSeconds", job.active_deadline_seconds),
        "template": {
            "metadata": {**pods, **({"annotations": own} if own else {})},
            "spec": job_pod(environment, service, track, job),
        },
    }


def _said(job: Job, name: str, value: Any) -> dict[str, Any]:
    return {} if value is None else {name: traced(value, job.at(name))}
