"""GR329: what belongs to a StatefulSet is said of a StatefulSet."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import tracks
from gitramp.model import Environment, Track
from gitramp.problem import Code
from gitramp.source import show

CODE = Code(
    "GR329",
    "volume claims that do not fit the workload",
    "Only a StatefulSet gives each pod a claim and an order; and its claim hides a volume of the same name.",
    "say `kind: StatefulSet`, or a volume with `persistentVolumeClaim`; give each volume a name of its own",
    source="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#volume-claim-templates",
)


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each claim or order of a Deployment, and each claim with the name of a volume."""
    for _, track in tracks(environment):
        if track.kind == "Deployment":
            yield from _of_deployment(track)
        taken = {*track.volumes, *(["config"] if track.config else [])}
        for claim in track.volume_claims.values():
            if claim.name in taken:
                yield Breach(f"volume {show(claim.name)} is there already", claim.pointer)


def _of_deployment(track: Track) -> Iterator[Breach]:
    if track.volume_claims:
        yield Breach(f"track {show(track.name)} is a Deployment with volumeClaims", track.at("volumeClaims"))
    if track.pod_management_policy is not None:
        message = f"track {show(track.name)} is a Deployment with podManagementPolicy"
        yield Breach(message, track.at("podManagementPolicy"))


RULE = EnvironmentRule(CODE, find)
