"""Who may speak to whom: the objects of the golden case `trust`, read back and held against what its overlay says."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitramp import overlays
from gitramp.pipeline import build
from gitramp.problem import InputRejected

CASE = Path(__file__).parent / "cases" / "trust"
OBJECTS = [yaml.safe_load(path.read_text()) for path in sorted(CASE.rglob("rendered/**/*.yaml"))]
BOTH_TRACKS = pytest.mark.parametrize("namespace", ["services-v1", "services-v2"])


def one(kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Return the spec of the one object of that identity."""
    wanted = (kind, namespace, name)
    (found,) = [o for o in OBJECTS if (o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]) == wanted]
    spec: dict[str, Any] = found["spec"]
    return spec


def rendered(folder: Path, services: str, rest: str = "") -> dict[tuple[str, str, str], dict[str, Any]]:
    """Render an environment of these services and return (kind, namespace, name) -> body."""
    (folder / "environments").mkdir()
    head = f"apiVersion: gitramp/v1alpha1\nkind: Environment\n{rest}\nservices:\n"
    (folder / "environments" / "dev.yaml").write_text(head + services)
    (built,) = build(overlays.snapshot(folder))
    return {(m.id.gvk.kind, m.id.namespace, m.id.name): dict(m.body) for m in built.manifests}


@BOTH_TRACKS
def test_a_port_is_an_exception_and_the_rest_stays_strict(namespace: str) -> None:
    spec = one("PeerAuthentication", namespace, "catalog.ports")
    assert spec["mtls"] == {"mode": "STRICT"}
    assert spec["portLevelMtls"] == {"9090": {"mode": "PERMISSIVE"}}
    assert one("PeerAuthentication", namespace, "default") == {"mtls": {"mode": "STRICT"}}


def rules(namespace: str, name: str) -> list[dict[str, Any]]:
    """Return the rules of a service's ALLOW policy, with the labels that choose its pods checked."""
    spec = one("AuthorizationPolicy", namespace, name)
    assert spec["action"] == "ALLOW"
    assert spec["selector"] == {"matchLabels": {"app.kubernetes.io/name": name}}
    listed: list[dict[str, Any]] = spec["rules"]
    return listed


def accounts(rule: dict[str, Any]) -> list[str]:
    return [account for each in rule["from"] for account in each["source"].get("serviceAccounts", [])]


@BOTH_TRACKS
def test_a_caller_is_let_in_as_each_of_its_tracks_and_narrowed_where_said(namespace: str) -> None:
    (shop,) = [r for r in rules(namespace, "catalog") if "from" in r and "services-v1/shop" in accounts(r)]
    assert accounts(shop) == ["services-v1/shop", "services-v2/shop"]
    assert shop["to"] == [{"operation": {"methods": ["GET"], "paths": ["/items/*"]}}]


@BOTH_TRACKS
def test_an_outsider_is_let_in_by_its_account_or_its_namespace(namespace: str) -> None:
    reports, search, _, _ = rules(namespace, "catalog")
    assert reports == {"from": [{"source": {"serviceAccounts": ["batch/reports"]}}]}
    assert search["from"] == [{"source": {"namespaces": ["search"]}}]


@BOTH_TRACKS
def test_a_port_of_plain_text_needs_no_identity(namespace: str) -> None:
    assert rules(namespace, "catalog")[-1] == {"to": [{"operation": {"ports": ["9090"]}}]}


@BOTH_TRACKS
def test_the_gateway_is_let_in_where_there_are_hosts_and_nowhere_else(namespace: str) -> None:
    (edge,) = rules(namespace, "shop")
    assert accounts(edge) == ["istio-ingress/istio-ingressgateway"]
    assert not any(
        "istio-ingress" in account
        for r in rules(namespace, "catalog")
        for account in accounts(r | {"from": r.get("from", [])})
    )


def test_every_rendered_namespace_denies_by_default() -> None:
    namespaces = {o["metadata"]["name"] for o in OBJECTS if o["kind"] == "Namespace"}
    for namespace in namespaces:
        assert one("AuthorizationPolicy", namespace, "default.deny") == {}
    assert namespaces == {"services", "services-v1", "services-v2"}


SEARCH = "  search: {image: 'ghcr.io/acme/search:1.4.2', port: 8080, tracks: {v1: {}}"


def test_nobody_but_the_gateway_is_let_in_by_empty_callers(tmp_path: Path) -> None:
    found = rendered(tmp_path, f"{SEARCH}, callers: {{}}}}\n")
    policy = found["AuthorizationPolicy", "services-v1", "search"]
    assert policy["spec"] == {"selector": {"matchLabels": {"app.kubernetes.io/name": "search"}}, "action": "ALLOW"}


def test_without_callers_and_default_deny_nobody_is_refused(tmp_path: Path) -> None:
    assert not [kind for kind, _, _ in rendered(tmp_path, SEARCH + "}\n") if kind == "AuthorizationPolicy"]


