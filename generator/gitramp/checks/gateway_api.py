"""The routes and Gateways of Gateway API: parents, listeners, backends and grants.

Owns the defaults of their references. Must not know any rule. https://gateway-api.sigs.k8s.io/reference/spec/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gitramp import body
from gitramp.checks import selectors
from gitramp.checks.index import index
from gitramp.checks.proxies import namespace_labels
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

GROUP = "gateway.networking.k8s.io"
KINDS = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_NAME = "kubernetes.io/metadata.name"
_REQUESTS = ("HTTPRoute", "GRPCRoute")
_CARRIED = {
    "HTTP": _REQUESTS,
    "HTTPS": _REQUESTS,
    "TLS": ("TLSRoute", "TCPRoute"),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}
_EVERYTHING = {"path": {"type": "PathPrefix", "value": "/"}}
_TYPES = {"headers": "Exact", "queryParams": "Exact"}


class Reference(NamedTuple):
    """A reference to an object, completed, and the way to it."""

    at: Pointer
    group: str
    kind: str
    namespace: str
    name: str
    port: int | None


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener of a Gateway."""

    manifest: Manifest
    at: Pointer
    body: Any

    @property
    def hostname(self) -> str:
        """The host it takes requests for, "" for all."""
        return body.text(self.body, "hostname").lower()


def routes(manifests: ManifestSet) -> Iterator[Manifest]:
    """Yield the routes of every kind."""
    for kind in KINDS:
        yield from (m for m in manifests.of_kind(kind) if m.id.gvk.group == GROUP)


@index
def gateways(manifests: ManifestSet) -> Mapping[tuple[str, str], Manifest]:
    """Return the Gateways by namespace and name."""
    found = (m for m in manifests.of_kind("Gateway") if m.id.gvk.group == GROUP)
    return {(m.id.namespace, m.id.name): m for m in found}


def parents(route: Manifest) -> Iterator[tuple[Reference, str]]:
    """Yield what a route is attached to, each with the name of the listener that it asks for."""
    for at, said in body.items(route.body, "spec", "parentRefs"):
        yield _reference(route, at, said, GROUP, "Gateway"), body.text(said, "sectionName")


def rules(route: Manifest) -> Iterator[tuple[Pointer, Any]]:
    """Yield the rules of a route."""
    yield from body.items(route.body, "spec", "rules")


def backends(route: Manifest) -> Iterator[Reference]:
    """Yield every backend of a route, those of copies included."""
    for rule, found in rules(route):
        for at, said in body.items(found, "backendRefs"):
            yield _reference(route, (*rule, *at), said, "", "Service")
        for at, one in body.items(found, "filters"):
            said = body.field(one, "requestMirror", "backendRef")
            if isinstance(said, dict):
                yield _reference(route, (*rule, *at, "requestMirror", "backendRef"), said, "", "Service")


def certificates(gateway: Manifest) -> Iterator[Reference]:
    """Yield the certificates of a Gateway's listeners."""
    for listener in listeners(gateway):
        for at, said in body.items(listener.body, "tls", "certificateRefs"):
            yield _reference(gateway, (*listener.at, *at), said, "", "Secret")


def listeners(gateway: Manifest) -> tuple[Listener, ...]:
    """Return the listeners of a Gateway."""
    return tuple(Listener(gateway, at, said) for at, said in body.items(gateway.body, "spec", "listeners"))


def attached(manifests: ManifestSet, parent: Reference, section: str) -> tuple[Listener, ...] | None:
    """Return the listeners that a route asks for, None where the set does not have the Gateway."""
    if (parent.group, parent.kind) != (GROUP, "Gateway"):
        return None
    gateway = gateways(manifests).get((parent.namespace, parent.name))
    if gateway is None:
        return None
    return tuple(
        each
        for each in listeners(gateway)
        if section in {"", body.text(each.body, "name")} and parent.port in {None, body.number(each.body, "port")}
    )


