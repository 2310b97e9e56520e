"""At least 300 faults, planted at random places of all that is rendered here: the gate tells of 98 in 100 and more.

Run as a program, it prints what was refused by what:

    python tests/test_planted_faults.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from faults import across, istio, kubernetes, secrets
from faults.planting import Body, Fault, plant
from gitramp import checks, overlays, schemas
from gitramp.pipeline import build
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet, ResourceId
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
TREES = sorted(
    folder for base in [ROOT, *(ROOT / "examples").iterdir()] for folder in (base / "rendered").glob("[a-z]*")
)
FAULTS = [*kubernetes.faults(), *istio.faults(), *across.faults(), *secrets.faults()]
AT_LEAST = 300
# A fault may be told by a neighbour that sees it as well: what a schema refuses, no other family need say.
ALLOWED = {
    kubernetes.FAMILY: {"Kubernetes", "schemas", "security posture"},
    istio.FAMILY: {"Istio objects", "schemas", "traffic", "trust"},
    across.FAMILY: {"traffic", "trust", "Kubernetes", "overlay and references"},
    secrets.FAMILY: {"security posture", "Kubernetes"},
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault in an object of a tree, and the codes that told of it."""

    fault: Fault
    tree: str
    told: frozenset[Code]

    @property
    def right(self) -> list[Code]:
        """The codes of the right family; remarks do not count."""
        about = (code for code in self.told if code.severity is not Severity.INFO)
        return [code for code in about if code.family in ALLOWED[self.fault.family]]

    @property
    def is_error(self) -> bool:
        """Whether a run fails by it; a warning fails with --strict alone."""
        return any(code.severity is Severity.ERROR for code in self.right)


@cache
def trees() -> dict[str, ManifestSet]:
    """Return the objects of every environment here, by the workspace and name of it."""
    workspaces = [ROOT, *sorted(folder for folder in (ROOT / "examples").iterdir() if folder.is_dir())]
    found = ((workspace, built) for workspace in workspaces for built in build(overlays.snapshot(workspace)))
    return {f"{workspace.name} {built.name}": built.manifests for workspace, built in found}


def codes(manifests: ManifestSet, about: Sequence[Manifest]) -> frozenset[Code]:
    """Return what the gate says of objects; the schemas are asked about the changed ones alone."""
    folders = Workspace(ROOT).schema_folders("1.37", "1.31")
    said = [*checks.check_manifests(manifests), *schemas.apply(about, folders)]
    return frozenset(code for code, _ in said)


def with_fault(fault: Fault, tree: str, random: Random) -> Planted | None:
    """Plant a fault in one object of a tree, as a patch would; None when it fits nowhere."""
    before = trees()[tree]
    made = plant(fault, [dict(m.body) for m in before], random)
    if made is None:
        return None
    after = [named(was, body) for was, body in zip(before, made, strict=True) if body is not None]
    about = [manifest for manifest in after if manifest not in before.manifests]
    return Planted(fault, tree, codes(ManifestSet.of(after, before.elsewhere), about))


def named(was: Manifest, body: Body) -> Manifest:
    """Return an object with another body, under the name that the body says."""
    if body == was.body:
        return was
    metadata = body["metadata"]
    return replace(was, id=ResourceId(was.id.gvk, metadata.get("namespace", ""), metadata["name"]), body=body)


def planted(seed: int, rounds: int) -> Iterator[Planted]:
    """Plant every fault in some tree that can have it, at places drawn by chance from a seed."""
    random = Random(seed)
    for _ in range(rounds):
        for fault in FAULTS:
            drawn = (with_fault(fault, tree, random) for tree in random.sample(sorted(trees()), len(trees())))
            found = next((each for each in drawn if each is not None), None)
            if found:
                yield found


@pytest.fixture(scope="module")
def all_planted() -> list[Planted]:
    return list(planted(seed=1, rounds=2))


def test_at_least_300_faults_are_planted(all_planted: list[Planted]) -> None:
    assert len(all_planted) >= AT_LEAST
    assert {each.fault.name for each in all_planted} == {fault.name for fault in FAULTS}


def test_98_of_100_are_told_by_the_right_family(all_planted: list[Planted]) -> None:
    missed = [f"{p.fault.name} in {p.tree}: {sorted(map(str, p.told))}" for p in all_planted if not p.right]
    assert len(missed) <= 0.02 * len(all_planted), missed


@pytest.mark.parametrize("tree", sorted(trees()))
def test_without_a_fault_nothing_is_told(tree: str) -> None:
    assert {str(code) for code in codes(trees()[tree], ())} == set()


def main() -> None:
    """Print the faults that nobody told of, and the figures."""
    found = list(planted(int(sys.argv[1]) if len(sys.argv) > 1 else 1, 2))
    for each in found:
        if not each.right:
            print(f"{each.fault.family}: {each.fault.name} in {each.tree}: {sorted(map(str, each.told)) or 'nothing'}")
    told, errors = (
        100 * sum(map(bool, of)) / len(found) for of in ([p.right for p in found], [p.is_error for p in found])
    )
    print(f"{len(found)} planted; {told:.1f} % told by the right family, {errors:.1f} % as errors")


if __name__ == "__main__":
    main()
