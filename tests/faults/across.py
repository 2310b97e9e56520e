"""Faults between objects: every layer accepts them, and requests are answered 404, 403 or 503.

Owns the list. Must not know how they are planted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from faults.planting import Body, Edit, Fault, add, both, change, put

FAMILY = "across objects"
_VS, _DR, _GW = (f"networking.istio.io/{kind}" for kind in ("VirtualService", "DestinationRule", "Gateway"))
_POLICY = "security.istio.io/AuthorizationPolicy"
_DESTINATION = "spec.http.*.route.*.destination"


def _of(kind: str, *named: tuple[str, Edit | None], where: Callable[[Body], bool] = lambda _: True) -> Iterator[Fault]:
    yield from (Fault(name, FAMILY, kind, edit, where) for name, edit in named)


def faults() -> list[Fault]:
    """Return the faults of this family."""
    return [*_routes(), *_gone(), *_rules(), *_gateways(), *_trust(), *_gateway_api()]


def _selecting(body: Body) -> bool:
    return bool(body.get("spec", {}).get("selector"))


def _routes() -> Iterator[Fault]:
    yield from _of(
        _VS,
        ("a destination that is not there", put(f"{_DESTINATION}.host", "nobody.services-v1.svc.cluster.local")),
        ("an address in the place of a track", change(f"{_DESTINATION}.host", lambda host: host.replace("services-v1", "services"))),
        ("a host short of its domain", change(f"{_DESTINATION}.host", lambda host: host.removesuffix(".svc.cluster.local"))),
        ("a port that the service does not have", put(f"{_DESTINATION}.port", {"number": 4711})),
        ("a subset that no rule has", put(f"{_DESTINATION}.subset", "canary")),
        ("a gateway that is not there", put("spec.gateways", ["services/nowhere"])),
        ("a host that no gateway lists", add("spec.hosts", "unlisted.example.org")),
        ("a rule behind one that takes all", change("spec.http", lambda rules: [*rules, {"match": [{"uri": {"prefix": "/late"}}], "directResponse": {"status": 418}}])),
    )  # fmt: skip


def _gone() -> Iterator[Fault]:
    yield from _of("/Service", ("a service that is gone, and the route is not", None), where=_selecting)
    yield from _of("apps/Deployment", ("pods that are gone, and the service is not", None))
    yield from _of("/ServiceAccount", ("an account that is gone, and the pods are not", None))
    yield from _of(_GW, ("a gateway that is gone, and the routes are not", None))


def _rules() -> Iterator[Fault]:
    yield from _of(
        _DR,
        ("a rule for a host that is not there", put("spec.host", "nobody.services-v1.svc.cluster.local")),
        ("a rule in a namespace where nobody looks", put("metadata.namespace", "services-v1-elsewhere")),
        ("plain text towards strict pods", put("spec.trafficPolicy.tls", {"mode": "DISABLE"})),
        ("simple TLS towards strict pods", put("spec.trafficPolicy.tls", {"mode": "SIMPLE"})),
    )
    yield from _of(
        "/Namespace",
        ("sidecars and ambient at once", put("metadata.labels.istio\\.io/dataplane-mode", "ambient")),
        where=lambda body: body["metadata"].get("labels", {}).get("istio-injection") == "enabled",
    )
    yield from _of(
        "/Namespace",
        ("a strict namespace without sidecars", put("metadata.labels.istio-injection", "disabled")),
        where=lambda body: body["metadata"]["name"].startswith("services-v"),
    )
    yield from _of(
        "apps/Deployment",
        ("strict pods without a sidecar", put("spec.template.metadata.annotations.sidecar\\.istio\\.io/inject", "false")),
        ("strict pods whose probes are not rewritten", put("spec.template.metadata.annotations.sidecar\\.istio\\.io/rewriteAppHTTPProbers", "false")),
    )  # fmt: skip


def _gateways() -> Iterator[Fault]:
    yield from _of(
        _GW,
        ("hosts of another gateway's", put("spec.servers.*.hosts", ["services/other.example.org"])),
        ("hosts for another namespace", change("spec.servers.*.hosts", lambda hosts: [f"elsewhere/{host.rpartition('/')[2]}" for host in hosts])),
        where=lambda body: len(body["spec"]["servers"]) == 1,
    )  # fmt: skip


def _trust() -> Iterator[Fault]:
    yield from _of(
        _POLICY,
        ("a policy for pods that are not there", put("spec.selector.matchLabels", {"app": "nobody"})),
        ("a policy that locks everybody out", both(put("spec.action", "DENY"), put("spec.rules", [{}]))),
        where=_selecting,
    )
    yield from _of(
        "networking.k8s.io/NetworkPolicy",
        ("a network that lets nobody in", put("spec.ingress", [])),
        where=lambda body: bool(body["spec"].get("ingress")) and bool(body["spec"].get("podSelector")),
    )


def _gateway_api() -> Iterator[Fault]:
    group = "gateway.networking.k8s.io"
    yield from _of(f"{group}/ReferenceGrant", ("a grant that is gone", None))
    yield from _of(
        f"{group}/HTTPRoute",
        ("a parent that is not there", put("spec.parentRefs.*.name", "nowhere")),
        ("a back end that is not there", put("spec.rules.*.backendRefs.*.name", "nobody")),
        ("a port of a back end that is not there", put("spec.rules.*.backendRefs.*.port", 4711)),
    )
