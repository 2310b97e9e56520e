"""The script that derives the vendored schemas, and the schemas that are committed."""

from __future__ import annotations

import copy
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema_rs
import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parent.parent
SCHEMAS = REPOSITORY / "schemas"
Json = dict[str, Any]


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("derive_schemas", REPOSITORY / "scripts" / "derive_schemas.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(REPOSITORY / "scripts"))  # as Python does for a script: `strict_schema` is beside it
    spec.loader.exec_module(module)
    sys.path.pop(0)
    return module


script = load_script()
strict_schema = sys.modules["strict_schema"]
FILES = sorted(path for folder in script.OWNED for path in (SCHEMAS / folder).rglob("*") if path.is_file())
FOLDERS = sorted({path.relative_to(SCHEMAS).parents[1].as_posix() for path in FILES})


def subschemas(schema: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield every schema in a schema, with its path; a property's name never counts as a keyword."""
    yield path, schema
    for key in ("definitions", "properties"):
        for name, child in schema.get(key, {}).items():
            yield from subschemas(child, (*path, key, name))
    for key in ("additionalProperties", "items", "not"):
        if isinstance(schema.get(key), dict):
            yield from subschemas(schema[key], (*path, key))
    for key in ("allOf", "anyOf", "oneOf"):
        for index, child in enumerate(schema.get(key, ())):
            yield from subschemas(child, (*path, key, str(index)))


def branched(path: tuple[str, ...]) -> bool:
    """Say whether a path leads through a part of an object; only even steps of `properties` are names."""
    steps = iter(path)
    for step in steps:
        if step in strict_schema.COMBINED:
            return True
        if step in ("definitions", "properties"):
            next(steps)
    return False


# The conversion


@pytest.mark.parametrize(
    ("upstream", "strict"),
    [
        ({"type": "string", "description": "x"}, {"type": "string"}),
        ({"type": "object"}, {"type": "object"}),
        (
            {"type": "object", "properties": {"description": {"type": "string", "description": "x"}}},
            {"type": "object", "properties": {"description": {"type": "string"}}, "additionalProperties": False},
        ),
        (
            {"properties": {"a": {}}, "additionalProperties": {"type": "string", "description": "x"}},
            {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
        ),
        (
            {"properties": {"a": {"properties": {}}}, "x-kubernetes-preserve-unknown-fields": True},
            {"properties": {"a": {"properties": {}, "additionalProperties": False}}},
        ),
        ({"items": {"properties": {}}}, {"items": {"properties": {}, "additionalProperties": False}}),
        ({"type": "string", "format": "int-or-string"}, {"type": ["integer", "string"]}),
        (
            {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True, "nullable": True},
            {"type": ["integer", "string", "null"]},
        ),
        (
            {"anyOf": [{"required": ["a"]}], "x-kubernetes-int-or-string": True},
            {"anyOf": [{"required": ["a"]}], "type": ["integer", "string"]},
        ),
        ({"type": "boolean", "nullable": True}, {"type": ["boolean", "null"]}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"nullable": True}, {}),
        (
            {"type": "integer", "format": "int32", "minimum": 1, "maximum": 9},
            {"type": "integer", "minimum": 1, "maximum": 9},
        ),
        ({"type": "string", "format": "date-time"}, {"type": "string", "format": "date-time"}),
        ({"type": "string", "format": "byte"}, {"type": "string"}),
        ({"default": {}}, {}),
        ({"default": {"a": 1}}, {"default": {"a": 1}}),
        ({"default": 0}, {"default": 0}),
        ({"$ref": "#/definitions/a", "description": "x", "default": {}}, {"$ref": "#/definitions/a"}),
        (
            {"properties": {"$ref": {"type": "string"}}},
            {"properties": {"$ref": {"type": "string"}}, "additionalProperties": False},
        ),
    ],
)
def test_one_schema_is_converted(upstream: Json, strict: Json) -> None:
    before = copy.deepcopy(upstream)
    assert script.convert(upstream) == strict
    assert upstream == before


def test_extensions_are_dropped_except_those_that_later_checks_read() -> None:
    kept: Json = {"x-kubernetes-validations": [{"rule": "r"}]}
    kept |= {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["a"]}
    dropped = {"x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "a", "x-kubernetes-unions": []}
    assert script.convert({**kept, **dropped}) == kept


@pytest.mark.parametrize(
    "upstream",
    [
        {"exclusiveMinimum": True},
        {"x-kubernetes-embedded-resource": True},
        {"properties": {"a": {"patternProperties": {}}}},
        {"oneOf": [{"minimum": 1}]},
        {"anyOf": [{"not": {"format": "byte"}}]},
    ],
)
def test_what_has_no_rule_is_an_error(upstream: Json) -> None:
    with pytest.raises(ValueError, match="no rule for"):
        script.convert(upstream)


def test_branches_stay_as_they_are_and_open() -> None:
    one_of = [{"not": {"anyOf": [{"required": ["a"]}, {"properties": {"b": {"enum": ["x"]}}}]}}, {"required": ["a"]}]
    upstream = {"type": "object", "properties": {"a": {"type": "string"}}, "oneOf": one_of}
    assert script.convert(upstream)["oneOf"] == one_of


def test_a_branch_that_refuses_the_default_does_not_hold_for_an_absent_property() -> None:
    ip = {"properties": {"type": {"enum": ["IP"]}, "value": {"format": "ipv4"}}}
    other = {"properties": {"type": {"not": {"enum": ["IP"]}}}}
    properties = {"type": {"type": "string", "default": "IP"}, "value": {"type": "string"}}
    upstream = {"properties": properties, "oneOf": [ip, other]}
    before = copy.deepcopy(upstream)
    strict = script.convert(upstream)
    assert upstream == before
    assert strict["oneOf"] == [ip, {**other, "required": ["type"]}]
    accepts = jsonschema_rs.Draft7Validator(strict, validate_formats=True).is_valid
    assert accepts({"value": "10.0.0.1"})
    assert accepts({"type": "Name", "value": "a"})
    assert not accepts({"value": "a"})


UPSTREAM: Json = {
    "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {"type": "object", "properties": {"name": {"type": "string"}}},
    "example.Spec": {"type": "object", "properties": {"again": {"$ref": "#/definitions/example.Spec"}}},
    "example.Unused": {"type": "object"},
    "example.Thing": {
        "type": "object",
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "spec": {"$ref": "#/definitions/example.Spec"},
        },
        "x-kubernetes-group-version-kind": [{"group": "", "kind": "Thing", "version": "v1"}],
    },
}


def test_a_builtin_kind_is_standalone_and_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "KUBERNETES_KINDS", {"v1": "Thing"})
    definitions = {name: script.convert(node) for name, node in UPSTREAM.items()}
    [(path, schema)] = script.builtin_schemas(UPSTREAM, "from here", definitions)
    assert path == "v1/thing_v1.json"
    assert schema["$comment"] == "from here"
    assert schema["required"] == ["apiVersion", "kind", "spec"]
    assert schema["properties"]["apiVersion"] == {"const": "v1"}
    assert schema["properties"]["kind"] == {"const": "Thing"}
    assert list(schema["definitions"]) == ["example.Spec"]
    assert definitions["example.Thing"]["properties"]["kind"] == {"type": "string"}
    accepts = jsonschema_rs.validator_for(schema).is_valid
    assert accepts({"apiVersion": "v1", "kind": "Thing", "spec": {"again": {"again": {}}}})
    assert not accepts({"apiVersion": "v1", "kind": "Thing", "spec": {"again": {"agian": {}}}})
    assert not accepts({"apiVersion": "v2", "kind": "Thing", "spec": {}})
    assert not accepts({"kind": "Thing", "spec": {}})


def crd(kind: str, **served: bool) -> Json:
    root = {
        "openAPIV3Schema": {
            "type": "object",
            "properties": {"metadata": {"type": "object"}, "spec": {"type": "object"}},
        }
    }
    versions = [{"name": name, "served": flag, "schema": root} for name, flag in served.items()]
    spec = {"group": "example.dev", "names": {"kind": kind}, "versions": versions}
    return {"kind": "CustomResourceDefinition", "spec": spec}


@pytest.mark.parametrize(
    ("definition", "versions"),
    [
        (crd("Thing", v1alpha3=True, v1=True, v1beta1=True), ["v1"]),
        (crd("Thing", v1alpha3=True, v1=False, v1beta1=True), ["v1beta1"]),
        (crd("Thing", v1=True, v2=True, v10=True, v11alpha1=True), ["v10"]),
        (crd("Thing", v1alpha1=True), ["v1alpha1"]),
        (crd("ReferenceGrant", v1=True, v1beta1=True, v1alpha2=True), ["v1", "v1beta1"]),
        (crd("ReferenceGrant", v1=True, v1beta1=False), ["v1"]),
    ],
)
def test_a_custom_kind_keeps_its_newest_served_version(definition: Json, versions: list[str]) -> None:
    definitions = {name: script.convert(node) for name, node in UPSTREAM.items()}
    made = dict(script.custom_schemas(definition, "from here", definitions))
    kind = definition["spec"]["names"]["kind"]
    assert sorted(made) == [f"example.dev/{kind.lower()}_{version}.json" for version in versions]
    for version in versions:
        schema = made[f"example.dev/{kind.lower()}_{version}.json"]
        accepts = jsonschema_rs.validator_for(schema).is_valid
        assert accepts({"apiVersion": f"example.dev/{version}", "kind": kind, "metadata": {"name": "a"}})
        assert not accepts({"apiVersion": f"example.dev/{version}", "kind": kind, "metadata": {"nmae": "a"}})
        assert not accepts({"kind": kind})


def test_an_odd_version_name_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a Kubernetes API version"):
        script.age("2024-01-01")


SPEC: Json = {"type": "object", "properties": {"path": {"type": "string", "pattern": "x" * 200}}}
SPEC = {**SPEC, "additionalProperties": False}


def test_equal_parts_are_written_once_and_mean_the_same() -> None:
    source = {"type": "object", "properties": {"spec": SPEC, "again": SPEC}, "additionalProperties": False}
    small = {"type": "object", "properties": {"a": {}}}
    properties = {"one": source, "many": {"type": "array", "items": source}, "x": small, "y": small, "z": SPEC}
    whole = {"type": "object", "properties": properties, "definitions": {"many": {"type": "string"}}}
    before = copy.deepcopy(whole)
    shared = strict_schema.share(whole)
    assert whole == before
    assert shared["definitions"].keys() == {"many", "many2", "again"}
    assert shared["properties"]["one"] == {"$ref": "#/definitions/many2"} == shared["properties"]["many"]["items"]
    assert shared["definitions"]["many2"]["properties"]["spec"] == {"$ref": "#/definitions/again"}
    assert shared["properties"]["x"] == small
    accepts = jsonschema_rs.validator_for(shared).is_valid
    assert accepts({"many": [{"spec": {"path": "x" * 200}}]})
    assert not accepts({"many": [{"spec": {"path": "y"}}]})
    assert not accepts({"many": [{"spec": {"bogus": "y"}}]})


def test_only_the_kinds_that_a_family_names_are_taken() -> None:
    some = script.Family("example.dev/api", "crds/", "example", kinds=("Thing",))
    every = script.Family("example.dev/api", "crds/", "example")
    assert [script.wanted(crd(kind, v1=True), some) for kind in ("Thing", "Other")] == [True, False]
    assert [script.wanted(item, every) for item in (crd("Other", v1=True), {"kind": "Kustomization"})] == [True, False]


def test_modules_of_one_release_share_its_folder() -> None:
    controller = script.Family("example.dev/controller", "crds/", "example", release="2.9")
    assert script.folder_of(controller, "v1.6.2") == "example/2.9"
    assert script.folder_of(script.ISTIO, "v1.31.4") == "istio/1.31"


def test_bytes_have_one_line_per_keyword_definition_and_property() -> None:
    schema = {"type": "object", "properties": {"b": {"z": 1, "a": "é"}, "a": {}}, "definitions": {"d": {}}}
    assert script.render(schema).decode() == (
        '{\n"definitions":{\n"d":{}\n},\n"properties":{\n"a":{},\n"b":{"a":"é","z":1}\n},\n"type":"object"\n}\n'
    )


def test_only_the_wanted_members_of_an_archive_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    family = script.Family("example.dev/api", "crds/", "example")
    with zipfile.ZipFile(tmp_path / "v1.zip", "w") as archive:
        for name in ("crds/b.yaml", "crds/a.yaml", "other/c.yaml"):
            archive.writestr(f"example.dev/api@v1.0.0/{name}", name)
    monkeypatch.setattr(script, "module_zip", lambda _module, _version: tmp_path / "v1.zip")
    assert list(script.members(family, "v1.0.0")) == [("crds/a.yaml", b"crds/a.yaml"), ("crds/b.yaml", b"crds/b.yaml")]
    with pytest.raises(SystemExit, match="does not exist"):
        list(script.members(family, "v2.0.0"))


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{"Zip": "ZIP"}', True),
        ('{"Error": "needs a newer go"}', True),
        ('{"Error": "no such version"}', False),
        ("", False),
    ],
)
def test_the_archive_is_found_even_when_go_reports_an_error(
    answer: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "cache/download/example.dev/!api/@v/v1.0.0.zip"
    if found:
        archive.parent.mkdir(parents=True)
        archive.touch()
    text = answer.replace("ZIP", archive.as_posix())
    done = subprocess.CompletedProcess([], 0, stdout=text, stderr="go said no")
    monkeypatch.setattr(script.subprocess, "run", lambda *_args, **_options: done)
    monkeypatch.setattr(script.subprocess, "check_output", lambda *_args, **_options: f"{tmp_path.as_posix()}\n")
    if found:
        assert script.module_zip("example.dev/Api", "v1.0.0") == archive
    else:
        with pytest.raises(SystemExit, match=r"no such version|go said no"):
            script.module_zip("example.dev/Api", "v1.0.0")


def test_the_command_writes_removes_and_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = yaml.safe_dump_all([crd("Route", v1=True), None, {"kind": "Service"}]).encode()
    content = {"kubernetes": json.dumps({"definitions": UPSTREAM}).encode(), "istio": other}
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "KUBERNETES_KINDS", {"v1": "Thing"})
    monkeypatch.setattr(script, "SOURCES", ((script.KUBERNETES, "v1.99.3"), (script.ISTIO, "v1.98.0")))
    monkeypatch.setattr(script, "OWNED", ("istio", "kubernetes"))
    monkeypatch.setattr(script, "members", lambda family, _version: [("member", content[family.folder])])
    left_over = tmp_path / "istio/1.50/example.dev/route_v1.json"
    left_over.parent.mkdir(parents=True)
    left_over.touch()
    (tmp_path / "README.md").touch()

    assert script.main([]) == 0
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert written == ["README.md", "istio/1.98/example.dev/route_v1.json", "kubernetes/1.99/v1/thing_v1.json"]
    assert script.main(["--check"]) == 0

    left_over.parent.mkdir(parents=True)
    left_over.touch()
    (tmp_path / "kubernetes/1.99/v1/thing_v1.json").unlink()
    capsys.readouterr()
    assert script.main(["--check"]) == 1
    differing = ["istio/1.50/example.dev/route_v1.json", "kubernetes/1.99/v1/thing_v1.json"]
    assert capsys.readouterr().out.splitlines() == [f"differs: schemas/{path}" for path in differing]
    assert left_over.exists()


