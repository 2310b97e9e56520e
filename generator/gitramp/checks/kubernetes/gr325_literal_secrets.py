"""GR325: no secret stands in an overlay, nor in a patch or an object of one's own."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.pods import Container, containers
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR325",
    "a secret in an overlay",
    "Everybody who reads the repository reads it, and Git forgets nothing: it has to be revoked.",
    "keep it in a Secret, refer to it with `secretKeyRef`, and revoke what was written here",
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
)
_NAMES = re.compile(r"(?i)(^|_)(password|passwd|secret|token|api_?key|private_?key|access_?key|credentials?)$")
# What gives itself away, whatever its name. https://docs.github.com/code-security/secret-scanning lists such forms.
_SHAPES = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an AWS access key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50})"),
    "a GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20}"),
    "a Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10}"),
    "a Google API key": re.compile(r"\bAIza[A-Za-z0-9_-]{35}"),
    "a Stripe key": re.compile(r"\b[sr]k_live_[A-Za-z0-9]{20}"),
    "a JSON Web Token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "a password in a URL": re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@$]+:[^\s/@$]+@"),
}


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
        if _NAMES.search(name) and _is_literal(value):
            yield Breach(f"variable {show(name)} holds a secret as text", at, container.manifest)
        else:
            yield from _shaped(f"variable {show(name)}", value, at, container.manifest)


def _is_literal(value: str) -> bool:
    """Whether a value is more than nothing, a path, or a reference to another variable."""
    return bool(value) and not value.startswith(("/", "$("))


def _shaped(where: str, text: Any, at: Pointer, manifest: Manifest) -> Iterator[Breach]:
    if isinstance(text, str) and (found := _shape(text)):
        yield Breach(f"{where} holds {found}", at, manifest)


@functools.lru_cache(maxsize=1 << 16)  # the tracks of a service say the same
def _shape(text: str) -> str:
    return next((what for what, shape in _SHAPES.items() if shape.search(text)), "")


RULE = ManifestRule(CODE, find)
