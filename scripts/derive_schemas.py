"""Derives the strict JSON Schemas under `schemas/` from the API descriptions that upstream projects publish.

Owns the list of upstream versions, what makes the schema of one kind stand alone, and the bytes of every file in the
folders that `SOURCES` names. It rewrites those folders; with `--check` it only lists the files that are not what it
derives. How a schema becomes strict is the matter of `strict_schema`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from strict_schema import Json, compact, convert, share

Definitions = Mapping[str, Json]


@dataclass(frozen=True)
class Family:
    """An upstream Go module: where it keeps its API descriptions, and the folder for what is derived from them."""

    module: str
    member: str  # one file, or a folder of YAML files
    folder: str
    release: str = ""  # of the distribution that the module is a part of, where its own version is another
    kinds: tuple[str, ...] = ()  # all of them unless said
    shared: bool = False  # equal parts of a schema stand under `definitions`, once


KUBERNETES = Family("k8s.io/kubernetes", "api/openapi-spec/swagger.json", "kubernetes")
ISTIO = Family("istio.io/api", "kubernetes/customresourcedefinitions.gen.yaml", "istio")
GATEWAY_API = Family("sigs.k8s.io/gateway-api", "config/crd/standard/", "gateway-api")
# Each generator of an ApplicationSet holds the spec of an Application: 446 kB without shared parts, 24 with them.
ARGO_CD = Family("github.com/argoproj/argo-cd/v3", "manifests/crds/", "argo-cd", shared=True)
CRDS = "config/crd/bases/"
FLUX_SOURCE, FLUX_KUSTOMIZE, FLUX_HELM = (
    Family(f"github.com/fluxcd/{controller}-controller", CRDS, "flux", release="2.9", kinds=kinds)
    for controller, kinds in (
        ("source", ("GitRepository", "HelmRepository", "OCIRepository")),
        ("kustomize", ("Kustomization",)),
        ("helm", ("HelmRelease",)),
    )
)
EXTERNAL_SECRETS = Family(
    "github.com/external-secrets/external-secrets",
    "config/crds/bases/external-secrets.io_externalsecrets.yaml",
    "external-secrets",
)

SOURCES: tuple[tuple[Family, str], ...] = (
    (KUBERNETES, "v1.37.2"),  # the first one also gives custom resources their metadata
    (KUBERNETES, "v1.36.3"),
    (KUBERNETES, "v1.35.4"),
    (ISTIO, "v1.31.4"),
    (ISTIO, "v1.30.8"),
    (GATEWAY_API, "v1.6.1"),
    (ARGO_CD, "v3.6.1"),
    (FLUX_SOURCE, "v1.9.1"),
    (FLUX_KUSTOMIZE, "v1.9.4"),
    (FLUX_HELM, "v1.6.2"),
    (EXTERNAL_SECRETS, "v1.3.2"),
)

KUBERNETES_KINDS: Mapping[str, str] = {  # by apiVersion
    "v1": "ConfigMap Endpoints LimitRange Namespace PersistentVolume PersistentVolumeClaim Pod ResourceQuota Secret "
    "Service ServiceAccount",
    "admissionregistration.k8s.io/v1": "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
    "apiextensions.k8s.io/v1": "CustomResourceDefinition",
    "apps/v1": "DaemonSet Deployment ReplicaSet StatefulSet",
    "autoscaling/v2": "HorizontalPodAutoscaler",
    "batch/v1": "CronJob Job",
    "coordination.k8s.io/v1": "Lease",
    "discovery.k8s.io/v1": "EndpointSlice",
    "networking.k8s.io/v1": "Ingress IngressClass NetworkPolicy",
    "policy/v1": "PodDisruptionBudget",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
    "scheduling.k8s.io/v1": "PriorityClass",
    "storage.k8s.io/v1": "StorageClass",
}
# Custom kinds whose older versions people still write; of all others the newest served version is enough.
ALSO_SERVED: Mapping[str, tuple[str, ...]] = {"ReferenceGrant": ("v1beta1",)}

ROOT = Path(__file__).resolve().parent.parent / "schemas"
OWNED = tuple(sorted({family.folder for family, _ in SOURCES}))
OBJECT_META = "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
REFERENCE = re.compile(r'"\$ref":"#/definitions/([^"]+)"')

REPLACED: Definitions = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": ["string", "number"]},
    # The API server and its tools write `creationTimestamp: null` for a time that is not set.
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": {"format": "date-time", "type": ["string", "null"]},
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": {"format": "date-time", "type": ["string", "null"]},
}


def reachable(schema: Json, definitions: Definitions) -> Json:
    """Return the definitions that a schema refers to, directly or through others."""
    found: Json = {}
    waiting = REFERENCE.findall(compact(schema))
    while waiting:
        if (name := waiting.pop()) not in found:
            found[name] = definitions[name]
            waiting += REFERENCE.findall(compact(found[name]))
    return found


def standalone(strict: Json, api_version: str, kind: str, definitions: Definitions, comment: str) -> tuple[str, Json]:
    """Complete the strict schema of one kind, and name its file as kubeconform's template does."""
    constants = {"apiVersion": {"const": api_version}, "kind": {"const": kind}}
    whole = {**strict, "$comment": comment, "$schema": "http://json-schema.org/draft-07/schema#"}
    whole["properties"] = {**strict["properties"], **constants}
    whole["required"] = sorted({*strict.get("required", ()), *constants})
    whole["definitions"] = reachable(whole, definitions)
    parts = api_version.split("/")  # kubeconform's group of a core kind is the bare version
    return f"{parts[0]}/{kind.lower()}_{parts[-1]}.json", whole


