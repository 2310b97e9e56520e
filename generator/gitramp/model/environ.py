"""What a container finds in its environment: values, and references to where they are kept.

Owns the vocabulary of `env` and `envFrom`. Must not know containers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gitramp.model.key import Named, Placed, key


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRef(Placed):
    """One key of a Secret or ConfigMap in the track's namespace."""

    name: str = key("Name of the object.", example="search-db", minLength=1)
    of_key: str = key("Key in it.", example="password", name="key", minLength=1)
    optional: bool | None = key("Start the container without it when it is not there.", example=True, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvVar(Named):
    """A variable: a text, or where its value is kept."""

    text_form: ClassVar[str] = "value"

    value: str | None = key("The value itself; a plain text in place of the mapping.", example="info", default=None)
    secret_key_ref: KeyRef | None = key(
        "A key of a Secret.", example={"name": "search-db", "key": "password"}, default=None
    )
    config_map_key_ref: KeyRef | None = key(
        "A key of a ConfigMap.", example={"name": "flags", "key": "beta"}, default=None
    )
    field_ref: str | None = key("A field of the pod.", example="status.podIP", default=None, minLength=1)
    resource_field_ref: str | None = key(
        "A resource of the container.", example="limits.memory", default=None, minLength=1
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvFrom(Named):
    """All keys of a Secret or ConfigMap as variables; say one of the two."""

    secret: str | None = key("Name of the Secret.", example="search-settings", default=None, minLength=1)
    config_map: str | None = key("Name of the ConfigMap.", example="search-flags", default=None, minLength=1)
    prefix: str | None = key("Put before each name.", example="APP_", default=None, minLength=1)
