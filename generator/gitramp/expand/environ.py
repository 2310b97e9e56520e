"""The environment of a container: `env` and `envFrom`.

Owns how a variable and its source are written. Must not know the container around them.
"""

from __future__ import annotations

from typing import Any

from gitramp.model.container import Container
from gitramp.model.environ import EnvFrom, EnvVar, KeyRef
from gitramp.resource import traced


def environ(container: Container) -> dict[str, Any]:
    """Return the variables of a container, sorted by name, as fields of it."""
    variables = [_variable(name, variable) for name, variable in sorted(container.env.items())]
    sources = [_source(source) for _, source in sorted(container.env_from.items())]
    return {**({"envFrom": sources} if sources else {}), **({"env": variables} if variables else {})}


def _variable(name: str, variable: EnvVar) -> dict[str, Any]:
    named = {"name": traced(name, variable.pointer, how="its key in env")}
    if variable.value is not None:
        return {**named, "value": traced(variable.value, variable.at("value"))}
    return {**named, "valueFrom": _value_from(variable)}


def _value_from(variable: EnvVar) -> dict[str, Any]:
    if variable.field_ref is not None:
        return {"fieldRef": {"fieldPath": traced(variable.field_ref, variable.at("fieldRef"))}}
    if variable.resource_field_ref is not None:
        return {"resourceFieldRef": {"resource": traced(variable.resource_field_ref, variable.at("resourceFieldRef"))}}
    refs = {"secretKeyRef": variable.secret_key_ref, "configMapKeyRef": variable.config_map_key_ref}
    return {kind: _key_ref(ref) for kind, ref in refs.items() if ref is not None}


def _key_ref(ref: KeyRef) -> dict[str, Any]:
    optional = {} if ref.optional is None else {"optional": traced(ref.optional, ref.at("optional"))}
    return {"name": traced(ref.name, ref.at("name")), "key": traced(ref.of_key, ref.at("key")), **optional}


def _source(source: EnvFrom) -> dict[str, Any]:
    refs = {"secretRef": ("secret", source.secret), "configMapRef": ("configMap", source.config_map)}
    said = {kind: {"name": traced(name, source.at(key))} for kind, (key, name) in refs.items() if name is not None}
    prefix = {} if source.prefix is None else {"prefix": traced(source.prefix, source.at("prefix"))}
    return {**prefix, **said}