def builtin_schemas(upstream: Definitions, comment: str, definitions: Definitions) -> Iterator[tuple[str, Json]]:
    """Yield path and schema of every wanted built-in kind, found by the identity that upstream gives its definition."""
    names: dict[tuple[str, str], str] = {}
    for name, node in upstream.items():
        for identity in node.get("x-kubernetes-group-version-kind", ()):
            names[f"{identity['group']}/{identity['version']}".lstrip("/"), identity["kind"]] = name
    for api_version, listed in KUBERNETES_KINDS.items():
        for kind in listed.split():
            yield standalone(definitions[names[api_version, kind]], api_version, kind, definitions, comment)


def age(version: str) -> tuple[int, ...]:
    """Order API versions as Kubernetes does: v2, v1, v1beta1, v1alpha2, v1alpha1."""
    if not (match := re.fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", version)):
        raise ValueError(f"not a Kubernetes API version: {version!r}")
    major, stage, minor = match.groups()
    return ("alpha", "beta", None).index(stage), int(major), int(minor or 0)


def wanted(document: Json, family: Family) -> bool:
    """Say whether a document is the definition of a kind that the family gives."""
    if document["kind"] != "CustomResourceDefinition":
        return False
    return not family.kinds or document["spec"]["names"]["kind"] in family.kinds


def custom_schemas(crd: Json, comment: str, definitions: Definitions) -> Iterator[tuple[str, Json]]:
    """Yield path and schema of the wanted versions of one custom resource definition."""
    group, kind = crd["spec"]["group"], crd["spec"]["names"]["kind"]
    served = {version["name"]: version for version in crd["spec"]["versions"] if version["served"]}
    for name in {max(served, key=age), *ALSO_SERVED.get(kind, ())} & served.keys():
        strict = convert(served[name]["schema"]["openAPIV3Schema"])
        strict["properties"]["metadata"] = {"$ref": OBJECT_META}
        yield standalone(strict, f"{group}/{name}", kind, definitions, comment)


def render(schema: Json) -> bytes:
    """Write a schema with one line per keyword, and one per entry of `definitions` and `properties`."""
    lines = []
    for key, value in sorted(schema.items()):
        text = compact(value)
        if key in ("definitions", "properties"):
            text = "{\n" + ",\n".join(f"{compact(name)}:{compact(value[name])}" for name in sorted(value)) + "\n}"
        lines.append(f"{compact(key)}:{text}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def module_zip(module: str, version: str) -> Path:
    """Let the Go command fetch and verify a module, and return its archive in the module cache."""
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    command = ["go", "mod", "download", "-json", f"{module}@{version}"]
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, check=False)
        cache = subprocess.check_output(["go", "env", "GOMODCACHE"], cwd=empty, text=True).strip()
    answer = json.loads(done.stdout or "{}")
    escaped = re.sub("[A-Z]", lambda letter: "!" + letter[0].lower(), module)
    # A module for a newer Go than the one installed is reported as an error, but its archive may be there all the same.
    archive = Path(answer.get("Zip") or f"{cache}/cache/download/{escaped}/@v/{version}.zip")
    if not archive.is_file():
        raise SystemExit(f"{module}@{version} is not available: {answer.get('Error') or done.stderr.strip()}")
    return archive


def members(family: Family, version: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the API descriptions in a module's archive."""
    prefix = f"{family.module}@{version}/"
    with zipfile.ZipFile(module_zip(family.module, version)) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith(prefix + family.member))
        if not names:
            raise SystemExit(f"{prefix}{family.member} does not exist")
        yield from ((name.removeprefix(prefix), archive.read(name)) for name in names)


def folder_of(family: Family, version: str) -> str:
    """Name the folder of a module's version, as `istio/1.31`; modules of one release share it."""
    return f"{family.folder}/{family.release or '.'.join(version.removeprefix('v').split('.')[:2])}"


def derive() -> dict[str, bytes]:
    """Derive every file, by its path below the schemas folder."""
    tree: dict[str, bytes] = {}
    metadata: Definitions = {}
    for family, version in SOURCES:
        folder = folder_of(family, version)
        for member, content in members(family, version):
            comment = f"Derived from {family.module} {version}, {member}; licence Apache-2.0"
            if family is KUBERNETES:
                upstream = json.loads(content)["definitions"]
                definitions = {name: REPLACED.get(name) or convert(node) for name, node in upstream.items()}
                metadata = metadata or definitions
                schemas = list(builtin_schemas(upstream, comment, definitions))
            else:
                comment += f"; metadata from {SOURCES[0][0].module} {SOURCES[0][1]}, {SOURCES[0][0].member}"
                documents = [item for item in yaml.load_all(content, Loader=yaml.CSafeLoader) if item]
                crds = [item for item in documents if wanted(item, family)]
                schemas = [pair for crd in crds for pair in custom_schemas(crd, comment, metadata)]
            if family.shared:
                schemas = [(name, share(schema)) for name, schema in schemas]
            tree.update((f"{folder}/{name}", render(schema)) for name, schema in schemas)
    return tree


def differing(tree: Mapping[str, bytes], root: Path) -> list[str]:
    """Return the paths that are missing, left over or different below the owned folders."""
    files = [path for folder in OWNED for path in (root / folder).rglob("*") if path.is_file()]
    present = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    return sorted(path for path in tree.keys() | present.keys() if tree.get(path) != present.get(path))


def write(tree: Mapping[str, bytes], root: Path) -> None:
    """Replace the owned folders by the tree, which is written out in full before the first one is touched."""
    with tempfile.TemporaryDirectory(dir=root, prefix=".derive-") as new:
        for path, content in tree.items():
            Path(new, path).parent.mkdir(parents=True, exist_ok=True)
            Path(new, path).write_bytes(content)
        for folder in OWNED:
            shutil.rmtree(root / folder, ignore_errors=True)
            Path(new, folder).rename(root / folder)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code is 1 when `--check` finds a difference."""
    parser = argparse.ArgumentParser(description="Derive the JSON Schemas under schemas/ from upstream Go modules.")
    parser.add_argument("--check", action="store_true", help="change nothing; list the files that differ")
    check = parser.parse_args(arguments).check
    tree = derive()
    paths = differing(tree, ROOT)
    if check:
        sys.stdout.writelines(f"differs: schemas/{path}\n" for path in paths)
        return 1 if paths else 0
    write(tree, ROOT)
    print(f"{len(tree)} schemas, {sum(map(len, tree.values())):,} bytes, {len(paths)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
