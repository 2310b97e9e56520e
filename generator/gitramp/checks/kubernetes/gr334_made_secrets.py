"""GR334: a Secret that is made from a store, and a ConfigMap that is rendered, have the keys that pods read."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.pods import Container, pods
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import did_you_mean, show

CODE = Code(
    "GR334",
    "a key that the Secret or ConfigMap will not have",
    "A pod that refers to it never starts: CreateContainerConfigError.",
    "name one of the keys that are there, or add it",
    source="https://external-secrets.io/latest/api/externalsecret/",
)
_Made = dict[tuple[str, str, str], set[str]]
"""Kind of reference, namespace and name of a Secret or ConfigMap -> the keys that it will have."""
_SECRET, _CONFIG_MAP = "secretKeyRef", "configMapKeyRef"
_WORDS = {_SECRET: "secret", _CONFIG_MAP: "config map"}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each ExternalSecret that makes nothing, and each variable whose key is not among those made."""
    made: _Made = {}
    unknown: set[tuple[str, str, str]] = set()
    for manifest in manifests.of_kind("ExternalSecret"):
        keys = {body.text(entry, "secretKey") for _, entry in body.items(manifest.body, "spec", "data")}
        name = body.text(manifest.body, "spec", "target", "name") or manifest.id.name
        made.setdefault((_SECRET, manifest.id.namespace, name), set()).update(keys)
        if _is_open(manifest):
            unknown.add((_SECRET, manifest.id.namespace, name))
        elif not keys:
            remedy = "say `keys` or `extract`"
            yield Breach(f"secret {show(manifest.id.name)} has no keys", ("spec",), manifest, remedy)
    for manifest in manifests.of_kind("ConfigMap"):
        files = {**body.mapping(manifest.body, "data"), **body.mapping(manifest.body, "binaryData")}
        made[_CONFIG_MAP, manifest.id.namespace, manifest.id.name] = set(files)
    known = {secret: keys for secret, keys in made.items() if secret not in unknown}
    for pod in pods(manifests):
        for container in pod.containers():
            yield from _missing(container, pod.manifest, known)


def _is_open(manifest: Manifest) -> bool:
    """Whether only the store, or a template, knows the keys."""
    return any(body.field(manifest.body, *at) for at in (("spec", "dataFrom"), ("spec", "target", "template")))


def _missing(container: Container, manifest: Manifest, made: _Made) -> Iterator[Breach]:
    for at, variable in body.items(container.body, "env"):
        for kind in (_SECRET, _CONFIG_MAP):
            ref = body.mapping(variable, "valueFrom", kind)
            name, key = body.text(ref, "name"), body.text(ref, "key")
            keys = made.get((kind, manifest.id.namespace, name))
            if keys is None or not key or key in keys or ref.get("optional") is True:
                continue
            remedy = did_you_mean(key, keys, f"its keys are {', '.join(sorted(keys)) or 'none'}")
            where = (*container.pointer, *at, "valueFrom", kind, "key")
            yield Breach(f"{_WORDS[kind]} {show(name)} has no key {show(key)}", where, manifest, remedy)


RULE = ManifestRule(CODE, find)
