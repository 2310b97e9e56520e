"""GR398: the pods of a workload are not all on one node."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.authors import is_foreign
from gitramp.checks.pods import pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR398",
    "pods that may all be on one node",
    "When the node goes, all of them go.",
    "say topologySpreadConstraints, or a podAntiAffinity",
    severity=Severity.INFO,
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each of other people's workloads of several pods that nothing spreads."""
    replicas, spec = body.number(manifest.body, "spec", "replicas"), pod_of(manifest).spec
    spread = spec.get("topologySpreadConstraints") or body.field(spec, "affinity", "podAntiAffinity")
    if replicas is not None and replicas > 1 and not spread and is_foreign(manifest):
        yield Breach(f"nothing spreads the {replicas} pods over nodes", ("spec", "replicas"), manifest)


RULE = ObjectRule(CODE, frozenset({"apps/Deployment", "apps/StatefulSet"}), find)
