"""The worked example means what it says: read back with two independent YAML readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

RENDERED = Path(__file__).resolve().parents[1] / "rendered"
FILES = sorted(path.relative_to(RENDERED).as_posix() for path in RENDERED.rglob("*.yaml"))

Manifest = dict[str, Any]


def read(path: str) -> Manifest:
    body: Manifest = YAML(typ="safe", pure=True).load(RENDERED / path)
    return body


def objects(environment: str, kind: str = "") -> list[Manifest]:
    found = [read(path) for path in FILES if path.startswith(f"{environment}/")]
    return [body for body in found if kind in {"", body["kind"]}]


def search_routes(environment: str) -> list[Manifest]:
    """Return the http routes of the only VirtualService of `search`."""
    (found,) = [vs for vs in objects(environment, "VirtualService") if vs["metadata"]["name"] == "search"]
    assert found["spec"]["gateways"] == ["services/public", "mesh"]
    assert found["spec"]["hosts"] == ["search.local", "search.services.svc.cluster.local"]
    routes: list[Manifest] = found["spec"]["http"]
    return routes


def destinations(route: Manifest) -> list[tuple[str, int | None]]:
    for destination in route["route"]:
        assert destination["destination"]["port"] == {"number": 80}
    return [(d["destination"]["host"].removesuffix(".svc.cluster.local"), d.get("weight")) for d in route["route"]]


@pytest.mark.parametrize("path", FILES)
def test_file_reads_alike_under_yaml_1_1_and_1_2(path: str) -> None:
    text = (RENDERED / path).read_text()
    assert text.startswith("# Rendered by gitramp from environments/")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert yaml.safe_load(text) == read(path)


def test_production_sends_a_tenth_to_the_canary_and_all_that_asks_for_it() -> None:
    matched, split = search_routes("production")
    assert [list(match["headers"]) for match in matched["match"]] == [["x-track"], ["cookie"]]
    assert destinations(matched) == [("search.services-v2", None)]
    assert "match" not in split
    assert destinations(split) == [("search.services-v1", 90), ("search.services-v2", 10)]


def test_staging_sends_only_what_asks_for_it() -> None:
    matched, split = search_routes("staging")
    assert len(matched["match"]) == 2
    assert destinations(matched) == [("search.services-v2", None)]
    assert destinations(split) == [("search.services-v1", None)]


def test_dev_has_no_canary() -> None:
    (split,) = search_routes("dev")
    assert destinations(split) == [("search.services-v1", None)]
    assert not [body for body in objects("dev") if body["metadata"].get("namespace") == "services-v2" and
                body["metadata"]["name"] == "search"]  # fmt: skip


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_checkout_is_in_the_middle_of_a_switch(environment: str) -> None:
    (checkout,) = [vs for vs in objects(environment, "VirtualService") if vs["metadata"]["name"] == "checkout"]
    (route,) = checkout["spec"]["http"]
    assert destinations(route) == [("checkout.services-v2", None)]
    deployed = {
        d["metadata"]["namespace"] for d in objects(environment, "Deployment") if d["metadata"]["name"] == "checkout"
    }
    assert deployed == {"services-v1", "services-v2"}


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_every_namespace_injects_and_refuses_plain_text(environment: str) -> None:
    namespaces = {body["metadata"]["name"]: body["metadata"]["labels"] for body in objects(environment, "Namespace")}
    strict = {
        body["metadata"]["namespace"]: body["spec"]["mtls"]["mode"]
        for body in objects(environment, "PeerAuthentication")
        if "selector" not in body["spec"]
    }
    assert strict == dict.fromkeys(namespaces, "STRICT")
    for labels in namespaces.values():
        assert labels["istio-injection"] == "enabled"
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert {body["metadata"].get("namespace", "services") for body in objects(environment)} == set(namespaces)


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_pods_are_restricted_and_selectors_outlive_releases(environment: str) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted."""
    for deployment in objects(environment, "Deployment"):
        template = deployment["spec"]["template"]
        selector = deployment["spec"]["selector"]["matchLabels"]
        assert selector.items() <= template["metadata"]["labels"].items()
        assert not {"version", "app.kubernetes.io/version"} & selector.keys()
        pod = template["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert all(set(volume) <= {"name", "configMap", "emptyDir"} for volume in pod.get("volumes", []))
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert context["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_replicas_are_left_to_the_autoscaler_where_there_is_one(environment: str) -> None:
    scaled = {(a["metadata"]["namespace"], a["spec"]["scaleTargetRef"]["name"])
              for a in objects(environment, "HorizontalPodAutoscaler")}  # fmt: skip
    assert scaled
    for deployment in objects(environment, "Deployment"):
        target = deployment["metadata"]["namespace"], deployment["metadata"]["name"]
        assert ("replicas" in deployment["spec"]) == (target not in scaled)


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_destination_rules_live_beside_the_service_they_are_about(environment: str) -> None:
    for rule in objects(environment, "DestinationRule"):
        name, namespace = rule["metadata"]["name"], rule["metadata"]["namespace"]
        assert rule["spec"]["host"] == f"{name}.{namespace}.svc.cluster.local"
        assert "tls" not in rule["spec"]["trafficPolicy"]


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_nobody_is_let_in_but_the_gateway_and_who_is_named(environment: str) -> None:
    policies = objects(environment, "AuthorizationPolicy")
    denied = {p["metadata"]["namespace"] for p in policies if p["spec"] == {}}
    assert denied == {body["metadata"]["name"] for body in objects(environment, "Namespace")}
    allowed = [p for p in policies if p["spec"] != {}]
    for policy in allowed:
        named = [source["source"]["serviceAccounts"] for rule in policy["spec"]["rules"] for source in rule["from"]]
        edge = policy["metadata"]["name"] in {"search", "checkout"}
        callers = ["istio-ingress/istio-ingressgateway"] if edge else ["services-v1/checkout", "services-v2/checkout"]
        assert named == [callers]
    pods = [(d["metadata"]["namespace"], d["metadata"]["name"]) for d in objects(environment, "Deployment")]
    assert sorted((p["metadata"]["namespace"], p["metadata"]["name"]) for p in allowed) == sorted(pods)
