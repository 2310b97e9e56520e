"""Patches: the two standards as their specifications show them, and origins that stay with their fields."""

from __future__ import annotations

import copy
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitramp import merge, overlays
from gitramp.parse import parse
from gitramp.patches import json_patch, merge_patch
from gitramp.patches.edited import Edited, Refused
from gitramp.pipeline import build, validate
from gitramp.pointer import Pointer
from gitramp.problem import InputRejected
from gitramp.resource import GroupVersionKind, Manifest, Origin, ResourceId
from gitramp.source import Snapshot
from gitramp.workspace import Workspace

# The cases of https://www.rfc-editor.org/rfc/rfc7396#appendix-A: target, patch, result.
MERGE_PATCHES = json.loads((Path(__file__).parent / "rfc7396.json").read_text())
HEAD = "apiVersion: gitramp/v1alpha1\n"


def edited(body: dict[str, Any]) -> Edited:
    known = ResourceId(GroupVersionKind("", "v1", "ConfigMap"), "shop", "flags")
    return Edited.of(Manifest(known, body, {}, ()), how="patch x")


def merged(target: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    result = edited(target)
    merge_patch.apply(result, patch, ())
    return result.body


@pytest.mark.parametrize(
    ("target", "patch", "expected"),
    [case for case in MERGE_PATCHES if isinstance(case[0], dict) and isinstance(case[1], dict)],
)
def test_merge_patch_as_its_specification_shows_it(target: Any, patch: Any, expected: Any) -> None:
    assert merged(target, patch) == expected


# The sections of https://www.rfc-editor.org/rfc/rfc6902#appendix-A.
@pytest.mark.parametrize(
    ("target", "operations", "expected"),
    [
        ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"foo": "bar", "baz": "qux"}),
        ({"foo": ["a", "c"]}, [{"op": "add", "path": "/foo/1", "value": "b"}], {"foo": ["a", "b", "c"]}),
        ({"baz": 1, "foo": 2}, [{"op": "remove", "path": "/baz"}], {"foo": 2}),
        ({"foo": ["a", "b", "c"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["a", "c"]}),
        ({"baz": 1}, [{"op": "replace", "path": "/baz", "value": "boo"}], {"baz": "boo"}),
        (
            {"foo": {"waldo": 1}, "qux": {}},
            [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
            {"foo": {}, "qux": {"thud": 1}},
        ),
        ({"foo": [1, 2, 3, 4]}, [{"op": "move", "from": "/foo/1", "path": "/foo/3"}], {"foo": [1, 3, 4, 2]}),
        ({"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "qux"}], {"baz": "qux"}),
        ({"foo": 1}, [{"op": "add", "path": "/child", "value": {"x": {}}}], {"foo": 1, "child": {"x": {}}}),
        ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
        ({"foo": ["bar"]}, [{"op": "add", "path": "/foo/-", "value": ["abc"]}], {"foo": ["bar", ["abc"]]}),
        ({"a": [1]}, [{"op": "copy", "from": "/a", "path": "/b"}], {"a": [1], "b": [1]}),
        ({"a": None}, [{"op": "add", "path": "/a", "value": 1}], {"a": 1}),
    ],
)
def test_json_patch_as_its_specification_shows_it(target: Any, operations: Any, expected: Any) -> None:
    result = edited(target)
    for operation in operations:
        json_patch.apply(result, operation, ("json", 0))
    assert result.body == expected


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/one", "value": "1"},
        {"op": "test", "path": "/one", "value": True},
        {"op": "add", "path": "/gone/x", "value": 1},
        {"op": "add", "path": "/list/01", "value": 1},
        {"op": "add", "path": "/list/3", "value": 1},
        {"op": "remove", "path": "/list/-"},
        {"op": "remove", "path": ""},
        {"op": "replace", "path": "/gone", "value": 1},
        {"op": "move", "from": "/map", "path": "/map/in"},
        {"op": "copy", "from": "/one/x", "path": "/two"},
        {"op": "copy", "path": "/two"},
        {"op": 7, "path": "/one"},
        {"path": "/one", "value": 1},
    ],
)
def test_operation_that_does_not_fit_is_refused_and_changes_nothing_else(operation: dict[str, Any]) -> None:
    target = {"one": 1, "list": [1, 2], "map": {"a": 1}}
    with pytest.raises(Refused):
        json_patch.apply(edited(copy.deepcopy(target)), operation, ("json", 0))


KEYS = st.sampled_from(["a", "b", "0", "x/y", "~"])
TREES = st.recursive(
    st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, TREES, min_size=1, max_size=4)


def leaves(tree: Any, at: Pointer = ()) -> dict[Pointer, Any]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else None
    if children is None:
        return {at: tree}
    return {pointer: leaf for step, child in children for pointer, leaf in leaves(child, (*at, step)).items()}


def numbered(tree: Any, names: dict[str, Pointer], at: Pointer = ()) -> Any:
    """Return the tree with a name of its own in the place of each leaf."""
    if isinstance(tree, dict):
        return {key: numbered(child, names, (*at, key)) for key, child in tree.items()}
    if isinstance(tree, list):
        return [numbered(child, names, (*at, position)) for position, child in enumerate(tree)]
    name = f"leaf {len(names)}"
    names[name] = at
    return name


@st.composite
def operations(draw: st.DrawFn) -> dict[str, Any]:
    steps = st.lists(st.sampled_from(["a", "b", "0", "1", "-", "x~1y", "~0"]), min_size=1, max_size=3)
    path, source = ("/" + "/".join(draw(steps)) for _ in range(2))
    kind = draw(st.sampled_from(["add", "remove", "replace", "move", "copy"]))
    more = {"remove": {}, "move": {"from": source}, "copy": {"from": source}}.get(kind, {"value": "patched"})
    return {"op": kind, "path": path, **more}


MOVED = Origin((("json", 0),), "patch x")


@given(OBJECTS, st.lists(operations(), max_size=6))
def test_origins_stay_with_the_fields_they_belong_to(tree: dict[str, Any], said: list[dict[str, Any]]) -> None:
    names: dict[str, Pointer] = {}
    body = numbered(tree, names)
    patched = edited(body)
    patched.origins = {at: Origin(((name,),)) for name, at in names.items()}
    for operation in said:
        try:
            json_patch.apply(patched, operation, ("json", 0))
        except Refused:
            continue
    for at, leaf in leaves(patched.body).items():
        origin = patched.origins.get(at)
        if leaf == "patched":
            assert origin in {Origin((("json", 0, "value"),), "patch x"), MOVED}
        elif isinstance(leaf, str):
            assert origin in {Origin(((leaf,),)), MOVED}
    for at in patched.origins:
        value: Any = patched.body
        for step in at:
            value = value[step]  # an origin without its field would raise


NULLABLE = st.recursive(
    st.none() | st.integers(0, 9),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
OBJECTS_OF_LETTERS = st.dictionaries(
    st.sampled_from("abc"),
    st.recursive(
        st.integers(0, 9), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=6
    ),
    max_size=3,
)
PATCHES = st.dictionaries(st.sampled_from("abc"), NULLABLE, max_size=3)


def flow(tree: Any) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in tree.items()) + "}"
    return "null" if tree is None else str(tree)


@given(OBJECTS_OF_LETTERS, PATCHES, PATCHES)
def test_patch_of_two_layers_does_what_both_do_one_after_the_other(target: Any, below: Any, above: Any) -> None:
    """Null stays null in the merge of the layers, though everywhere else it removes a key."""
    target_of = "target: {kind: ConfigMap, name: x}"
    files = {
        "environments/base.yaml": f"{HEAD}kind: Layer\npatches: {{p: {{{target_of}, merge: {flow(below)}}}}}\n",
        "environments/dev.yaml": f"{HEAD}kind: Environment\nextends: base\npatches: {{p: {{merge: {flow(above)}}}}}\n",
    }
    chain = overlays.read_chains(Snapshot({path: text.encode() for path, text in files.items()}))["dev"]
    together = parse(merge.merge("dev", chain)).patches["p"].merge
    assert together is not None
    one_after_the_other = merged(merged(copy.deepcopy(target), below), above)
    assert merged(copy.deepcopy(target), dict(together)) == one_after_the_other


def findings(tmp_path: Path, overlay: str, own: bytes) -> list[str]:
    (tmp_path / "environments/dev/files").mkdir(parents=True)
    (tmp_path / "environments/dev.yaml").write_text(f"{HEAD}kind: Environment\n{overlay}")
    (tmp_path / "environments/dev/files/own.yaml").write_bytes(own)
    with pytest.raises(InputRejected) as caught:
        build(overlays.snapshot(tmp_path))
    return [f"{finding.mark} {finding.code}" for finding in caught.value.report]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (b"a: [", "environments/dev/files/own.yaml:1:5 GR001"),
        (b"a: 1\na: 2\n", "environments/dev/files/own.yaml:2:1 GR005"),
        (b"a: \xff", "environments/dev/files/own.yaml:1:4 GR002"),
        (b"apiVersion: v1\n---\n- 1\n", "environments/dev/files/own.yaml:3:1 GR120"),
    ],
)
def test_fault_in_a_file_of_manifests_is_told_at_its_line(tmp_path: Path, own: bytes, expected: str) -> None:
    assert expected in findings(tmp_path, "manifests: {own: dev/files/own.yaml}\n", own)


