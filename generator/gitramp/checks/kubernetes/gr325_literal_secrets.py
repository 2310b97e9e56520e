"""GR325: no secret stands in an overlay, nor in a patch or an object of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.pods import Container, containers
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.secrets import is_literal, names_a_secret, shape_of_secret
from gitramp.source import show

CODE = Code(
    "GR325",
    "a secret in an overlay",
    "Everybody who reads the repository reads it, and Git forgets nothing: it has to be revoked.",
    "keep it in a Secret, refer to it with `secretKeyRef`, and revoke what was written here",
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    unseen=True,
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each text of a container or ConfigMap that looks like a secret, by name or by form, without showing it."""
    for container in containers(manifests):
        yield from _of_variables(container)
        for part in ("command", "args"):
            for step, text in body.items(container.body, part):
                yield from _shaped(part, text, (*container.pointer, *step), container.manifest)
    for manifest in manifests.of_kind("ConfigMap"):
        for name, text in body.mapping(manifest.body, "data").items():
            yield from _shaped(f"config file {name}", text, ("data", name), manifest)


def _of_variables(container: Container) -> Iterator[Breach]:
    for step, variable in body.items(container.body, "env"):
        name, value, at = (
            body.text(variable, "name"),
            body.text(variable, "value"),
            (*container.pointer, *step, "value"),
        )
        if names_a_secret(name) and is_literal(value):
            yield Breach(f"variable {show(name)} holds a secret as text", at, container.manifest)
        else:
            yield from _shaped(f"variable {show(name)}", value, at, container.manifest)


def _shaped(where: str, text: Any, at: Pointer, manifest: Manifest) -> Iterator[Breach]:
    if isinstance(text, str) and (found := shape_of_secret(text)):
        yield Breach(f"{where} holds {found}", at, manifest)


RULE = ManifestRule(CODE, find)
