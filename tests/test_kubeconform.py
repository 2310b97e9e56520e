"""Gate 5, by the real kubeconform and in process: both refuse the same, and silence is never taken for proof."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gitramp import kubeconform, overlays, schemas, tree
from gitramp.pipeline import build, validate
from gitramp.problem import InputRejected, ToolError
from gitramp.resource import GroupVersionKind, Manifest, ResourceId
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
WORKSPACE = Workspace(ROOT)
FOLDERS = WORKSPACE.schema_folders("1.37", "1.31")


@pytest.fixture(scope="session")
def binary() -> Path:
    found = kubeconform.find(WORKSPACE.tools)
    assert found is not None, "kubeconform is missing: run `make tools`"
    return found


def production() -> dict[str, Manifest]:
    (built,) = build(overlays.snapshot(ROOT), ["production"])
    return {f"rendered/production/{tree.path_of(m)}": m for m in built.manifests}


def with_body(manifest: Manifest, change: Callable[[Any], None]) -> Manifest:
    body = copy.deepcopy(dict(manifest.body))
    change(body)
    return Manifest(manifest.id, body, manifest.origins, manifest.owner, manifest.service)


def staged(folder: Path, manifests: dict[str, Manifest]) -> Path:
    for path, content in tree.rendered_tree("production", manifests.values()).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_every_rendered_object_is_verified(binary: Path, tmp_path: Path) -> None:
    manifests = production()
    assert list(kubeconform.verify(binary, staged(tmp_path, manifests), manifests, "1.37", FOLDERS)) == []
    assert list(schemas.apply(manifests.values(), FOLDERS)) == []


@pytest.mark.parametrize(
    ("kind", "change", "where"),
    [
        ("Deployment", lambda b: b["spec"]["template"]["spec"].update(hostNam="x"), ("spec", "template", "spec")),
        ("Deployment", lambda b: b["spec"].update(replicas="many"), ("spec", "replicas")),
        ("Service", lambda b: b["metadata"].update(lables={}), ("metadata",)),
        ("VirtualService", lambda b: b["spec"]["http"][0].update(rout=[]), ("spec", "http", 0)),
        ("PeerAuthentication", lambda b: b["spec"]["mtls"].update(mode="STRIKT"), ("spec", "mtls", "mode")),
        (
            "Gateway",
            lambda b: b["spec"]["servers"][0]["port"].update(number="80"),
            ("spec", "servers", 0, "port", "number"),
        ),
    ],
)
def test_both_find_a_fault_at_the_same_place(
    kind: str, change: Callable[[Any], None], where: tuple[str | int, ...], binary: Path, tmp_path: Path
) -> None:
    path, manifest = next((p, m) for p, m in production().items() if m.id.gvk.kind == kind)
    manifests = {path: with_body(manifest, change)}
    by_binary = list(kubeconform.verify(binary, staged(tmp_path, manifests), manifests, "1.37", FOLDERS))
    assert [(unknown, breach.pointer) for unknown, breach in by_binary] == [(False, where)]
    in_process = list(schemas.apply(manifests.values(), FOLDERS))
    assert [(code, breach.pointer) for code, breach in in_process] == [(schemas.BREACH, where)]


def test_workspace_may_lie_in_a_folder_that_is_not_utf8(example: Path, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9 #1")
    example.rename(folder)
    outcome = validate(Workspace(folder))
    assert outcome.verified_by.startswith("kubeconform")
    assert outcome.verified == outcome.files


def test_kind_without_a_schema_is_a_fault_not_a_skip(binary: Path, tmp_path: Path) -> None:
    gvk = GroupVersionKind("example.com", "v1", "Widget")
    body = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a", "namespace": "b"}}
    widget = Manifest(ResourceId(gvk, "b", "a"), body, {}, ())
    manifests = {f"rendered/production/{tree.path_of(widget)}": widget}
    ((unknown, breach),) = kubeconform.verify(binary, staged(tmp_path, manifests), manifests, "1.37", FOLDERS)
    assert unknown
    assert breach.manifest == widget
    ((code, _),) = schemas.apply([widget], FOLDERS)
    assert code is schemas.NO_SCHEMA


def test_object_that_is_missing_from_the_files_is_a_miscount(binary: Path, tmp_path: Path) -> None:
    manifests = production()
    folder = staged(tmp_path, manifests)
    (folder / next(iter(manifests))).unlink()
    with pytest.raises(ToolError, match="GR604"):
        list(kubeconform.verify(binary, folder, manifests, "1.37", FOLDERS))


def test_file_that_is_no_object_is_a_miscount(binary: Path, tmp_path: Path) -> None:
    manifests = production()
    folder = staged(tmp_path, manifests)
    (folder / "rendered" / "production" / "stray.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
    )
    with pytest.raises(ToolError, match="GR604"):
        list(kubeconform.verify(binary, folder, manifests, "1.37", FOLDERS))


@pytest.mark.parametrize(
    "script", ["exit 0", "exit 7", "echo nonsense", "echo '{}'", "kill -9 $$", "echo '{\"resources\": 1}'"]
)
def test_tool_that_misbehaves_is_told_as_such(script: str, tmp_path: Path) -> None:
    fake = tmp_path / "kubeconform"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    manifests = production()
    with pytest.raises(ToolError, match=r"GR60[34]"):
        list(kubeconform.verify(fake, staged(tmp_path / "tree", manifests), manifests, "1.37", FOLDERS))


def test_environment_without_objects_waits_for_nobody(tmp_path: Path) -> None:
    """Called without a path, kubeconform reads stdin: here one that never ends."""
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.yaml").write_text("apiVersion: gitramp/v1alpha1\nkind: Environment\n")
    argv = [sys.executable, "-m", "gitramp", "validate"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), "PATH": f"{ROOT}/.tools/bin:{os.environ['PATH']}"}
    with subprocess.Popen(
        argv, cwd=tmp_path, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            running.wait(timeout=30)
        except subprocess.TimeoutExpired:
            running.kill()
            pytest.fail("it waits for stdin")
        assert running.stdout is not None
        said = running.stdout.read()
    assert (running.returncode, "1 environment, 0 objects valid" in said) == (0, True), said


def test_tool_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="GR603"):
        list(kubeconform.verify(tmp_path / "nothing", tmp_path, production(), "1.37", FOLDERS))


def test_fault_in_a_rendered_file_is_told_at_the_overlay_line(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workspace's own schemas may be stricter: here no more than two replicas are allowed."""
    shutil.copytree(ROOT / "schemas", example / "schemas")
    path = example / "schemas" / "kubernetes" / "1.37" / "apps" / "deployment_v1.json"
    schema = json.loads(path.read_text())
    schema["definitions"]["io.k8s.api.apps.v1.DeploymentSpec"]["properties"]["replicas"]["maximum"] = 2
    path.write_text(json.dumps(schema))
    for search_path in ("/nowhere", f"{ROOT}/.tools/bin"):
        monkeypatch.setenv("PATH", search_path + ":/usr/bin:/bin")
        with pytest.raises(InputRejected) as caught:
            validate(Workspace(example), ["production"])
        told = {(f.code.number, str(f.mark)) for f in caught.value.report}
        assert told == {
            ("GR601", "environments/production.yaml:10:15"),
            ("GR601", "environments/production.yaml:21:15"),
        }
