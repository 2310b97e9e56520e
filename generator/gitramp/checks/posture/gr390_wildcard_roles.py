"""GR390: a role names what it permits."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR390",
    "a role that permits everything",
    "* stands for every verb and every kind that there is and will be, secrets and roles among them.",
    "list the verbs and resources that are needed",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each rule of a role with * among its verbs or resources."""
    for at, _ in body.items(manifest.body, "rules"):
        for key in ("verbs", "resources"):
            if any(said == "*" for _, said in body.items(manifest.body, *at, key)):
                yield Breach(f"the rule permits all {key}", (*at, key), manifest)


_GROUP = "rbac.authorization.k8s.io"
RULE = ObjectRule(CODE, frozenset({f"{_GROUP}/Role", f"{_GROUP}/ClusterRole"}), find)