# The committed files


def test_every_source_has_its_own_folder_and_no_folder_is_left_over() -> None:
    expected = [(script.folder_of(family, version), family.module) for family, version in script.SOURCES]
    assert sorted({folder for folder, _ in expected}) == FOLDERS
    assert len(expected) == len(set(expected))


def test_metadata_comes_from_the_newest_kubernetes() -> None:
    versions = [version for family, version in script.SOURCES if family is script.KUBERNETES]
    assert script.SOURCES[0] == (
        script.KUBERNETES,
        max(versions, key=lambda version: [*map(int, version[1:].split("."))]),
    )


def test_the_committed_total_stays_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 3_000_000


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder.startswith("kubernetes/")])
def test_every_wanted_builtin_kind_is_there(folder: str) -> None:
    found = {
        (properties["apiVersion"]["const"], properties["kind"]["const"])
        for path in (SCHEMAS / folder).rglob("*.json")
        for properties in [json.loads(path.read_bytes())["properties"]]
    }
    wanted = script.KUBERNETES_KINDS.items()
    assert found == {(api_version, kind) for api_version, kinds in wanted for kind in kinds.split()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SCHEMAS).as_posix())
def test_a_committed_file_keeps_the_rules(path: Path) -> None:
    content = path.read_bytes()
    schema = json.loads(content)
    assert script.render(schema) == content
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"

    name = path.relative_to(SCHEMAS).as_posix()
    folder = "/".join(name.split("/")[:2])
    sources = [source for source in script.SOURCES if script.folder_of(*source) == folder]
    starts = tuple(f"Derived from {family.module} {version}, {family.member}" for family, version in sources)
    assert schema["$comment"].startswith(starts)
    assert "licence Apache-2.0" in schema["$comment"]

    api_version, kind = schema["properties"]["apiVersion"]["const"], schema["properties"]["kind"]["const"]
    parts = api_version.split("/")
    assert name.split("/", 2)[2] == f"{parts[0]}/{kind.lower()}_{parts[-1]}.json"
    assert {"apiVersion", "kind"} <= set(schema["required"])

    for where, node in subschemas(schema):
        assert "description" not in node, where
        assert node.keys().isdisjoint({"title", "example", "externalDocs", "nullable"}), where
        extensions = {key for key in node if key.startswith("x-")}
        assert extensions <= strict_schema.CHECKED_LATER, where
        assert node.get("format", "ipv4") in strict_schema.FORMATS, where
        if "$ref" in node:
            assert node["$ref"].removeprefix("#/definitions/") in schema["definitions"], where
        open_upstream = folder.startswith(script.ISTIO.folder) and where == ("properties", "status")
        if "properties" in node and not branched(where) and not open_upstream:
            assert "additionalProperties" in node, where
        if branched(where):
            assert "additionalProperties" not in node, where


