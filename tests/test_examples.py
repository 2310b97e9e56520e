"""The example workspaces are what their overlays render to, and every gate lets them pass without a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitramp import overlays, schemas, tree
from gitramp.pipeline import build
from gitramp.router import MESH, Request, answer
from gitramp.workspace import Workspace

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/environments"))


def test_there_is_an_example_of_each_kind() -> None:
    assert NAMES == ["ambient", "bookinfo", "flux", "gateway-api", "shop"]
    told = (EXAMPLES / "README.md").read_text()
    assert all(f"[{name}]({name}/environments)" in told for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_example_is_rendered_and_has_no_finding(name: str) -> None:
    root = EXAMPLES / name
    files: dict[str, bytes] = {}
    for built in build(overlays.snapshot(root)):
        assert built.findings == ()
        files |= tree.rendered_tree(built.name, built.manifests)
    on_disk = {p.relative_to(root).as_posix(): p.read_bytes() for p in (root / "rendered").rglob("*.yaml")}
    assert on_disk == files


@pytest.mark.parametrize("name", NAMES)
def test_every_object_fits_its_schema(name: str) -> None:
    workspace = Workspace(EXAMPLES / name)
    for built in build(overlays.snapshot(workspace.root)):
        platform = built.environment.platform
        folders = workspace.schema_folders(platform.kubernetes, platform.istio)
        assert list(schemas.apply(built.manifests, folders)) == []


def asked(name: str, environment: str, host: str, **headers: str) -> dict[str, int]:
    (built,) = build(overlays.snapshot(EXAMPLES / name), [environment])
    found = answer(built.manifests, Request(host, headers=headers, way_in=MESH))
    return {share.track: int(share.probability * 100) for share in found.shares}


def test_stars_of_bookinfo_are_tracks() -> None:
    assert asked("bookinfo", "staging", "reviews.services") == {"v1": 75, "v2": 25}
    assert asked("bookinfo", "production", "reviews.services") == {"v2": 90, "v3": 10}
    assert asked("bookinfo", "production", "reviews.services", **{"end-user": "jason"}) == {"v3": 100}


def test_ambient_mode_splits_in_the_mesh() -> None:
    assert asked("ambient", "production", "greeting.services") == {"v1": 80, "v2": 20}