def test_a_source_names_sixteen_accounts_at_most(tmp_path: Path) -> None:
    """https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source."""
    tracks = ", ".join(f"t{number}: {{}}" for number in range(17))
    caller = f"  shop: {{image: 'ghcr.io/acme/shop:1.4.2', port: 8080, stable: t0, tracks: {{{tracks}}}}}\n"
    found = rendered(tmp_path, f"{SEARCH}, callers: {{shop: {{}}}}}}\n{caller}")
    (rule,) = found["AuthorizationPolicy", "services-v1", "search"]["spec"]["rules"]
    assert [len(each["source"]["serviceAccounts"]) for each in rule["from"]] == [16, 1]


@BOTH_TRACKS
def test_a_sidecar_knows_the_address_and_every_track_of_what_is_called_and_nothing_else(namespace: str) -> None:
    spec = one("Sidecar", namespace, "shop")
    (listener,) = spec["egress"]
    assert listener["hosts"] == [
        "services/catalog.services.svc.cluster.local",
        "services-v1/catalog.services-v1.svc.cluster.local",
        "services-v2/catalog.services-v2.svc.cluster.local",
        "cache/redis.cache.svc.cluster.local",
        "services/ledger.example.com",
        "services/api.payments.example.com",
        "istio-system/*",
        "kube-system/*",
        "monitoring/*",
    ]
    assert spec["outboundTrafficPolicy"] == {"mode": "REGISTRY_ONLY"}
    assert spec["workloadSelector"] == {"labels": {"app.kubernetes.io/name": "shop"}}


def test_a_service_that_does_not_say_what_it_calls_keeps_the_whole_scope() -> None:
    assert {o["metadata"]["name"] for o in OBJECTS if o["kind"] == "Sidecar"} == {"shop"}


def test_an_external_is_seen_where_it_is_called() -> None:
    """Only catalog may call the archive besides shop's three: it says no calls."""
    for name in ("payments", "archive", "ledger"):
        assert one("ServiceEntry", "services", name)["exportTo"] == ["services-v1", "services-v2"]


def test_tls_is_spoken_to_an_external_under_its_name_and_verified() -> None:
    entry = one("ServiceEntry", "services", "payments")
    assert entry["ports"] == [{"number": 80, "name": "http", "protocol": "HTTP", "targetPort": 443}]
    assert (entry["location"], entry["resolution"]) == ("MESH_EXTERNAL", "DNS")
    rule = one("DestinationRule", "services", "api.payments.example.com")
    (level,) = rule["trafficPolicy"]["portLevelSettings"]
    assert level == {
        "port": {"number": 80},
        "tls": {
            "mode": "SIMPLE",
            "caCertificates": "system",
            "sni": "api.payments.example.com",
            "subjectAltNames": ["api.payments.example.com"],
        },
    }
    assert rule["exportTo"] == entry["exportTo"]


def test_what_is_not_looked_up_is_reached_where_the_application_went() -> None:
    assert one("ServiceEntry", "services", "archive")["resolution"] == "NONE"
    ledger = one("ServiceEntry", "services", "ledger")
    assert (ledger["resolution"], ledger["addresses"]) == ("NONE", ["10.20.0.0/24"])


@BOTH_TRACKS
def test_a_request_without_a_token_of_the_issuer_is_denied(namespace: str) -> None:
    authentication = one("RequestAuthentication", namespace, "shop")
    policy = one("AuthorizationPolicy", namespace, "shop.jwt")
    assert authentication["selector"] == policy["selector"]
    assert authentication["jwtRules"] == [
        {
            "issuer": "https://login.example.com",
            "jwksUri": "https://login.example.com/keys",
            "audiences": ["shop"],
            "fromCookies": ["session"],
            "forwardOriginalToken": True,
            "fromHeaders": [{"name": "authorization", "prefix": "Bearer "}, {"name": "x-token"}],
        }
    ]
    assert policy["action"] == "DENY"
    assert policy["rules"][0] == {
        "from": [{"source": {"notRequestPrincipals": ["https://login.example.com/*"]}}],
        "to": [{"operation": {"notPaths": ["/healthz"], "notMethods": ["OPTIONS"], "ports": ["8080"]}}],
    }


@BOTH_TRACKS
def test_each_claim_that_a_token_lacks_denies_by_itself(namespace: str) -> None:
    _, groups, roles = one("AuthorizationPolicy", namespace, "shop.jwt")["rules"]
    assert groups["when"] == [{"key": "request.auth.claims[groups]", "notValues": ["admin", "root"]}]
    assert roles["when"] == [{"key": "request.auth.claims[realm_access][roles]", "notValues": ["staff"]}]
    for rule in (groups, roles):
        (to,) = rule["to"]
        assert to["operation"]["paths"] == ["/admin/*"]
        assert to["operation"]["notPaths"] == ["/healthz"]
        assert to["operation"]["ports"] == ["8080"]


