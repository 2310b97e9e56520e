"""GR325: no secret stands in an overlay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp.checks.rule import Breach, EnvironmentRule
from gitramp.checks.tracks import containers, tracks
from gitramp.model import Environment
from gitramp.model.container import Container
from gitramp.pointer import Pointer
from gitramp.problem import Code

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


def find(environment: Environment) -> Iterator[Breach]:
    """Yield each text that looks like a secret, by its name or by its form, without showing it."""
    for container in containers(environment):
        yield from _of_container(container)
    for _, track in tracks(environment):
        for name, said in track.config.files.items() if track.config else ():
            content = environment.content(said) or b""
            yield from _shaped(f"config file {name}", content.decode("utf-8", "replace"), said.pointer)


def _of_container(container: Container) -> Iterator[Breach]:
    for name, variable in container.env.items():
        if variable.value is None:
            continue
        if _NAMES.search(name) and _is_literal(variable.value):
            yield Breach(f"variable {name} holds a secret as text", variable.at("value"))
        else:
            yield from _shaped(f"variable {name}", variable.value, variable.at("value"))
    for key, texts in (("command", container.command), ("args", container.args)):
        for position, text in enumerate(texts):
            yield from _shaped(key, text, container.at(key, position))


def _is_literal(value: str) -> bool:
    """Whether a value is more than nothing, a path, or a reference to another variable."""
    return bool(value) and not value.startswith(("/", "$("))


def _shaped(where: str, text: str, at: Pointer) -> Iterator[Breach]:
    found = next((what for what, shape in _SHAPES.items() if shape.search(text)), "")
    if found:
        yield Breach(f"{where} holds {found}", at)


RULE = EnvironmentRule(CODE, find)
