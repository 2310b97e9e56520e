"""Faults that istiod's webhook or a rule in an Istio CRD refuses.

Owns the list. Must not know how they are planted.
"""

from __future__ import annotations

from collections.abc import Iterator

from faults.planting import Edit, Fault, add, both, change, drop, put, repeat

FAMILY = "Istio objects"
_VS, _DR, _GW = (f"networking.istio.io/{kind}" for kind in ("VirtualService", "DestinationRule", "Gateway"))
_POLICY, _PEER = (f"security.istio.io/{kind}" for kind in ("AuthorizationPolicy", "PeerAuthentication"))
_SIDECAR = "networking.istio.io/Sidecar"


def _of(kind: str, *named: tuple[str, Edit]) -> Iterator[Fault]:
    yield from (Fault(name, FAMILY, kind, edit) for name, edit in named)


def faults() -> list[Fault]:
    """Return the faults of this family."""
    return [*_routes(), *_matches(), *_destinations(), *_gateways(), *_policies(), *_sidecars()]


def _routes() -> Iterator[Fault]:
    rule = "spec.http.*"
    yield from _of(
        _VS,
        ("a rule that does nothing", drop(f"{rule}.route")),
        ("a route and a redirect", put(f"{rule}.redirect", {"uri": "/elsewhere"})),
        ("a route and an answer", put(f"{rule}.directResponse", {"status": 200})),
        ("a negative weight", put(f"{rule}.route.*.weight", -10)),
        ("no hosts", put("spec.hosts", [])),
        ("a host twice", repeat("spec.hosts")),
        ("no rules", put("spec.http", [])),
        ("more attempts than none, negative", put(f"{rule}.retries", {"attempts": -1})),
        ("retries that say how long but not how often", put(f"{rule}.retries", {"attempts": 0, "perTryTimeout": "1s"})),
        ("retries on what is no reason", put(f"{rule}.retries", {"attempts": 2, "retryOn": "whenever"})),
        ("a timeout that is none", put(f"{rule}.timeout", "soon")),
        ("a timeout below a millisecond", put(f"{rule}.timeout", "10us")),
        ("more than all requests mirrored", both(
            put(f"{rule}.mirror", {"host": "a.b.svc.cluster.local"}), put(f"{rule}.mirrorPercentage", {"value": 150}),
        )),
        ("an abort with a status that is none", put(f"{rule}.fault", {"abort": {"httpStatus": 99, "percentage": {"value": 10}}})),
        ("an abort of more than all", put(f"{rule}.fault", {"abort": {"httpStatus": 500, "percentage": {"value": 110}}})),
        ("a header of HTTP/2's own set", put(f"{rule}.headers", {"request": {"set": {":path": "/x"}}})),
        ("a rewrite to nothing", put(f"{rule}.rewrite", {})),
        ("CORS by a method that is none", put(f"{rule}.corsPolicy", {"allowOrigins": [{"exact": "*"}], "allowMethods": ["FETCH"]})),
        ("a destination of every host", put(f"{rule}.route.*.destination.host", "*")),
        ("a subset with a dot", put(f"{rule}.route.*.destination.subset", "v.1")),
        ("a port of a destination above 65535", put(f"{rule}.route.*.destination.port", {"number": 70000})),
        ("a gateway's name of three parts", add("spec.gateways", "a/b/c")),
        ("every host in the mesh", put("spec.hosts", ["*"])),
    )  # fmt: skip


def _matches() -> Iterator[Fault]:
    match = "spec.http.0.match"
    yield from _of(
        _VS,
        ("an expression that is none", put(match, [{"uri": {"regex": "/a(b"}}])),
        ("an expression with a look-ahead", put(match, [{"uri": {"regex": "/(?!admin).*"}}])),
        ("an expression that is too long", put(match, [{"uri": {"regex": "a" * 1025}}])),
        ("a header's name with a space", put(match, [{"headers": {"x track": {"exact": "a"}}}])),
        ("a header with an empty prefix", put(match, [{"headers": {"x-track": {"prefix": ""}}}])),
        ("a port of a match above 65535", put(match, [{"port": 70000}])),
        ("a match with an empty scheme", put(match, [{"scheme": {"prefix": ""}}])),
    )


