"""Gate 5: the schemas, by kubeconform where it is there and in process where it is not.

Owns which of the two is asked, that a fault leads to the field that nobody knows, and that none quotes a secret. Must
not know where the objects came from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gitramp import body, kubeconform, schemas
from gitramp.checks import removed_apis
from gitramp.model import Platform
from gitramp.pipeline.build import located
from gitramp.pipeline.built import Built
from gitramp.pipeline.rendered import RenderedPlaces
from gitramp.pointer import dotted
from gitramp.problem import Code, Finding
from gitramp.resource import Breach, Manifest
from gitramp.secrets import HIDDEN, names_a_secret, names_secrets
from gitramp.workspace import EXTRA_SCHEMAS, Workspace

# As kubeconform and jsonschema-rs say it.
_UNKNOWN = re.compile(r"(?i)additional properties (?:are not allowed \()?'(?P<key>[A-Za-z0-9_.-]+)'")


@dataclass(frozen=True, slots=True)
class Verifier:
    """What verifies objects in a workspace; `binary` is kubeconform, None when it is not there."""

    workspace: Workspace
    binary: Path | None

    @property
    def name(self) -> str:
        """How a summary calls it."""
        if self.binary is None:
            return f"{schemas.TOOL} in process (no kubeconform)"
        return f"kubeconform {kubeconform.version(self.binary)}"

    def refusals(
        self, manifests: Mapping[str, Manifest], platform: Platform, folder: Path
    ) -> Iterator[tuple[Code, Breach]]:
        """Yield what the schemas of a platform refuse in objects; `folder` is where each has been staged, by path."""
        folders = self.workspace.schema_folders(platform.kubernetes, platform.istio)
        if self.binary is None:
            found = schemas.apply(manifests.values(), folders)
        else:
            said = kubeconform.verify(self.binary, folder, manifests, platform.kubernetes, folders)
            found = ((schemas.NO_SCHEMA if unknown else schemas.BREACH, breach) for unknown, breach in said)
        told = ((code, breach) for code, breach in found if not (code is schemas.NO_SCHEMA and _is_gone(breach)))
        return ((code, _discreet(_at_the_unknown(breach))) for code, breach in told)


def verifier(workspace: Workspace) -> Verifier:
    """Find what verifies; raises ToolError for a schema of the workspace's own that is none."""
    schemas.refuse_unusable(workspace.root / EXTRA_SCHEMAS)
    return Verifier(workspace, kubeconform.find(workspace.tools))


def _is_gone(breach: Breach) -> bool:
    """Whether a kind has no schema since its version is gone: GR374 refuses it already, and says what to use."""
    return breach.manifest is not None and bool(removed_apis.instead_of(breach.manifest.id.gvk))


def _at_the_unknown(breach: Breach) -> Breach:
    """Lead to the field that a schema does not know, and not to what is around it: a patch may have put it there."""
    found = _UNKNOWN.search(breach.message)
    if found and breach.manifest and found["key"] in body.mapping(breach.manifest.body, *breach.pointer):
        return replace(breach, pointer=(*breach.pointer, found["key"]))
    return breach


def _discreet(breach: Breach) -> Breach:
    """Keep the words of a validator back where they can quote a secret."""
    if breach.manifest is None:
        return breach
    name = body.text(breach.manifest.body, *breach.pointer[:-1], "name")
    of_secret = breach.manifest.id.gvk.kind == "Secret" and breach.pointer[:1] in {("data",), ("stringData",)}
    if of_secret or names_secrets(breach.pointer) or names_a_secret(name):
        return replace(breach, message=f"{dotted(breach.pointer)}: a value that its schema refuses {HIDDEN}")
    return breach


def located_refusals(verifying: Verifier, built: Built, folder: Path, asked: Collection[str]) -> Iterator[Finding]:
    """Yield what the schemas refuse in some files of an environment, at the lines of its overlays."""
    paths = {path: m for (path, _), m in zip(built.files, built.manifests, strict=True) if path in asked}
    refusals = verifying.refusals(paths, built.environment.platform, folder)
    return located(refusals, built.values, RenderedPlaces(built.name))
