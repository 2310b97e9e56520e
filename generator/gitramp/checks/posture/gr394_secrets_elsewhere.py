"""GR394: no secret stands anywhere in an object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.secrets import is_literal, names_a_secret, shape_of_secret
from gitramp.source import show

CODE = Code(
    "GR394",
    "a secret in an object that hides nothing",
    "Annotations, routes, policies and ConfigMaps are for everybody who may look at them or has the repository.",
    "keep it in a Secret, refer to that, and revoke what was written here",
    source="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
    unseen=True,
)
_LEAST = 8  # no form of a secret is shorter
_CONTAINERS = ("containers", "initContainers")
_VARIABLES = ("command", "args")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each text that has the form of a secret, without showing it; of containers and files GR325 tells."""
    kind = f"{manifest.id.gvk.group}/{manifest.id.gvk.kind}"
    if kind == "/Secret":
        return  # GR122 tells of it
    for key, value in manifest.body.items():
        if isinstance(value, (dict, list)) and not (kind == "/ConfigMap" and key == "data"):
            yield from _shaped(value, (key,), manifest)
    for key, text in body.mapping(manifest.body, "data").items() if kind == "/ConfigMap" else ():
        plain = isinstance(text, str) and is_literal(text) and "\n" not in text.strip()
        if plain and names_a_secret(key.replace("-", "_").replace(".", "_")) and not shape_of_secret(text):
            yield Breach(f"file {show(key)} holds a secret as text", ("data", key), manifest)


def _shaped(tree: Any, at: Pointer, manifest: Manifest) -> Iterator[Breach]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, value in children:
        if isinstance(value, str):
            if len(value) >= _LEAST and (found := shape_of_secret(value)) and not _is_told(at, step):
                yield Breach(f"{'.'.join(map(str, (*at, step)))} holds {found}", (*at, step), manifest)
        elif isinstance(value, (dict, list)):
            yield from _shaped(value, (*at, step), manifest)


def _is_told(at: Pointer, step: str | int) -> bool:
    """Whether a text is the value of a variable or an argument of a container."""
    of_container = any(name in at for name in _CONTAINERS)
    return of_container and (at[-1] in _VARIABLES or (step == "value" and len(at) > 1 and at[-2] == "env"))


RULE = ObjectRule(CODE, frozenset(), find)
