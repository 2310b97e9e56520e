"""What istiod is told of an environment, without a program of others: pods, addresses, what cannot be served here."""

from __future__ import annotations

from itertools import count
from typing import Any

from conformance import corpus, mesh_objects
from conformance.mesh_gateway_api import stored
from conformance.mesh_objects import Places, Told, in_domain, in_the_clear, told
from gitramp import overlays
from gitramp.pipeline import build
from gitramp.preview import Door


def told_of(case: str, name: str) -> Told:
    (built,) = build(overlays.snapshot(corpus.ROOT / case), [name])
    places = Places(9000, (f"127.250.0.{n}" for n in count(1)), count(20000))
    return told(in_domain(built.manifests, built.environment.platform.cluster_domain), places)


def of_kind(found: Told, kind: str) -> list[Any]:
    return [each for each in (*found.kubernetes, *found.istio) if each["kind"] == kind]


def test_every_port_of_a_service_has_a_back_end_of_its_own() -> None:
    found = told_of("tests/cases/ports", "production")
    ports = [
        p for each in of_kind(found, "Service") for p in each["spec"]["ports"] if each["metadata"]["name"] == "search"
    ]
    slices = [each for each in of_kind(found, "EndpointSlice") if each["metadata"]["name"].startswith("search-127")]
    assert len(ports) == len(slices)
    addresses = [each["endpoints"][0]["addresses"][0] for each in slices]
    assert len(set(addresses)) == len(addresses)
    assert {found.names[each].partition(".")[0] for each in addresses} == {"search"}


def test_back_end_of_a_track_is_the_pod_of_its_workload() -> None:
    found = told_of(".", "production")
    (canary,) = (at for at, name in found.names.items() if name == "search.services-v2.svc.cluster.local:80")
    (slice_,) = (each for each in of_kind(found, "EndpointSlice") if each["metadata"]["name"] == f"search-{canary}")
    assert slice_["endpoints"][0]["targetRef"] == {"kind": "Pod", "name": "search-0", "namespace": "services-v2"}
    names = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in of_kind(found, "Pod")}
    assert ("services-v2", "search-0") in names


def test_port_of_a_gateway_is_one_of_this_machine() -> None:
    found = told_of(".", "production")
    (edge,) = found.edges
    assert edge.port(Door("services/public", 80)) == 20000
    assert edge.labels == {"istio": "ingressgateway"}
    (front,) = (each for each in of_kind(found, "Service") if each["metadata"]["name"] == edge.name)
    assert front["spec"]["ports"] == [{"name": "http-80", "port": 80, "targetPort": 20000}]


def test_what_is_not_http_has_a_listener_of_its_own() -> None:
    found = told_of("tests/cases/jobs", "production")
    assert found.listeners.address("store-v1.shop.svc.cluster.local", 80) != "127.250.0.1"
    assert found.listeners.address("search.services.svc.cluster.local", 80) == "127.250.0.1"


def test_domain_of_the_cluster_is_that_of_istios_tests() -> None:
    found = told_of("tests/cases/everything", "production")
    assert "corp.internal" not in str(of_kind(found, "VirtualService"))
    assert mesh_objects.renamed("a.b.svc.corp.internal", "corp.internal") == "a.b.svc.cluster.local"


def test_tls_is_left_out_and_a_redirect_to_it_is_not() -> None:
    server = {"port": {"number": 443, "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "SIMPLE"}}
    assert in_the_clear(server) == {"port": {"number": 443, "protocol": "HTTP"}, "hosts": ["*"]}
    redirect = {"port": {"number": 80, "protocol": "HTTP"}, "hosts": ["*"], "tls": {"httpsRedirect": True}}
    assert in_the_clear(redirect) == redirect
    policy = {"portLevelSettings": [{"port": {"number": 80}, "tls": {"mode": "ISTIO_MUTUAL"}}]}
    assert in_the_clear(policy) == {"portLevelSettings": [{"port": {"number": 80}, "tls": {"mode": "DISABLE"}}]}
    assert in_the_clear([{"fault": {}, "route": []}]) == [{"route": []}]


def test_http_route_has_what_an_api_server_adds() -> None:
    route = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "spec": {"rules": [{"matches": [{"headers": [{"name": "x", "value": "1"}]}], "backendRefs": [{"name": "a"}]}]},
    }
    (rule,) = stored(route)["spec"]["rules"]
    assert rule["matches"][0]["path"] == {"type": "PathPrefix", "value": "/"}
    assert rule["matches"][0]["headers"][0]["type"] == "Exact"
    assert rule["backendRefs"][0]["weight"] == 1
