"""GR391: no role is a way to more than it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.forms import Fault, breaches
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR391",
    "a role that is a way to more",
    "Who may bind roles, become somebody else, read every Secret or run commands in every pod may in the end do "
    "anything.",
    "permit it in one namespace, for named objects, or not at all",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
)
_GROUP = "rbac.authorization.k8s.io"
_VERBS = {"escalate", "bind", "impersonate"}
_READ = {"get", "list", "watch"}
_COMMANDS = {"pods/exec", "pods/attach", "nodes/proxy", "serviceaccounts/token"}
_ANYBODY = {"system:anonymous", "system:unauthenticated"}
_ALMIGHTY = {"cluster-admin"}


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each rule of a role, and each binding, that gives more than it seems to."""
    if manifest.id.gvk.kind.endswith("Binding"):
        yield from breaches(manifest, _of_binding(manifest))
    else:
        for at, rule in body.items(manifest.body, "rules"):
            fault = _of_rule(rule, of_cluster=manifest.id.gvk.kind == "ClusterRole")
            yield from (Breach(fault, at, manifest) for _ in [fault] if fault)


def _of_rule(rule: Any, *, of_cluster: bool) -> str:
    verbs = {said for _, said in body.items(rule, "verbs") if isinstance(said, str)}
    resources = {said for _, said in body.items(rule, "resources") if isinstance(said, str)}
    if found := sorted(verbs & _VERBS):
        return f"the rule permits to {found[0]}"
    if found := sorted(resources & _COMMANDS if verbs & {"create", "get"} else ()):
        return f"the rule permits {found[0]}"
    everywhere = of_cluster and not body.field(rule, "resourceNames")
    return "the rule permits to read every Secret" if everywhere and "secrets" in resources and verbs & _READ else ""


def _of_binding(manifest: Manifest) -> Iterator[Fault]:
    role = body.text(manifest.body, "roleRef", "name")
    if role in _ALMIGHTY and body.text(manifest.body, "roleRef", "kind") == "ClusterRole":
        yield Fault(f"the binding gives {role}", ("roleRef", "name"))
    for at, subject in body.items(manifest.body, "subjects"):
        name = body.text(subject, "name")
        if name in _ANYBODY:
            yield Fault(f"{show(name)} is everybody, known or not", (*at, "name"))
        elif name == "system:masters":
            yield Fault("system:masters passes every check", (*at, "name"))


_KINDS = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
RULE = ObjectRule(CODE, frozenset(f"{_GROUP}/{kind}" for kind in _KINDS), find)
