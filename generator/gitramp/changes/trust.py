"""Who may newly call whom, or no longer, and what stops being enforced.

Owns the words for edges and guards. Callers are read from the model, guards from the rendered objects, patches and all;
what mutual TLS comes to is asked of `mutual_tls`. Must not know who gets requests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from gitramp import body
from gitramp.changes.plain_text import plain_text
from gitramp.changes.reach import reaches
from gitramp.changes.saying import says
from gitramp.changes.state import Compared, State
from gitramp.changes.trust_change import Kind, TrustChange
from gitramp.checks.pods import LASTING
from gitramp.model import Caller, Service
from gitramp.model.callers import callers_of, is_guarded
from gitramp.ordering.trees import Change, namespace_key
from gitramp.resource import Manifest, ManifestSet

_GUARDS = frozenset({"AuthorizationPolicy", "NetworkPolicy", "RequestAuthentication"})
_LABELS = {
    "istio-injection": "sidecars",
    "istio.io/rev": "sidecars",
    "istio.io/dataplane-mode": "the mesh",
    "pod-security.kubernetes.io/enforce": "Pod Security",
}


def trust_changes(compared: Compared) -> Iterator[TrustChange]:
    """Yield what changes for trust: first who may call whom, then what is enforced, then what the policy demands."""
    if compared.before is None or compared.after is None:
        return
    told: set[str] = set()
    for before, after in _services(compared.before, compared.after):
        for each in _edges(before, after, compared.before, compared.after):
            told.add(after.name)
            yield each
    yield from reaches(compared.before, compared.after)
    yield from plain_text(compared)
    gone = compared.before.environment.services.keys() - compared.after.environment.services.keys()
    for change in compared.trees.changes.values():
        if not _is_told(change, told | gone):
            yield from _guards(change, compared.before, compared.after)
    demands = (line for line in compared.lines if any(leaf.pointer[0] == "policy" for leaf in line.said))
    yield from (TrustChange("changes", says(line)) for line in demands)


def _is_told(change: Change, services: Collection[str]) -> bool:
    """Whether a policy only allows the callers of a service, of whom is told already."""
    policy = change.after or change.before
    if policy is None or change.key.kind != "AuthorizationPolicy":
        return False
    return policy.service in services and body.text(policy.body, "spec", "action") in {"", "ALLOW"}


def _services(before: State, after: State) -> Iterator[tuple[Service | None, Service]]:
    old = before.environment.services
    yield from ((old.get(name), service) for name, service in after.environment.services.items())


def _edges(before: Service | None, after: Service, was: State, is_: State) -> Iterator[TrustChange]:
    old = _callers(was, before) if before is not None else {}
    new = _callers(is_, after)
    name = after.name
    if new is None:
        if old is not None:
            might = f", where only {', '.join(old) or 'nobody'} might" if before is not None else ""
            yield TrustChange("may", f"anybody may call {name}{might}")
        return
    if old is None:
        yield TrustChange("mayNot", f"only {', '.join(new) or 'nobody'} may call {name}, where anybody might")
        return
    yield from _tracks(before, after, was, is_)
    for caller, limits in new.items():
        if caller not in old:
            yield TrustChange("may", f"{caller} may newly call {name}{f', only {limits}' if limits else ''}")
        elif old[caller] != limits:
            now, then = limits or "everything", old[caller] or "everything"
            yield TrustChange("limits", f"{caller} may ask {name} for {now}, before for {then}")
    yield from (TrustChange("mayNot", f"{c} may no longer call {name}") for c in old if c not in new)


def _tracks(before: Service | None, after: Service, was: State, is_: State) -> Iterator[TrustChange]:
    """Yield the tracks of callers that come or go: each calls by an account of its own."""
    known = {c.name for c in callers_of(before) if not c.namespace} if before is not None else set()
    for name in (c.name for c in callers_of(after) if not c.namespace and c.name in known):
        old, new = (
            {*s.environment.services[name].tracks} if name in s.environment.services else set() for s in (was, is_)
        )
        yield from (TrustChange("may", f"{name} {t} may newly call {after.name}") for t in sorted(new - old) if old)
        yield from (
            TrustChange("mayNot", f"{name} {t} may no longer call {after.name}") for t in sorted(old - new) if new
        )


def _callers(state: State, service: Service) -> Mapping[str, str] | None:
    """Return who may call a service, each with what it is limited to; None when anybody may."""
    if not is_guarded(state.environment, service):
        return None
    gateways = {f"gateway {gateway.name}": "" for gateway in state.environment.gateways_of(service)}
    ports = sorted(service.port_level_mtls, key=int)
    anybody = {f"anybody in plain text on port {port}": "" for port in ports}
    return {**{_name(caller): _limits(caller) for caller in callers_of(service)}, **gateways, **anybody}


def _name(caller: Caller) -> str:
    if not caller.namespace:
        return caller.name
    return f"{caller.namespace}/{caller.service_account}" if caller.service_account else f"all of {caller.namespace}"


def _limits(caller: Caller) -> str:
    ports = " or ".join(f"port {port}" for port in caller.ports)
    return ", ".join(filter(None, (" or ".join(caller.methods), " or ".join(caller.paths), ports)))


def _guards(change: Change, was: State, is_: State) -> Iterator[TrustChange]:
    before, after, kind = change.before, change.after, change.key.kind
    if kind == "Namespace" and before is not None and after is not None:
        yield from _namespace(before, after)
    elif kind == "DestinationRule" and before is not None and after is not None:
        modes = tuple(body.text(each.body, "spec", "trafficPolicy", "tls", "mode") for each in (before, after))
        if modes[0] != modes[1]:
            yield TrustChange("changes", f"TLS to {after.id}: {modes[0] or 'unsaid'} -> {modes[1] or 'unsaid'}")
    elif kind not in _GUARDS:
        return
    elif after is None and before is not None and _is_left(before, is_.manifests):
        yield TrustChange("stops", f"{before.id} is enforced no more")
    elif before is None and after is not None and _is_left(after, was.manifests):
        yield TrustChange("starts", f"{after.id} is enforced from now on")
    elif before is not None and after is not None:
        yield from _changed(before, after)


def _is_left(guard: Manifest, manifests: ManifestSet) -> bool:
    """Whether what an object guards is there on the side that does not have the object."""
    space = guard.id.namespace
    if not guard.service:
        return any(namespace_key(m.id.name) == namespace_key(space) for m in manifests.of_kind("Namespace"))
    workloads = (m for kind in LASTING for m in manifests.of_kind(kind))
    return any(m.service == guard.service and m.id.namespace == space for m in workloads)


def _changed(before: Manifest, after: Manifest) -> Iterator[TrustChange]:
    if body.field(before.body, "spec") != body.field(after.body, "spec"):
        yield TrustChange("changes", f"{after.id} changes")


def _namespace(before: Manifest, after: Manifest) -> Iterator[TrustChange]:
    for label, what in _LABELS.items():
        then, now = (body.text(each.body, "metadata", "labels", label) for each in (before, after))
        if then != now:
            kind: Kind = "stops" if not now else "starts" if not then else "changes"
            yield TrustChange(kind, f"{what} in {after.id.name}: {then or 'none'} -> {now or 'none'}")