@pytest.mark.parametrize("folder", FOLDERS)
def test_patterns_are_read_alike_by_every_regular_expression_engine(folder: str) -> None:
    for path in (SCHEMAS / folder).rglob("*.json"):
        schema = json.loads(path.read_bytes())
        # Rust's plain engine has the syntax and the limits of Go's: neither looks around nor back.
        jsonschema_rs.validator_for(schema, pattern_options=jsonschema_rs.RegexOptions())
        for _, node in subschemas(schema):
            re.compile(node.get("pattern", ""))
            assert not re.search(r"\\[pPzZAGQEkhvV]|\(\?(?!:)|\\\d", node.get("pattern", ""))


MANIFESTS = list(
    yaml.safe_load_all("""
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}, creationTimestamp: null}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example/web:1
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /ready, port: http}}
          resources: {requests: {cpu: 1, memory: 64Mi}, limits: {cpu: 0.5}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 25%, selector: {matchLabels: {app: web}}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, annotations: {example.dev/a: b}}
spec:
  hosts: [web]
  http:
    - match: [{headers: {x-canary: {exact: "1"}}}]
      route: [{destination: {host: web, subset: canary}}]
    - route:
        - {destination: {host: web, subset: stable}, weight: 90}
        - {destination: {host: web, subset: canary}, weight: 10}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: web}
spec:
  host: web
  trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}, outlierDetection: {consecutive5xxErrors: null}}
  subsets: [{name: stable, labels: {track: stable}}, {name: canary, labels: {track: canary}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge}
spec: {selector: {istio: ingress}, servers: [{hosts: ["*"], port: {number: 80, name: http, protocol: HTTP}}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default}
spec: {mtls: {mode: STRICT}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  gatewayClassName: istio
  addresses: [{value: 10.0.0.1}, {type: Hostname, value: edge.example}]
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  project: web
  destination: {server: https://kubernetes.default.svc}
  sources:
    - {repoURL: https://git.example/web.git, path: manifests, directory: {recurse: true}}
    - {repoURL: https://charts.example, chart: web, targetRevision: 1.0.0, helm: {valuesObject: {any: [1, {x: y}]}}}
  syncPolicy: {automated: {prune: true}, retry: {limit: -1, refresh: true, backoff: {duration: 5s, factor: 2}}}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: web, namespace: argocd}
spec:
  destinations: [{namespace: web, server: "*"}]
  clusterResourceWhitelist: [{group: "", kind: Namespace, name: web}]
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: web, namespace: argocd}
spec:
  generators: [{git: {repoURL: https://git.example/web.git, revision: main, directories: [{path: rendered/*}]}}]
  template:
    metadata: {name: "{{path.basename}}"}
    spec: {project: web, destination: {name: east}, source: {repoURL: https://git.example/web.git, path: "{{path}}"}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: web}
spec: {interval: 1m, url: https://git.example/web.git, ref: {branch: main}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: web}
spec: {interval: 1m, url: "oci://registry.example/web", ref: {tag: latest}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: web}
spec: {interval: 1h, url: https://charts.example, secretRef: {name: web}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web}
spec:
  interval: 10m
  prune: true
  sourceRef: {kind: GitRepository, name: web}
  patches: [{patch: "$patch: delete", target: {kind: Service}}]
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  interval: 10m
  chart: {spec: {chart: web, version: 1.0.0, sourceRef: {kind: HelmRepository, name: web}}}
  values: {any: [1, {x: y}]}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: web}
spec:
  refreshInterval: 1h
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  target: {name: web, creationPolicy: Owner}
  data: [{secretKey: password, remoteRef: {key: web, property: password}}]
""")
)
DEEP: dict[str, tuple[str | int, ...]] = {
    "Deployment": ("spec", "template", "spec", "containers", 0, "readinessProbe", "httpGet"),
    "Service": ("spec", "ports", 0),
    "HorizontalPodAutoscaler": ("spec", "scaleTargetRef"),
    "PodDisruptionBudget": ("spec", "selector"),
    "VirtualService": ("spec", "http", 0, "match", 0, "headers", "x-canary"),
    "DestinationRule": ("spec", "trafficPolicy", "loadBalancer"),
    "networking.istio.io/v1 Gateway": ("spec", "servers", 0, "port"),
    "PeerAuthentication": ("spec", "mtls"),
    "gateway.networking.k8s.io/v1 Gateway": ("spec", "listeners", 0),
    "Application": ("spec", "sources", 1, "helm"),
    "AppProject": ("spec", "clusterResourceWhitelist", 0),
    "ApplicationSet": ("spec", "template", "spec", "source"),
    "GitRepository": ("spec", "ref"),
    "OCIRepository": ("spec", "ref"),
    "HelmRepository": ("spec", "secretRef"),
    "Kustomization": ("spec", "patches", 0, "target"),
    "HelmRelease": ("spec", "chart", "spec", "sourceRef"),
    "ExternalSecret": ("spec", "data", 0, "remoteRef"),
}


