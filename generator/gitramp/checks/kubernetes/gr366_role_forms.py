"""GR366: a role permits something, and a binding gives it to somebody."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import names
from gitramp.checks.forms import Fault, breaches
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR366",
    "a role or binding that the API server refuses",
    "A rule names verbs, and either resources with their groups or, in a ClusterRole, URLs; a subject is a "
    "ServiceAccount of a namespace, a User or a Group.",
    "complete the rule or the subject; apiGroup is rbac.authorization.k8s.io, but empty for a ServiceAccount",
    source="https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
)
_GROUP = "rbac.authorization.k8s.io"
_KINDS = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with each rule of a role, and with the role and the subjects of a binding."""
    faults = _of_binding if manifest.id.gvk.kind.endswith("Binding") else _of_role
    return breaches(manifest, faults(manifest))


def _of_role(manifest: Manifest) -> Iterator[Fault]:
    for at, rule in body.items(manifest.body, "rules"):
        said = {key for key in ("apiGroups", "resources", "resourceNames") if body.field(rule, key)}
        if not body.field(rule, "verbs"):
            yield Fault("the rule has no verbs", at)
        if body.field(rule, "nonResourceURLs"):
            if manifest.id.gvk.kind == "Role":
                yield Fault("URLs belong to no namespace; only a ClusterRole permits them", (*at, "nonResourceURLs"))
            if said:
                yield Fault(f"the rule says {' and '.join(sorted(said))} and nonResourceURLs", at)
        else:
            yield from (Fault(f"the rule has no {key}", at) for key in ("apiGroups", "resources") if key not in said)


def _of_binding(manifest: Manifest) -> Iterator[Fault]:
    of_cluster = manifest.id.gvk.kind == "ClusterRoleBinding"
    kind, at = body.text(manifest.body, "roleRef", "kind"), ("roleRef",)
    known = {"ClusterRole"} if of_cluster else {"Role", "ClusterRole"}
    if kind not in known:
        yield Fault(f"roleRef kind {show(kind)} is none of {', '.join(sorted(known))}", at)
    if not body.text(manifest.body, "roleRef", "name"):
        yield Fault("roleRef names no role", at)
    if body.text(manifest.body, "roleRef", "apiGroup") not in {"", _GROUP}:
        yield Fault(f"roleRef is of the group {_GROUP}", (*at, "apiGroup"))
    for step, _ in body.items(manifest.body, "subjects"):
        yield from _of_subject(manifest, step, of_cluster=of_cluster)


def _of_subject(manifest: Manifest, at: Pointer, *, of_cluster: bool) -> Iterator[Fault]:
    kind, name = body.text(manifest.body, *at, "kind"), body.text(manifest.body, *at, "name")
    group = body.field(manifest.body, *at, "apiGroup")
    if kind not in {"ServiceAccount", "User", "Group"}:
        yield Fault(f"kind {show(kind)} is none of ServiceAccount, User, Group", at)
    elif kind == "ServiceAccount":
        if group:
            yield Fault("a ServiceAccount has no apiGroup", (*at, "apiGroup"))
        if of_cluster and not body.text(manifest.body, *at, "namespace"):
            yield Fault(f"ServiceAccount {show(name)} has no namespace", at)
        if name and (fault := names.subdomain(name)):
            yield Fault(f"ServiceAccount {show(name)} {fault}", (*at, "name"))
    elif group not in (None, "", _GROUP):
        yield Fault(f"apiGroup {body.shown(group)} is not {_GROUP}", (*at, "apiGroup"))
    if not name:
        yield Fault("the subject has no name", at)


RULE = ObjectRule(CODE, frozenset(f"{_GROUP}/{kind}" for kind in _KINDS), find)
