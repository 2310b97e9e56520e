"""What no key of the format says: changes of rendered objects, and objects of one's own.

Owns the vocabulary of `patches` and `manifests`. Must not know what is rendered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from gitramp.model.key import MergePatch, Named, Placed, Upstream, injected, key
from gitramp.model.units import ATTACHED


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchTarget(Placed):
    """A rendered object, or the objects of one kind and name in several namespaces."""

    kind: str = key("Kind of the object; never one that routes.", example="Deployment", minLength=1)
    name: str = key("Name of the object.", example="search", minLength=1)
    namespace: str | None = key(
        "Namespace of the object; every namespace that has one unless said, so a canary gets what stable gets.",
        example="services-v1",
        default=None,
        minLength=1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch(Named):
    """A change of rendered objects; say `merge` or `json`."""

    target: PatchTarget = key("What is changed; it must be there.", example={"kind": "Deployment", "name": "search"})
    merge: MergePatch | None = key(
        "JSON Merge Patch (RFC 7396): mappings merge, everything else replaces, null removes.",
        example={"spec": {"template": {"spec": {"dnsPolicy": "None"}}}},
        default=None,
    )
    json: tuple[Upstream, ...] = key(
        "JSON Patch (RFC 6902): operations, one after the other.",
        example=[{"op": "remove", "path": "/spec/template/spec/containers/0/livenessProbe"}],
        default=(),
        minItems=1,
    )

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are said: one, once the checks have passed."""
        said = {"merge": self.merge, "json": self.json or None}
        return tuple(way for way, value in said.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFile(Named):
    """A file with objects of one's own, each a document in it."""

    text_form: ClassVar[str] = "file"

    file: str = key(
        "Path of the file from `environments/`, in the folder `files/` of any overlay; a plain text in place of the "
        "mapping.",
        example="base/files/dashboards.yaml",
        **ATTACHED,
    )
    scope: Literal["Namespaced", "Cluster"] = key(
        "Where kinds that gitramp does not know live; of those it knows, it knows that too.",
        example="Cluster",
        default="Namespaced",
    )
    documents: tuple[Mapping[str, Any], ...] = injected(())
    """What the file holds; nothing where there is no such file."""
