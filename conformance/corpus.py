"""The cases: every rendered tree of this repository, and every fixture of a check with its objects.

Owns where cases are found, and how objects are had of a fixture, even of one that gitramp refuses to render. Must not
know who is asked, nor what the answer should be beyond good and bad.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from conformance.verdict import Document
from gitramp import documents, merge, overlays, parse, patches, pipeline, schemas
from gitramp.expand import deliver, expand
from gitramp.resource import ManifestSet
from gitramp.source import Overlay, Snapshot
from gitramp.workspace import Workspace
from random_environments import listed

ROOT = Path(__file__).resolve().parents[1]
CHECKS = ROOT / "tests" / "checks"
RANDOM = "random/"
"""How the names of environments at random begin; their seeds follow."""
SEEDS = 400
"""How many environments are made at random; the gate refuses some, and HTTPRoutes of others have no such form."""
FAMILIES = ("Kubernetes", "Istio objects")  # of codes: what a cluster is expected to refuse as well


@dataclass(frozen=True, slots=True)
class Case:
    """A set of objects of one cluster, whether it is good, and the code of the check that it is a fixture of."""

    name: str
    good: bool
    documents: tuple[Document, ...]
    code: str = ""

    @property
    def fixture(self) -> str:
        """The name without the environment: `GR302/bad-2`."""
        return self.name.partition(":")[0]

    @property
    def drawn(self) -> bool:
        """Whether it was made at random."""
        return self.name.startswith(RANDOM)

    @property
    def family(self) -> str:
        """The family of the code."""
        return pipeline.every_code()[self.code].family if self.code else ""


def rendered_folders() -> list[Path]:
    """Return the folder of each environment that is rendered here, and those beside them for delivery."""
    trees = [ROOT / "rendered", *sorted(ROOT.glob("examples/*/rendered")), *sorted(ROOT.glob("tests/cases/*/rendered"))]
    found: list[Path] = []
    for tree in trees:
        for folder in sorted(path for path in tree.iterdir() if path.is_dir()):
            beside = folder.name.startswith("_")  # _delivery/<environment>, _istio/<environment>
            found += sorted(path for path in folder.iterdir() if path.is_dir()) if beside else [folder]
    return found


def environments() -> list[tuple[Path, str]]:
    """Return every environment that overlays of this repository describe: the folder of its workspace, and its name."""
    roots = [ROOT, *sorted(ROOT.glob("examples/*/")), *sorted(ROOT.glob("tests/cases/*/"))]
    return [(root, name) for root in roots for name in overlays.read_chains(overlays.snapshot(root), ())]


def rendered_case(folder: Path) -> Case:
    """Return the objects of one environment, as their files spell them."""
    found = [document for path in sorted(folder.rglob("*.yaml")) for document in read(path)]
    return Case(folder.relative_to(ROOT).as_posix(), good=True, documents=tuple(found))


def read(path: Path) -> list[Document]:
    """Return the objects in a file, with their spelling where there is one; what has no name is no object."""
    text = path.read_text()
    bodies = [body for body in yaml.safe_load_all(text) if isinstance(body, dict)]
    bodies = [body for body in bodies if isinstance(body.get("metadata"), dict) and body.get("kind")]
    return [Document(body, text if len(bodies) == 1 else "") for body in bodies]


def random_cases() -> Iterator[Case]:
    """Yield the objects of environments at random, those that the gate passes, schemas included."""
    workspace = Workspace(ROOT)
    for seed, _, built in listed(SEEDS):
        if built is None:
            continue
        platform = built.environment.platform
        folders = workspace.schema_folders(platform.kubernetes, platform.istio)
        if not any(schemas.apply(built.manifests, folders)):
            yield Case(f"{RANDOM}{seed}", good=True, documents=tuple(_documents_of(built.manifests)))


def good_fixtures() -> list[Path]:
    """Return the folders of all that the checks call good, whatever their family."""
    return sorted(path for path in CHECKS.glob("GR*/good*") if path.is_dir())


def bad_fixtures() -> list[Path]:
    """Return the folders of what the checks of two families call bad."""
    judged = {number for number, code in pipeline.every_code().items() if code.family in FAMILIES}
    return sorted(path for path in CHECKS.glob("GR*/bad*") if path.is_dir() and path.parent.name in judged)


def everything() -> set[str]:
    """Return the names of all cases that have objects, without their environments."""
    named = {folder.relative_to(ROOT).as_posix() for folder in rendered_folders()}
    return named | {case.fixture for each in (*good_fixtures(), *bad_fixtures()) for case in fixture_cases(each)}


def fixture_cases(folder: Path) -> list[Case]:
    """Return the cases of one fixture, one an environment; of a bad one at least one, even without an object."""
    code, kind = folder.parent.name, folder.name
    good = kind.startswith("good")
    if (folder / "manifests").is_dir():
        sets = {"": [each for path in sorted(folder.glob("manifests/*.yaml")) for each in read(path)]}
    elif good:
        built = pipeline.build(overlays.snapshot(folder))
        sets = {each.name: _documents_of(each.manifests) for each in built}
    else:
        sets = dict(_ungated(overlays.snapshot(folder)))
    named = ((f"{code}/{kind}" + (f":{name}" if name else ""), found) for name, found in sets.items())
    cases = [Case(name, good, tuple(found), code) for name, found in named if found]
    return cases or ([] if good else [Case(f"{code}/{kind}", good, (), code)])


def _documents_of(manifests: ManifestSet) -> list[Document]:
    return [Document(manifest.body) for manifest in manifests]


def _ungated(taken: Snapshot) -> Iterator[tuple[str, list[Document]]]:
    """Expand overlays that a gate refuses, to learn what the server would have said of the objects."""
    # The stages rely on the gates: what they do without is theirs to choose.
    with contextlib.suppress(Exception):
        attached = overlays.attached(taken)
        for name, chain in overlays.read_chains(taken, ()).items():
            with contextlib.suppress(Exception):
                yield name, _documents_of(_expanded(name, chain, attached))


def _expanded(name: str, chain: Iterable[Overlay], attached: Any) -> ManifestSet:
    """Go the way of `pipeline.build` without its gates."""
    values = merge.merge(name, tuple(chain))
    values = documents.attach(merge.inherit(values), attached)
    environment = documents.fill(replace(parse.parse(values), attached=attached), values)
    patched, _ = patches.apply(environment, expand(environment))
    return deliver(environment, patched)
