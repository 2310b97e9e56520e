"""Secrets that are kept elsewhere and brought into the cluster by External Secrets Operator.

Owns the vocabulary of ExternalSecret. Must not know who reads the secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from gitramp.model.key import Named, key
from gitramp.model.units import DURATION


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteKey(Named):
    """Where one value is kept: a key of the store as text, or with a property of it."""

    text_form: ClassVar[str] = "key"

    of_key: str = key(
        "Key in the store; a plain text in place of the mapping.",
        example="production/search/db",
        name="key",
        minLength=1,
    )
    property: str | None = key("Property of what the key holds.", example="password", default=None, minLength=1)
    version: str | None = key("Version of it.", example="3", default=None, minLength=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalSecret(Named):
    """A Secret that is made from a store's values."""

    store: str = key("Name of the store.", example="vault", minLength=1)
    store_kind: Literal["ClusterSecretStore", "SecretStore"] = key(
        "Whether the store is the cluster's or the namespace's.", example="SecretStore", default="ClusterSecretStore"
    )
    refresh_interval: str = key("How often it is read anew.", example="15m", default="1h", **DURATION)
    keys: Mapping[str, RemoteKey] = key(
        "Key of the Secret -> where its value is kept.",
        example={"password": {"key": "production/search/db", "property": "password"}},
        default={},
    )
    extract: str | None = key(
        "Key in the store all of whose properties become keys of the Secret.",
        example="production/search",
        default=None,
        minLength=1,
    )
