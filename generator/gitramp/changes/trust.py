"""Who may newly call whom, or no longer, and what stops being enforced.

Owns the words for edges and guards. Callers are read from the model, guards from the rendered objects, patches and all.
Must not know who gets requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gitramp import body
from gitramp.changes.state import Compared, State
from gitramp.model import Caller, Service
from gitramp.model.callers import callers_of, is_guarded
from gitramp.ordering.trees import Change, namespace_key
from gitramp.resource import Manifest, ManifestSet

_GUARDS = frozenset({"AuthorizationPolicy", "NetworkPolicy", "PeerAuthentication", "RequestAuthentication"})
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_LABELS = {
    "istio-injection": "sidecars",
    "istio.io/rev": "sidecars",
    "istio.io/dataplane-mode": "the mesh",
    "pod-security.kubernetes.io/enforce": "Pod Security",
}


@dataclass(frozen=True, slots=True)
class TrustChange:
    """One thing that changes, in words: `kind` is "may", "mayNot", "limits", "stops", "starts" or "changes"."""

    kind: str
    says: str


def trust_changes(compared: Compared) -> Iterator[TrustChange]:
    """Yield what changes for trust: first who may call whom, then what is enforced."""
    if compared.before is None or compared.after is None:
        return
    for before, after in _services(compared.before, compared.after):
        yield from _edges(before, after, compared.before, compared.after)
    for change in compared.trees.changes.values():
        yield from _guards(change, compared.before, compared.after)


def _services(before: State, after: State) -> Iterator[tuple[Service | None, Service]]:
    old = before.environment.services
    yield from ((old.get(name), service) for name, service in after.environment.services.items())


def _edges(before: Service | None, after: Service, was: State, is_: State) -> Iterator[TrustChange]:
    old = _callers(was, before) if before is not None else {}
    new = _callers(is_, after)
    name = after.name
    if new is None:
        if old is not None:
            might = f", where only {', '.join(old) or 'the gateways'} might" if before is not None else ""
            yield TrustChange("may", f"anybody may call {name}{might}")
        return
    if old is None:
        yield TrustChange("mayNot", f"only {', '.join(new) or 'the gateways'} may call {name}, where anybody might")
        return
    for caller, limits in new.items():
        if caller not in old:
            yield TrustChange("may", f"{caller} may newly call {name}{f', only {limits}' if limits else ''}")
        elif old[caller] != limits:
            now, then = limits or "everything", old[caller] or "everything"
            yield TrustChange("limits", f"{caller} may ask {name} for {now}, before for {then}")
    yield from (TrustChange("mayNot", f"{c} may no longer call {name}") for c in old if c not in new)


def _callers(state: State, service: Service) -> Mapping[str, str] | None:
    """Return who may call a service, each with what it is limited to; None when anybody may."""
    if not is_guarded(state.environment, service):
        return None
    return {_name(caller): _limits(caller) for caller in callers_of(service)}


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
    pods = (m for kind in _WORKLOADS for m in manifests.of_kind(kind))
    return any(m.service == guard.service and m.id.namespace == space for m in pods)


def _changed(before: Manifest, after: Manifest) -> Iterator[TrustChange]:
    if after.id.gvk.kind == "PeerAuthentication":
        old, new = _modes(before), _modes(after)
        for port in {**new, **old}:
            then, now = (modes.get(port, modes[""]) for modes in (old, new))
            if then != now:
                kind = "stops" if then == "STRICT" else "starts" if now == "STRICT" else "changes"
                where = f" on port {port}" if port else ""
                yield TrustChange(kind, f"mutual TLS of {after.id}{where}: {then} -> {now}")
    elif after.id.gvk.kind != "AuthorizationPolicy" or not after.service:
        yield TrustChange("changes", f"{after.id} changes")
    elif body.text(before.body, "spec", "action") != body.text(after.body, "spec", "action"):
        yield TrustChange("changes", f"{after.id} does another thing with what it matches")


def _modes(manifest: Manifest) -> dict[str, str]:
    ports = body.mapping(manifest.body, "spec", "portLevelMtls")
    whole = body.text(manifest.body, "spec", "mtls", "mode") or "inherited"
    return {"": whole, **{port: body.text(said, "mode") or whole for port, said in ports.items()}}


def _namespace(before: Manifest, after: Manifest) -> Iterator[TrustChange]:
    for label, what in _LABELS.items():
        then, now = (body.text(each.body, "metadata", "labels", label) for each in (before, after))
        if then != now:
            kind = "stops" if not now else "starts" if not then else "changes"
            yield TrustChange(kind, f"{what} in {after.id.name}: {then or 'none'} -> {now or 'none'}")
