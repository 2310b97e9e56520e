"""The parts of the target that need no program: where pods come from, how places are compared, what is built."""

from __future__ import annotations

from typing import Any

from conformance import upstream
from conformance.binaries import Recipe
from conformance.corpus import Case
from conformance.ledger import Ruling
from conformance.places import agree, pointer, told
from conformance.pods import claims_of, pods_of
from conformance.verdict import Cause, Document, Verdict

CONTAINER = {"name": "search", "image": "ghcr.io/acme/search:1.4.2"}
CLAIM = {"metadata": {"name": "index"}, "spec": {"accessModes": ["ReadWriteOnce"]}}


def workload(kind: str, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "search", "namespace": "services-v1"}
    template = {"metadata": {"labels": {"app": "search"}}, "spec": {"containers": [CONTAINER]}}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": {"template": template, **spec}}


def test_pod_has_what_its_template_says() -> None:
    (pod,) = pods_of(workload("Deployment"))
    assert pod["metadata"] == {"labels": {"app": "search"}, "generateName": "search-", "namespace": "services-v1"}
    assert pod["spec"] == {"containers": [CONTAINER]}


def test_pod_of_a_stateful_set_has_its_claims() -> None:
    body = workload("StatefulSet", volumeClaimTemplates=[CLAIM])
    (pod,) = pods_of(body)
    assert pod["spec"]["volumes"] == [{"name": "index", "persistentVolumeClaim": {"claimName": "index-0"}}]
    (claim,) = claims_of(body, 1)
    assert claim["metadata"] == {"name": "index-search-1", "namespace": "services-v1"}


def test_what_is_no_workload_has_no_pods() -> None:
    assert list(pods_of({"kind": "ConfigMap", "metadata": {"name": "a"}})) == []
    assert list(pods_of(workload("Deployment", template=None))) == []


def test_places_are_read_as_the_server_writes_them() -> None:
    assert pointer("spec.hard[requests.cpu]") == ("spec", "hard", "requests.cpu")
    assert pointer("spec.containers[0].env[12].name") == ("spec", "containers", 0, "env", 12, "name")


def test_refusal_for_what_is_left_out_proves_nothing() -> None:
    body = workload("Deployment", selector={"matchLabels": {"app": "search"}})
    body["spec"]["template"]["spec"]["containers"] = [{**CONTAINER, "name": "Search"}]
    subject, ours = "Deployment services-v1/search", told([Document(body)])
    at = "spec.template.spec.containers[0].name"
    assert agree([Verdict(subject, "no", causes=(Cause(at, required=False),))], ours)
    assert not agree([Verdict(subject, "no", causes=(Cause("spec.selector", required=True),))], ours)
    assert not agree([Verdict(subject, "no", causes=(Cause("spec.template.spec.restartPolicy", required=True),))], ours)
    assert not agree([Verdict("Deployment other/search", "no", causes=(Cause(at, required=False),))], ours)


def test_warning_that_every_object_gets_proves_nothing() -> None:
    case = Case("GR979/bad", good=False, documents=(), code="GR979")
    of_all = "EnvoyFilter exposes internal implementation details that may change at any time."
    verdicts = [Verdict("EnvoyFilter a/b", "", warnings) for warnings in ((), (of_all,), (of_all, "no effect"))]
    assert [Ruling(case, (verdict,)).warned for verdict in verdicts] == [False, False, True]


def test_staging_modules_are_those_that_kubernetes_requires_at_no_version() -> None:
    go_mod = (
        "require (\n\tk8s.io/api v0.0.0\n\tk8s.io/klog/v2 v2.140.0\n)\nreplace k8s.io/api => ./staging/src/k8s.io/api\n"
    )
    assert upstream.staging_modules(go_mod) == ["k8s.io/api"]


def test_another_recipe_has_another_stamp() -> None:
    recipes = [Recipe("a", "b", {}), Recipe("a", "c", {}), Recipe("a", "b", {"go.mod": b"x"})]
    assert len({recipe.stamp for recipe in recipes}) == 3
