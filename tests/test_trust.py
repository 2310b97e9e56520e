"""Who may speak to whom: the objects of the golden case `trust`, read back and held against what its overlay says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gitramp import overlays
from gitramp.pipeline import build

CASE = Path(__file__).parent / "cases" / "trust"
OBJECTS = [yaml.safe_load(path.read_text()) for path in sorted(CASE.rglob("rendered/**/*.yaml"))]
BOTH_TRACKS = pytest.mark.parametrize("namespace", ["services-v1", "services-v2"])


def one(kind: str, namespace: str, name: str) -> dict[str, Any]:
    """Return the spec of the one object of that identity."""
    wanted = (kind, namespace, name)
    (found,) = [o for o in OBJECTS if (o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]) == wanted]
    spec: dict[str, Any] = found["spec"]
    return spec


def rendered(folder: Path, services: str, rest: str = "") -> dict[tuple[str, str, str], dict[str, Any]]:
    """Render an environment of these services and return (kind, namespace, name) -> body."""
    (folder / "environments").mkdir()
    head = f"apiVersion: gitramp/v1alpha1\nkind: Environment\n{rest}\nservices:\n"
    (folder / "environments" / "dev.yaml").write_text(head + services)
    (built,) = build(overlays.snapshot(folder))
    return {(m.id.gvk.kind, m.id.namespace, m.id.name): dict(m.body) for m in built.manifests}


@BOTH_TRACKS
def test_a_port_is_an_exception_and_the_rest_stays_strict(namespace: str) -> None:
    spec = one("PeerAuthentication", namespace, "catalog.ports")
    assert spec["mtls"] == {"mode": "STRICT"}
    assert spec["portLevelMtls"] == {"9090": {"mode": "PERMISSIVE"}}
    assert one("PeerAuthentication", namespace, "default") == {"mtls": {"mode": "STRICT"}}
