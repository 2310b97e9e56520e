"""`gitramp canary run --if-healthy` with everything real: Prometheus scrapes, Git holds, a remote takes the pushes.

Two canaries start at 1 %. One is well and goes to its end; the other answers every tenth request with an error and is
aborted, with what was measured in the body of the commit.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance import prometheus
from conformance.mesh_metrics import Load, exporter
from rivals import IDENTITY, SERVICE

ROOT = Path(__file__).resolve().parents[1]
OVERLAY = """apiVersion: gitramp/v1alpha1
kind: Environment
services:
"""
CANARY = """\
    canary:
      track: v2
      weight: 0
      ramp: {steps: [1, 50, 100]}
      analysis:
        interval: 2s
        count: 2
        queries:
          success: {successRate: {min: 99}}
          drop: {successRateDrop: {max: 1}}
"""


def run(folder: Path, *argv: str, ok: bool = True) -> str:
    environment = {**os.environ, **IDENTITY, "PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0 or not ok, done.stdout + done.stderr
    return done.stdout


def gitramp(folder: Path, *arguments: str, ok: bool = True) -> str:
    return run(folder, sys.executable, "-m", "gitramp", *arguments, ok=ok)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone of a remote with both services, rendered."""
    folder = tmp_path / "clone"
    (folder / "environments").mkdir(parents=True)
    overlay = OVERLAY + "".join(SERVICE.format(name=name) + CANARY for name in ("well", "ill"))
    (folder / "environments" / "production.yaml").write_text(overlay)
    run(tmp_path, "git", "init", "--quiet", "--bare", "--initial-branch=main", "bare.git")
    run(folder, "git", "init", "--quiet", "--initial-branch=main")
    gitramp(folder, "commit")
    run(folder, "git", "remote", "add", "origin", str(tmp_path / "bare.git"))
    run(folder, "git", "push", "--quiet", "--set-upstream", "origin", "main")
    return folder


def test_one_ramp_ends_and_the_other_is_aborted_by_what_is_measured(clone: Path) -> None:
    began = int(time.time()) - 1
    loads = [
        Load(name, f"services-{track}", began=began, failing=0.1 * (name == "ill" and track == "v2"))
        for name in ("well", "ill")
        for track in ("v1", "v2")
    ]
    gate = ["--if-healthy", "--or-abort", "--every", "1", "--timeout", "150", "--push", "-e", "production"]
    with exporter(loads) as target, prometheus.running(scrape=target) as address:
        gitramp(clone, "canary", "run", "well", "--promote", *gate, "--prometheus", address)
        gitramp(clone, "canary", "run", "ill", *gate, "--prometheus", address, ok=False)
    run(clone, "git", "fetch", "--quiet")
    subjects = run(clone, "git", "log", "--format=%s", "origin/main").splitlines()
    assert subjects[1:-1] == [
        "production: ill canary v2 0 % -> 1 %",
        "production: well stable v1 -> v2",
        "production: well canary v2 50 % -> 100 %",
        "production: well canary v2 1 % -> 50 %",
        "production: well canary v2 0 % -> 1 %",
    ]
    assert subjects[0] == "production: ill canary v2 1 % -> 0 %, aborted"
    evidence = run(clone, "git", "log", "-1", "--format=%b", "origin/main")
    assert "Metrics of ill@production v2 at " in evidence
    assert "- success: fail, " in evidence
    assert "Gitramp-Action: canary/abort ill@production 1->0" in evidence
    assert "Metrics of well@production v2" in run(clone, "git", "log", "-1", "--format=%b", "origin/main~3")
    run(clone, "git", "pull", "--quiet")
    gitramp(clone, "validate")
