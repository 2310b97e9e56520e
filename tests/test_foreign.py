"""Manifests that anybody wrote: read as kubectl reads them, judged by every rule, told at their lines."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gitramp import foreign, yamlio
from gitramp.problem import InputRejected
from gitramp.source import Snapshot, plain
from gitramp.yamlio import kubernetes

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[1]
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  ports: [{name: http, port: 80}]
"""
AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 5
  maxReplicas: 2
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
"""

DENYING = """\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: web}
spec:
  action: DENY
  rules: [{to: [{operation: {methods: [DELETE]}}]}]
"""


def read(text: str) -> foreign.Documents:
    return foreign.read(Snapshot({"all.yaml": text.encode()}), "all.yaml")


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("y", True), ("NO", False), ("on", True), ("~", None), ("yes please", "yes please"), ("11-25", "11-25"),
        ("0644", 420), ("0o17", 15), ("0x1F", 31), ("-0b11", -3), ("1_000", 1000), ("9" * 50, "9" * 50), ("08", 8.0),
        ("1e3", "1e3"), ("1e+3", 1000.0), ("1:30", "1:30"), ("1.10", 1.1), (".inf", math.inf),
    ],
)  # fmt: skip
def test_unquoted_text_is_what_kubectl_sends(text: str, value: object) -> None:
    assert kubernetes.scalar(text) == value
    assert type(kubernetes.scalar(text)) is type(value)


@given(st.text(max_size=12))
def test_no_unquoted_text_raises(text: str) -> None:
    kubernetes.scalar(text)


def test_all_that_is_rendered_here_is_read_back_as_it_was_written() -> None:
    for path in sorted((ROOT / "rendered").rglob("*.yaml")):
        (node,) = yamlio.read_manifests(path.name, path.read_bytes())
        assert plain(node) == yaml.safe_load(path.read_text())


def test_a_list_is_its_items_and_kustomize_files_are_no_objects() -> None:
    listed = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(SERVICE)]})
    other = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n"
    found = read(f"{listed}---\n{other}---\n# nothing\n---\n{AUTOSCALER}")
    assert [pointer for pointer, _ in found.documents] == [("all.yaml", 0, "items", 0), ("all.yaml", 2)]
    assert [str(m.id) for m in foreign.objects(found, "here")] == [
        "HorizontalPodAutoscaler here/web", "Service shop/web",
    ]  # fmt: skip


def test_an_object_of_the_cluster_gets_no_namespace() -> None:
    found = read("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    assert [m.id.namespace for m in foreign.objects(found, "here")] == [""]


def test_no_manifests_are_told(gitramp: Gitramp, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = gitramp("validate", "--tree", "empty")
    assert done.returncode == 1
    assert done.stdout.startswith("empty:1:1: error GR032 ")


def test_unreadable_manifests_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "tree", web=SERVICE)
    (folder / "link.yaml").symlink_to("web.yaml")
    taken = foreign.snapshot(folder, "tree")
    assert list(taken.files) == ["tree/web.yaml"]
    assert [(f.code.number, f.mark and f.mark.path) for f in taken.findings] == [("GR031", "tree/link.yaml")]


def test_a_fault_is_told_at_its_line(gitramp: Gitramp, tmp_path: Path) -> None:
    write(tmp_path / "tree", a__service=SERVICE, b=AUTOSCALER)
    done = gitramp("validate", "--tree", "tree", "--output", "json")
    said = json.loads(done.stdout)
    found = [(f["code"], f["path"], f["line"], f["column"], f["object"]) for f in said["findings"]]
    assert ("GR304", "tree/b.yaml", 5, 16, "HorizontalPodAutoscaler default/web") in found
    assert done.returncode == 1
    assert (said["judged"]["files"], said["judged"]["verified"]["objects"]) == (2, 2)


def test_a_schema_fault_is_told_at_its_line(gitramp: Gitramp, tmp_path: Path) -> None:
    write(tmp_path / "tree", web=SERVICE.replace("ports:", "porst:"))
    done = gitramp("validate", "--tree", "tree")
    assert "tree/web.yaml:7:" in done.stdout
    assert "GR601" in done.stdout


def test_a_version_that_is_gone_is_told_once(gitramp: Gitramp, tmp_path: Path) -> None:
    write(tmp_path / "tree", web=AUTOSCALER.replace("autoscaling/v2", "autoscaling/v2beta2"))
    done = gitramp("validate", "--tree", "tree")
    assert "GR374" in done.stdout
    assert "GR602" not in done.stdout


def test_a_comment_allows_a_fault_at_its_line(gitramp: Gitramp, tmp_path: Path) -> None:
    comment = "  minReplicas: 5 # gitramp: allow GR304 because the maximum is raised by hand\n"
    manifests = write(tmp_path, a=AUTOSCALER.replace("  minReplicas: 5\n", comment))
    done = gitramp("validate", "--tree", str(manifests), "-o", "json", cwd=tmp_path)
    body = json.loads(done.stdout)
    assert (done.returncode, [each["code"] for each in body["findings"]]) == (0, [])
    assert [each["finding"]["code"] for each in body["allowed"]] == ["GR304"]
    write(tmp_path, a=AUTOSCALER.replace("  minReplicas: 5\n", comment.replace("because", "as")))
    done = gitramp("validate", "--tree", str(manifests), "-o", "json", cwd=tmp_path)
    assert {each["code"] for each in json.loads(done.stdout)["findings"]} == {"GR304", "GR130"}


def test_a_warning_fails_a_strict_run_alone(gitramp: Gitramp, tmp_path: Path) -> None:
    write(tmp_path / "tree", web=DENYING)
    said, strict = gitramp("validate", "--tree", "tree"), gitramp("validate", "--tree", "tree", "--strict")
    assert "warning GR" in said.stdout
    assert (said.returncode, strict.returncode) == (0, 1)


def test_what_is_no_object_is_told(gitramp: Gitramp, tmp_path: Path) -> None:
    write(tmp_path / "tree", values="replicaCount: 3\n")
    done = gitramp("validate", "--tree", "tree")
    assert done.returncode == 1
    assert "error GR120 the object has no apiVersion" in done.stdout


def test_what_was_not_judged_is_said(gitramp: Gitramp, tmp_path: Path) -> None:
    write(tmp_path / "tree", bad="a: [", web=SERVICE, other=AUTOSCALER)
    done = gitramp("validate", "--tree", "tree")
    assert "error GR001" in done.stdout
    assert "the objects of 2 other files were not judged" in done.stdout


def test_a_stream_is_judged(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "gitramp", "validate", "--tree", "-", "--namespace", "shop"]
    done = subprocess.run(argv, cwd=tmp_path, input=AUTOSCALER, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith("-:5:16: error GR304 ")
    assert "HorizontalPodAutoscaler shop/web" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tree", "nowhere"], "there is no file or folder nowhere"),
        (["--tree", ".", "--kubernetes", "1.2"], "kubernetes 1.2 is not known here"),
        (["--tree", ""], "--tree names nothing"),
        (["--tree", ".", "-e", "dev"], "a tree has no environments"),
    ],
)
def test_a_wrong_call_is_told(arguments: list[str], said: str, gitramp: Gitramp) -> None:
    done = gitramp("validate", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_worked_example_is_as_clean_alone_as_with_its_overlays(gitramp: Gitramp) -> None:
    done = gitramp("validate", "--tree", "rendered/production", cwd=ROOT)
    assert done.returncode == 0, done.stdout
    assert "no findings" in done.stdout


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_findings(content: bytes) -> None:
    try:
        found = foreign.read(Snapshot({"a.yaml": content}), "a.yaml")
    except InputRejected:
        pytest.fail("what cannot be read is a finding, not the end of the run")
    assert found.findings or found.documents