def test_object_that_the_environment_renders_itself_cannot_be_brought_along(tmp_path: Path) -> None:
    overlay = (
        "manifests: {own: dev/files/own.yaml}\n"
        'services: {search: {port: 8080, tracks: {v1: {image: "ghcr.io/acme/search:1.4.2"}}}}\n'
    )
    own = b"apiVersion: v1\nkind: Namespace\nmetadata: {name: services-v1}\n"
    assert findings(tmp_path, overlay, own) == ["environments/dev/files/own.yaml:3:18 GR361"]


JOB = """services:
  search:
    port: 8080
    config: {mountPath: /etc/app, files: {a.sql: "%s"}}
    jobs: {migrate: {args: [migrate]}}
    tracks: {v1: {image: "ghcr.io/acme/search:%s"}}
patches: {first: {target: {kind: Job, name: search-migrate}, merge: {spec: {template: {spec: {priority: %d}}}}}}
"""


def job_name(config: str, tag: str, priority: int) -> str:
    overlay = f"{HEAD}kind: Environment\n{JOB % (config, tag, priority)}"
    (built,) = build(Snapshot({"environments/dev.yaml": overlay.encode()}))
    (job,) = built.manifests.of_kind("Job")
    assert job.body["metadata"]["name"] == job.id.name
    return job.id.name