def identity(manifest: Json) -> str:
    return f"{manifest['apiVersion']} {manifest['kind']}"


def validators(manifest: Json) -> list[jsonschema_rs.Validator]:
    parts = manifest["apiVersion"].split("/")
    name = f"{parts[0]}/{manifest['kind'].lower()}_{parts[-1]}.json"
    paths = [SCHEMAS / folder / name for folder in FOLDERS if (SCHEMAS / folder / name).exists()]
    assert paths
    return [jsonschema_rs.validator_for(json.loads(path.read_bytes())) for path in paths]


def with_unknown_field(manifest: Json, *path: str | int) -> Json:
    changed = copy.deepcopy(manifest)
    target: Any = changed
    for step in path:
        target = target[step]
    target["unknownField"] = "x"
    return changed


def broken(manifest: Json) -> list[Json]:
    deep = DEEP.get(manifest["kind"]) or DEEP[identity(manifest)]
    return [with_unknown_field(manifest, *path) for path in ((), ("metadata",), deep)]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=identity)
def test_a_real_object_is_accepted_and_an_unknown_field_is_not(manifest: Json) -> None:
    for validator in validators(manifest):
        assert [error.message for error in validator.iter_errors(manifest)] == []
        for changed in broken(manifest):
            assert ["unknownField" in error.message for error in validator.iter_errors(changed)] == [True]


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Deployment", ("spec", "replicas"), "2"),
        ("Deployment", ("metadata", "creationTimestamp"), "yesterday"),
        ("Deployment", ("apiVersion",), "apps/v1beta1"),
        ("PodDisruptionBudget", ("spec", "maxUnavailable"), 0.5),
        ("PeerAuthentication", ("spec", "mtls", "mode"), "STRONG"),
        ("VirtualService", ("spec", "http", 0, "match", 0, "headers", "x-canary"), {"exact": "1", "prefix": "1"}),
        ("DestinationRule", ("spec", "trafficPolicy", "loadBalancer", "consistentHash"), {"useSourceIp": True}),
        ("DestinationRule", ("spec", "trafficPolicy", "outlierDetection", "consecutive5xxErrors"), 2**32),
    ],
)
def test_a_wrong_value_is_refused(kind: str, path: tuple[str | int, ...], value: object) -> None:
    [manifest] = [copy.deepcopy(manifest) for manifest in MANIFESTS if manifest["kind"] == kind]
    found = validators(manifest)
    target: Any = manifest
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert not any(validator.is_valid(manifest) for validator in found)


def test_kubeconform_finds_the_files_and_agrees(tmp_path: Path) -> None:
    assert shutil.which("kubeconform"), "kubeconform is missing: run `make tools`"
    cases = [(manifest, "statusValid") for manifest in MANIFESTS]
    cases += [(changed, "statusInvalid") for manifest in MANIFESTS for changed in broken(manifest)]
    for index, (manifest, _) in enumerate(cases):
        (tmp_path / f"{index:03}.json").write_text(json.dumps(manifest), encoding="utf-8")
    newest = {family.folder: script.folder_of(family, version) for family, version in reversed(script.SOURCES)}
    template = "{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"
    command = ["kubeconform", "-strict", "-verbose", "-output", "json", "-kubernetes-version", script.SOURCES[0][1][1:]]
    for folder in newest.values():
        command += ["-schema-location", f"{folder}/{template}"]
    done = subprocess.run([*command, str(tmp_path)], cwd=SCHEMAS, capture_output=True, text=True, check=False)
    results = sorted(json.loads(done.stdout)["resources"], key=lambda result: str(result["filename"]))
    assert [result["status"] for result in results] == [status for _, status in cases]