def lets_in(manifests: ManifestSet, listener: Listener, route: Manifest) -> bool:
    """Whether a listener takes routes of this kind and namespace; what cannot be told is taken.

    Without a word about kinds, its protocol decides: https://gateway-api.sigs.k8s.io/reference/spec/#protocoltype
    """
    kinds = [body.text(kind, "kind") for _, kind in body.items(listener.body, "allowedRoutes", "kinds")]
    carried = kinds or _CARRIED.get(body.text(listener.body, "protocol"), KINDS)
    if route.id.gvk.kind not in carried:
        return False
    said = body.field(listener.body, "allowedRoutes", "namespaces")
    where = body.text(said, "from") or "Same"
    if where == "Same":
        return route.id.namespace == listener.manifest.id.namespace
    return where != "Selector" or _chosen(manifests, body.field(said, "selector"), route.id.namespace)


def granted(manifests: ManifestSet, owner: Manifest, to: Reference) -> bool:
    """Whether a ReferenceGrant lets an object refer to another in a foreign namespace."""
    return any(
        any(_is_from(said, owner) for _, said in body.items(grant.body, "spec", "from"))
        and any(_is_to(said, to) for _, said in body.items(grant.body, "spec", "to"))
        for grant in _grants(manifests).get(to.namespace, ())
    )


@index
def _grants(manifests: ManifestSet) -> Mapping[str, list[Manifest]]:
    found: dict[str, list[Manifest]] = {}
    for grant in manifests.of_kind("ReferenceGrant"):
        found.setdefault(grant.id.namespace, []).append(grant)
    return found


def _is_from(said: Any, owner: Manifest) -> bool:
    wanted = (owner.id.gvk.group, owner.id.gvk.kind, owner.id.namespace)
    return (body.text(said, "group"), body.text(said, "kind"), body.text(said, "namespace")) == wanted


def _is_to(said: Any, to: Reference) -> bool:
    fits = (body.text(said, "group"), body.text(said, "kind")) == (to.group, to.kind)
    return fits and body.text(said, "name") in {"", to.name}


def _chosen(manifests: ManifestSet, selector: Any, namespace: str) -> bool:
    known = namespace_labels(manifests).get(namespace)
    asked = {*body.mapping(selector, "matchLabels")}
    if known is None and (asked - {_NAME} or any(body.items(selector, "matchExpressions"))):
        return True
    return selectors.label_selector(selector, {**(known or {}), _NAME: namespace})


def _reference(owner: Manifest, at: Pointer, said: Any, group: str, kind: str) -> Reference:
    named = body.field(said, "group")
    return Reference(
        at,
        named if isinstance(named, str) else group,
        body.text(said, "kind") or kind,
        body.text(said, "namespace") or owner.id.namespace,
        body.text(said, "name"),
        body.number(said, "port"),
    )


def asked(rule: Any) -> tuple[str, ...]:
    """Return each match of an HTTPRoute's rule, written so that two which ask for the same are the same text."""
    return tuple(_text(match) for _, match in body.items(rule, "matches")) or (_text({}),)


def action(rule: Any) -> str:
    """Return what a rule does, written so that two which do the same are the same text."""
    said = {key: value for key, value in body.mapping(rule).items() if key not in {"matches", "name"}}
    return json.dumps(said, sort_keys=True, default=str)


def _text(match: Any) -> str:
    said = {**_EVERYTHING, **body.mapping(match)}
    path = body.mapping(said, "path")
    said["path"] = {"type": path.get("type", "PathPrefix"), "value": path.get("value", "/")}
    for name, kind in _TYPES.items():
        tests = [{"type": kind, **body.mapping(test)} for _, test in body.items(said, name)]
        said[name] = sorted(json.dumps(_lower(test, name), sort_keys=True, default=str) for test in tests)
    return json.dumps(said, sort_keys=True, default=str)


def _lower(test: dict[str, Any], name: str) -> dict[str, Any]:
    return {**test, "name": str(test.get("name")).lower()} if name == "headers" else test