def test_job_has_another_name_whenever_what_it_does_changes() -> None:
    """A Job cannot be changed; patches know it by the name without the digest."""
    names = {job_name("a", "1.4.2", 1), job_name("b", "1.4.2", 1), job_name("a", "1.5.0", 1), job_name("a", "1.4.2", 2)}
    assert len(names) == 4
    assert all(re.fullmatch("search-migrate-[0-9a-f]{10}", name) for name in names)
    assert job_name("a", "1.4.2", 1) in names


@pytest.mark.parametrize("controller", ["argocd", "flux"])
def test_patch_may_put_odd_values_anywhere(controller: str) -> None:
    """What it makes of an object is for the schemas to refuse, and nothing before them falls over it."""
    overlay = (
        f"{HEAD}kind: Environment\ndelivery: {{repoURL: 'https://github.com/acme/a.git', {controller}: {{}}}}\n"
        "services: {search: {port: 8080, tracks: {v1: {image: 'ghcr.io/acme/search:1.4.2'}}}}\n"
        "patches: {odd: {target: {kind: ServiceAccount, name: search}, merge: {metadata: {annotations: text}}}}\n"
    )
    (built,) = build(Snapshot({"environments/dev.yaml": overlay.encode()}))
    (account,) = built.manifests.of_kind("ServiceAccount")
    assert account.body["metadata"]["annotations"] == "text"


def test_fault_that_a_patch_makes_is_told_at_the_patch(tmp_path: Path) -> None:
    """At its own field where a schema does not know that, at the patch where something is missing."""
    (tmp_path / "environments").mkdir()
    overlay = tmp_path / "environments" / "dev.yaml"
    head = (
        f"{HEAD}kind: Environment\n"
        "services: {search: {port: 8080, tracks: {v1: {image: 'ghcr.io/acme/search:1.4.2'}}}}\n"
        "patches:\n  odd:\n    target: {kind: Deployment, name: search}\n    merge: "
    )
    places = {"{spec: {dnsPolcy: x}}": "7:30", "{spec: null}": "5:3", "{spec: {template: null}}": "5:3"}
    for merge_patch_of, place in places.items():
        overlay.write_text(head + merge_patch_of + "\n")
        with pytest.raises(InputRejected) as caught:
            validate(Workspace(tmp_path))
        assert f"environments/dev.yaml:{place}" in {str(finding.mark) for finding in caught.value.report}


@pytest.mark.parametrize("name", ["jobs", "delivery-argocd", "delivery-flux", "surroundings", "trust"])
@pytest.mark.parametrize("value", [None, "text", [None]])
def test_no_patch_of_any_object_ends_in_a_bug(name: str, value: Any) -> None:
    """Each field of each kind goes away, or becomes something odd: findings are the worst that may come of it."""
    taken = overlays.snapshot(Path(__file__).parent / "cases" / name)
    environment = overlays.names(taken)[0]
    path = f"environments/{environment}.yaml"
    (plainly,) = build(taken, [environment])
    tried = {
        m.id.gvk.kind: m for m in plainly.manifests if not m.beside and not m.id.gvk.kind.endswith("VirtualService")
    }
    for kind, manifest in tried.items():
        known = manifest.id.name.rpartition("-")[0] if kind == "Job" else manifest.id.name
        for field in (
            "metadata/labels",
            "metadata/annotations",
            *(set(manifest.body) - {"apiVersion", "kind", "metadata"}),
        ):
            said = {"op": "remove"} if value is None else {"op": "add", "value": value}
            operation = {**said, "path": f"/{field}"}
            patch = {"zz": {"target": {"kind": kind, "name": known}, "json": [operation]}}
            overlay = taken.files[path] + f"patches: {json.dumps(patch)}\n".encode()
            with suppress(InputRejected):
                build(Snapshot({**taken.files, path: overlay}), [environment])