def test_a_private_key_is_refused_and_never_shown() -> None:
    for fixture in ("bad-2", "bad-6"):
        with pytest.raises(InputRejected) as rejected:
            build(overlays.snapshot(CASE.parent.parent / "checks" / "GR412" / fixture))
        (found,) = rejected.value.report
        assert "not a key" not in f"{found.message} {found.advice}"


def passes(rules: list[dict[str, Any]], side: str, peer: tuple[str, str] | str, port: int) -> bool:
    """Evaluate one side of a NetworkPolicy for a pod (namespace, its name label) or an address."""
    return any(
        (side not in rule or any(fits(each, peer) for each in rule[side]))
        and ("ports" not in rule or port in [each["port"] for each in rule["ports"]])
        for rule in rules
    )


def fits(selected: dict[str, Any], peer: tuple[str, str] | str) -> bool:
    """https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors."""
    if isinstance(peer, str):
        return "ipBlock" in selected and ip_address(peer) in ip_network(selected["ipBlock"]["cidr"])
    if "ipBlock" in selected:
        return False
    namespace, name = peer
    wanted = selected["namespaceSelector"].get("matchLabels", {}).get("kubernetes.io/metadata.name", namespace)
    labels = selected.get("podSelector", {}).get("matchLabels", {})
    return bool(wanted == namespace) and name in {name if not labels else value for value in labels.values() or [name]}


@BOTH_TRACKS
@pytest.mark.parametrize(
    ("peer", "port", "let_in"),
    [
        (("services-v1", "shop"), 8080, True),
        (("services-v2", "shop"), 15008, True),
        (("batch", "reports"), 8080, True),
        (("search", "anything"), 8080, True),
        (("services-v1", "search"), 8080, False),
        (("istio-ingress", "ingressgateway"), 8080, False),
        (("monitoring", "prometheus"), 15020, True),
        (("monitoring", "prometheus"), 15090, True),
        (("monitoring", "prometheus"), 8080, False),
        (("other", "prometheus"), 15020, False),
        (("other", "anything"), 9090, True),
        ("169.254.7.127", 8080, True),
        ("192.0.2.1", 8080, False),
    ],
)
def test_the_network_lets_in_whom_the_mesh_would(
    namespace: str, peer: tuple[str, str] | str, port: int, *, let_in: bool
) -> None:
    assert passes(one("NetworkPolicy", namespace, "catalog")["ingress"], "from", peer, port) is let_in


def test_the_network_lets_the_gateway_in_where_there_are_hosts() -> None:
    ingress = one("NetworkPolicy", "services-v2", "shop")["ingress"]
    assert passes(ingress, "from", ("istio-ingress", "ingressgateway"), 8080)
    assert not passes(ingress, "from", ("istio-ingress", "other"), 8080)


@BOTH_TRACKS
@pytest.mark.parametrize(
    ("peer", "port", "let_out"),
    [
        (("kube-system", "kube-dns"), 53, True),
        ("169.254.20.10", 53, True),
        (("istio-system", "istiod"), 15012, True),
        (("istio-system", "istiod"), 8080, False),
        (("monitoring", "collector"), 4317, True),
        (("services-v1", "catalog"), 8080, True),
        (("services-v2", "catalog"), 15008, True),
        (("services-v2", "shop"), 8080, False),
        ("203.0.113.9", 443, True),
        ("203.0.113.9", 80, False),
        ("10.20.0.7", 5432, True),
        ("10.21.0.7", 5432, False),
    ],
)
def test_the_network_lets_out_what_is_called(
    namespace: str, peer: tuple[str, str] | str, port: int, *, let_out: bool
) -> None:
    assert passes(one("NetworkPolicy", namespace, "shop")["egress"], "to", peer, port) is let_out


def test_a_service_without_calls_or_callers_is_open_in_the_network_too(tmp_path: Path) -> None:
    found = rendered(tmp_path, SEARCH + "}\n", "trust: {networkPolicies: true}")
    spec = found["NetworkPolicy", "services-v1", "search"]["spec"]
    assert passes(spec["ingress"], "from", ("other", "anything"), 8080)
    assert spec["egress"] == [{}]
    assert found["NetworkPolicy", "services-v1", "default.deny"]["spec"]["podSelector"] == {}


@pytest.mark.parametrize("kind", ["AuthorizationPolicy", "RequestAuthentication", "NetworkPolicy", "Sidecar"])
def test_a_canary_has_what_stable_has(kind: str) -> None:
    """Parity is derived: the specs differ in nothing."""
    stable, canary = (specs(kind, namespace) for namespace in ("services-v1", "services-v2"))
    assert stable == canary
    assert stable


def specs(kind: str, namespace: str) -> dict[str, Any]:
    found = [o for o in OBJECTS if o["kind"] == kind and o["metadata"].get("namespace") == namespace]
    return {o["metadata"]["name"]: o["spec"] for o in found}