def _destinations() -> Iterator[Fault]:
    policy = "spec.trafficPolicy"
    yield from _of(
        _DR,
        ("a rule for no host", put("spec.host", "")),
        ("a subset's name twice", put("spec.subsets", [{"name": "v1"}, {"name": "v1"}])),
        ("a subset without a name", put("spec.subsets", [{"labels": {"a": "b"}}])),
        ("more than all ejected", put(f"{policy}.outlierDetection.maxEjectionPercent", 150)),
        ("an interval that is none", put(f"{policy}.outlierDetection.interval", "0s")),
        ("an empty policy", put(policy, {})),
        ("a hash by two things", put(f"{policy}.loadBalancer", {"consistentHash": {"httpHeaderName": "a", "useSourceIp": True}})),
        ("a balancer of two ways", put(f"{policy}.loadBalancer", {"simple": "RANDOM", "consistentHash": {"useSourceIp": True}})),
        ("mutual TLS without a certificate", put(f"{policy}.tls", {"mode": "MUTUAL"})),
        ("negative connections", put(f"{policy}.connectionPool", {"tcp": {"maxConnections": -1}})),
        ("exported to all and to one", put("spec.exportTo", ["*", "default"])),
        ("a warm-up of nothing", put(f"{policy}.loadBalancer", {"simple": "ROUND_ROBIN", "warmup": {"duration": "0s"}})),
    )  # fmt: skip


def _gateways() -> Iterator[Fault]:
    server = "spec.servers.*"
    yield from _of(
        _GW,
        ("no servers", put("spec.servers", [])),
        ("a server without hosts", put(f"{server}.hosts", [])),
        ("a server's host that is short", put(f"{server}.hosts", ["search"])),
        ("a server's host with a star inside", put(f"{server}.hosts", ["a.*.example.com"])),
        ("a server's port without a name", put(f"{server}.port.name", "")),
        ("a server's port above 65535", put(f"{server}.port.number", 70000)),
        ("a protocol that is none", put(f"{server}.port.protocol", "HTTP3.5")),
        ("HTTPS without a certificate", both(put(f"{server}.port.protocol", "HTTPS"), put(f"{server}.tls", {}))),
        ("simple TLS without a certificate", both(put(f"{server}.port.protocol", "HTTPS"), put(f"{server}.tls", {"mode": "SIMPLE"}))),
        ("a port's name twice", repeat("spec.servers")),
        ("a gateway's name with a dot", change("metadata.name", lambda name: f"{name}.example")),
    )  # fmt: skip


def _policies() -> Iterator[Fault]:
    rule = "spec.rules.*"
    yield from _of(
        _POLICY,
        ("a source that says nothing", put(f"{rule}.from", [{"source": {}}])),
        ("an operation that says nothing", put(f"{rule}.to", [{"operation": {}}])),
        ("a condition without a key", put(f"{rule}.when", [{"key": "", "values": ["a"]}])),
        ("a condition of an unknown key", put(f"{rule}.when", [{"key": "request.colour", "values": ["a"]}])),
        ("a condition without values", put(f"{rule}.when", [{"key": "request.headers[x]"}])),
        ("an address that is none", put(f"{rule}.from", [{"source": {"ipBlocks": ["10.0.0.999"]}}])),
        ("a port of an operation that is none", put(f"{rule}.to", [{"operation": {"ports": ["http"]}}])),
        ("denying nothing", both(put("spec.action", "DENY"), put("spec.rules", []))),
        ("custom without a provider", put("spec.action", "CUSTOM")),
        ("a provider without custom", put("spec.provider", {"name": "ext"})),
        ("a selector with a star", put("spec.selector", {"matchLabels": {"app": "*"}})),
        ("accounts beside principals", put(f"{rule}.from", [{"source": {"serviceAccounts": ["a/b"], "principals": ["c"]}}])),
    )  # fmt: skip
    yield from _of(
        _PEER,
        ("ports of no workload", put("spec.portLevelMtls", {"8080": {"mode": "PERMISSIVE"}})),
        ("a port that is 0", both(put("spec.selector", {"matchLabels": {"app": "x"}}), put("spec.portLevelMtls", {"0": {"mode": "STRICT"}}))),
        ("an empty key in a selector", put("spec.selector", {"matchLabels": {"": "x"}})),
    )  # fmt: skip


def _sidecars() -> Iterator[Fault]:
    yield from _of(
        _SIDECAR,
        ("a sidecar that knows no hosts", put("spec.egress.*.hosts", [])),
        ("a host without a namespace", add("spec.egress.*.hosts", "search")),
        ("a sidecar of nothing", change("spec", lambda _: {})),
    )
