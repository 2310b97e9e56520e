"""The pinned schemas applied in process: what kubeconform refuses is refused at the same fields, and nothing else."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gitramp import kubeconform, overlays, schemas, yamlio
from gitramp.pipeline import build
from gitramp.pointer import Pointer, show_pointer
from gitramp.problem import ToolError
from gitramp.resource import GroupVersionKind, Manifest, ResourceId
from gitramp.workspace import Workspace, bundled_schemas

ROOT = Path(__file__).resolve().parents[1]
WORKSPACE = Workspace(ROOT)
FOLDERS = WORKSPACE.schema_folders("1.37", "1.31")
IDENTITY = {("apiVersion",), ("kind",), ("metadata",), ("metadata", "name"), ("metadata", "namespace")}
"""Kubeconform reads these itself, before any schema."""
ODD_KEYS = ("1", "01", "a/b~c", "a: b", "é", "/", "~1")

Change = tuple[str, Pointer, Any]
"""What is done to which field: it becomes another value or, for `gone`, none at all."""


def production() -> tuple[Manifest, ...]:
    (built,) = build(overlays.snapshot(ROOT), ["production"])
    return tuple(built.manifests)


def fields(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    yield at, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in inside:
        yield from fields(child, (*at, step))


def changes(manifest: Manifest) -> Iterator[Change]:
    for at, value in fields(dict(manifest.body)):
        if isinstance(value, dict):
            yield "unknown", (*at, "bogus"), 1
        if at and at not in IDENTITY:
            yield "type", at, "x" if isinstance(value, (dict, list)) else ["x"]
            yield "null", at, None
        if isinstance(value, int) and not isinstance(value, bool):
            yield "negative", at, -1
            yield "huge", at, 10**12
            yield "truth", at, True
        if isinstance(value, str) and at not in IDENTITY:
            yield "empty", at, ""
            yield "words", at, "it's a 'b' - at 'x': c"
            yield "number", at, 7
        if at and isinstance(at[-1], str) and at not in IDENTITY:
            yield "gone", at, None
    for key in ODD_KEYS:
        yield f"key {key}", ("metadata", "annotations"), {key: ["x"]}


def changed(manifest: Manifest, change: Change) -> Manifest:
    what, at, value = change
    body: Any = copy.deepcopy(dict(manifest.body))
    parent = body
    for step in at[:-1]:
        parent = parent[step]
    if what == "gone":
        del parent[at[-1]]
    else:
        parent[at[-1]] = value
    return Manifest(manifest.id, body, manifest.origins, manifest.owner, manifest.service)


def every_change() -> dict[str, Manifest]:
    """Return path -> object with one fault; a field that another object of the kind has too is taken once."""
    known: set[tuple[str, str, Pointer]] = set()
    found: dict[str, Manifest] = {}
    for manifest in production():
        for change in changes(manifest):
            what, at, _ = change
            shape = manifest.id.gvk.kind, what, tuple("*" if isinstance(step, int) else step for step in at)
            if shape not in known:
                known.add(shape)
                name = f"{len(found):04}-{what.split()[0]}-{show_pointer(at).replace('/', '.').strip('.')}"
                found[f"rendered/faults/{name.replace('~1', '-')}.yaml"] = changed(manifest, change)
    return found


def test_every_fault_in_every_field_is_found_by_both_at_the_same_pointers(tmp_path: Path) -> None:
    binary = kubeconform.find(WORKSPACE.tools)
    assert binary is not None, "kubeconform is missing: run `make tools`"
    faults = every_change()
    (tmp_path / "rendered" / "faults").mkdir(parents=True)
    for path, manifest in faults.items():
        (tmp_path / path).write_bytes(yamlio.write(manifest.body))
    names = {id(manifest): path for path, manifest in faults.items()}
    by_binary: defaultdict[str, set[Pointer]] = defaultdict(set)
    for unknown, breach in kubeconform.verify(binary, tmp_path, faults, "1.37", FOLDERS):
        assert not unknown
        by_binary[names[id(breach.manifest)]].add(breach.pointer)
    in_process: defaultdict[str, set[Pointer]] = defaultdict(set)
    for code, breach in schemas.apply(faults.values(), FOLDERS):
        assert code is schemas.BREACH
        in_process[names[id(breach.manifest)]].add(breach.pointer)
    differ = {path: (by_binary[path], in_process[path]) for path in faults if by_binary[path] != in_process[path]}
    assert differ == {}
    refused = [path.split("-")[1] for path in faults if in_process[path]]
    assert len(refused) > 600
    for what in ("unknown", "type", "null", "negative", "huge", "truth", "empty", "words", "number", "gone", "key"):
        assert what in refused


PLATFORMS = [
    (kubernetes.name, istio.name)
    for kubernetes in sorted((ROOT / "schemas" / "kubernetes").iterdir())
    for istio in sorted((ROOT / "schemas" / "istio").iterdir())
]


@pytest.mark.parametrize(("kubernetes", "istio"), PLATFORMS)
def test_the_worked_example_is_valid_on_every_platform_that_has_schemas(kubernetes: str, istio: str) -> None:
    folders = WORKSPACE.schema_folders(kubernetes, istio)
    assert [breach.message for _, breach in schemas.apply(production(), folders)] == []


def widget(group: str, folder: str, tmp_path: Path, *layers: str) -> tuple[Manifest, tuple[Path, ...]]:
    """Return an object, and folders of which some hold its schema: each demands a field named after itself."""
    for layer in layers:
        path = tmp_path / layer / folder / "widget_v1.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"type": "object", "required": [layer]}))
    gvk = GroupVersionKind(group, "v1", "Widget")
    body = {"apiVersion": gvk.api_version, "kind": "Widget", "metadata": {"name": "a"}}
    return Manifest(ResourceId(gvk, "", "a"), body, {}, ()), (tmp_path / "first", tmp_path / "second")


@pytest.mark.parametrize(("group", "folder"), [("example.com", "example.com"), ("", "v1")])
@pytest.mark.parametrize(
    ("layers", "asked"), [(("first", "second"), "first"), (("second",), "second"), (("first",), "first")]
)
def test_first_folder_that_has_the_kind_decides(
    group: str, folder: str, layers: tuple[str, ...], asked: str, tmp_path: Path
) -> None:
    manifest, folders = widget(group, folder, tmp_path, *layers)
    ((code, breach),) = schemas.apply([manifest], folders)
    assert code is schemas.BREACH
    assert breach.message == f'object: "{asked}" is a required property'
    assert breach.manifest is manifest


def test_kind_that_no_folder_has_is_told_with_its_version(tmp_path: Path) -> None:
    manifest, folders = widget("example.com", "example.com", tmp_path)
    ((code, breach),) = schemas.apply([manifest], folders)
    assert (code, breach.message) == (schemas.NO_SCHEMA, "there is no schema for example.com/v1 Widget")


def test_schemas_of_the_workspace_come_before_those_of_gitramp(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert workspace.schemas == bundled_schemas() == ROOT / "schemas"
    (tmp_path / "schemas").mkdir()  # holds nothing but the editor's schemas
    assert workspace.schemas == bundled_schemas()
    (tmp_path / "schemas" / "kubernetes").mkdir()
    assert workspace.schemas == tmp_path / "schemas"


BROKEN = ["", "{", '{"type": "objekt"}', "\ufffe"]


def with_broken_schema(workspace: Path, content: str) -> Path:
    """Give a workspace schemas of its own, of which one is no schema."""
    shutil.copytree(ROOT / "schemas", workspace / "schemas")
    path = workspace / "schemas" / "kubernetes" / "1.37" / "apps" / "deployment_v1.json"
    path.write_text(content)
    return workspace


def validated(workspace: Path, tools: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), "PATH": f"{tools}:/usr/bin:/bin"}
    argv = [sys.executable, "-m", "gitramp", "validate", "-e", "dev"]
    return subprocess.run(argv, cwd=workspace, env=env, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("content", BROKEN)
def test_broken_schema_of_the_workspace_is_named(example: Path, content: str) -> None:
    """The file is the user's: that it cannot be used is no bug of gitramp's."""
    done = validated(with_broken_schema(example, content), "/nowhere")
    assert done.returncode in {1, 4}, done.stderr
    assert "deployment_v1.json" in done.stdout + done.stderr


@pytest.mark.parametrize("content", BROKEN)
def test_broken_schema_is_not_told_as_a_fault_of_the_overlay(example: Path, content: str) -> None:
    """Such an object has `statusError` with kubeconform, not `statusInvalid`: nobody looked at it."""
    done = validated(with_broken_schema(example, content), f"{ROOT}/.tools/bin")
    assert done.returncode in {1, 4}, done.stderr
    assert "GR601" not in done.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "schemas/extra/backups.example.com/backup_v1.json is no JSON Schema"),
        ('{"type": "objct"}', "backup_v1.json is no JSON Schema"),
        ("{}", "backup_v1.json says nothing about an object"),
        (
            '{"kind": "CustomResourceDefinition", "spec": {"versions": []}, "type": "object"}',
            "backup_v1.json says nothing about an object",
        ),
    ],
)
def test_own_schema_that_is_none_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "schemas" / "extra" / "backups.example.com" / "backup_v1.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(ToolError, match=said):
        schemas.refuse_unusable(tmp_path / "schemas" / "extra")
