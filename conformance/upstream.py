"""Versions of the real ones, and what their Go modules hold.

Owns which modules and versions are asked. They are those of `scripts/derive_schemas.py` where it names them, so that
the schemas and the real ones are of one release. Must not know how programs are built or started.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
KUBERNETES = "k8s.io/kubernetes"
ETCD = ("go.etcd.io/etcd/server/v3", "v3.7.0")  # the version of the client in kube-apiserver
ISTIO = "1.31"  # what the untagged version in istio/go.mod is


@functools.cache
def _script() -> ModuleType:
    scripts = str(ROOT / "scripts")
    sys.path.insert(0, scripts)  # as Python does for a script: `strict_schema` is beside it
    try:
        return importlib.import_module("derive_schemas")
    finally:
        sys.path.remove(scripts)


def newest_versions() -> dict[str, str]:
    """Return the version of each module; SOURCES has the newest of a module first."""
    found: dict[str, str] = {}
    for family, version in _script().SOURCES:
        found.setdefault(family.module, version)
    return found


def definitions(module: str = "") -> Iterator[dict[str, Any]]:
    """Yield the CustomResourceDefinitions of a module, or of every module of SOURCES, in its newest version."""
    newest = newest_versions()
    for family, version in _script().SOURCES:
        if family.module == KUBERNETES or version != newest[family.module] or module not in {"", family.module}:
            continue
        for _, content in _script().members(family, version):
            for document in yaml.load_all(content, Loader=yaml.CSafeLoader):
                if document and document["kind"] == "CustomResourceDefinition":
                    yield document


def module_file(module: str, version: str, member: str) -> bytes:
    """Return one file of a module."""
    family = _script().Family(module, member, "")
    found: dict[str, bytes] = dict(_script().members(family, version))
    return found[member]


def staging_modules(go_mod: str) -> list[str]:
    """Return the modules that Kubernetes' own go.mod takes from its source tree: it requires them at v0.0.0."""
    return sorted(set(re.findall(r"^\s*(?:require )?(k8s\.io/\S+) v0\.0\.0\s*$", go_mod, re.MULTILINE)))


def istio_version() -> str:
    """Return the release whose webhook is asked, and the module that it is built from."""
    go_mod = (Path(__file__).parent / "istio" / "go.mod").read_text()
    found = re.search(r"^\s*istio\.io/istio (\S+)$", go_mod, re.MULTILINE)
    return f"{ISTIO} (istio.io/istio {found[1] if found else 'unknown'})"
