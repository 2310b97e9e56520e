"""The pods and claims that controllers would make of a workload, put before the server.

Owns how many are asked: one that leaves no trace or, where a quota counts, as many as the workload wants. Must not know
the rest of the set.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.client import Answer, Client
from conformance.pods import TEMPLATES, claims_of, pods_of, replicas_of
from conformance.verdict import Body, Cause, Verdict, named


def ask_for_one(client: Client, workload: Body) -> Iterator[Verdict]:
    """Say whether the server takes a pod of a workload's template."""
    for pod in pods_of(workload):
        yield _verdict("a pod", workload, client.create(pod, dry=True))


def ask_for_all(client: Client, workload: Body, made: list[Body]) -> Iterator[Verdict]:
    """Make all pods and claims, and yield a verdict on the first that is refused, or on the last of all."""
    verdict: Verdict | None = None
    pods = list(pods_of(workload))
    for number in range(replicas_of(workload) if pods else 0):
        for body in (*claims_of(workload, number), *pods):
            answer = client.create(body, dry=False)
            verdict = _verdict(f"{body['kind'].lower()} {number + 1}", workload, answer)
            if verdict.refused:
                yield verdict
                return
            made.append(answer.body)
    if verdict:
        yield verdict


def remove(client: Client, made: list[Body]) -> None:
    """Remove what was made; what waits for a controller that does not run is let go."""
    for body in reversed(made):
        if body["metadata"].get("finalizers"):
            client.release(body)
        client.delete(body)


def _verdict(what: str, workload: Body, answer: Answer) -> Verdict:
    """Say it of the workload: a field of the pod is one of the template."""
    template = ".".join(TEMPLATES[workload["kind"]])
    causes = tuple(Cause(f"{template}.{cause.field}", cause.required) for cause in answer.causes)
    return Verdict(f"{what} of {named(workload)}", answer.message, answer.warnings, causes=causes)
