"""Measure each stage of the line on generated services: time, and peak memory of the process.

    python benchmarks/line.py [SERVICES]

1,000 services of two tracks are 10,000 objects and more. Every stage is run by itself, in the order of the line, on
the same input; then the whole command is run as users run it. Figures differ from machine to machine and from minute
to minute: compare only within one run.
"""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from gitramp import checks, merge, overlays, parse, schemas, tree
from gitramp.expand import expand
from gitramp.workspace import Workspace

Result = TypeVar("Result")

IDENTITY = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"]
HEAD = """\
apiVersion: gitramp/v1alpha1
kind: Environment
gateways:
  public: {selector: {istio: ingressgateway}}
services:
"""
SERVICE = """\
  service-{n:04}:
    hosts: [service-{n:04}.example.com]
    port: 8080
    replicas: 2
    env:
      LOG_LEVEL: info
      REGION: eu-1
    resources:
      requests: {{cpu: 50m, memory: 64Mi}}
      limits: {{memory: 128Mi}}
    probes:
      liveness: {{path: /healthz}}
      readiness: {{path: /readyz}}
    podDisruptionBudget: {{maxUnavailable: 1}}
    trafficPolicy:
      loadBalancer: LEAST_REQUEST
    tracks:
      v1: {{image: "ghcr.io/acme/service-{n:04}:1.4.2"}}
      v2: {{image: "ghcr.io/acme/service-{n:04}:1.5.0"}}
    stable: v1
    canary:
      track: v2
      weight: 10
      match:
        - headers: {{x-track: {{exact: canary}}}}
"""


def workspace_of(services: int, root: Path) -> Workspace:
    """Write one environment of generated services."""
    (root / "environments").mkdir()
    text = HEAD + "".join(SERVICE.format(n=n) for n in range(services))
    (root / "environments" / "production.yaml").write_text(text)
    return Workspace(root)


def timed(stage: str, work: Callable[[], Result]) -> Result:
    """Run a stage and print how long it took."""
    started = time.perf_counter()
    result = work()
    print(f"  {stage:<22}{time.perf_counter() - started:8.3f} s")
    return result


def stages(workspace: Workspace) -> None:
    """Run the line stage by stage."""
    gc.disable()  # as the command does
    taken = timed("snapshot", lambda: overlays.snapshot(workspace.root))
    chain = timed("read", lambda: overlays.read_chains(taken))["production"]
    merged = timed("merge", lambda: merge.merge("production", chain))
    timed("schema", lambda: parse.check_schema(merged))
    values = timed("inherit", lambda: merge.inherit(merged))
    environment = timed("parse", lambda: parse.parse(values))
    timed("checks of overlays", lambda: list(checks.check_environment(environment)))
    manifests = timed("expand", lambda: expand(environment))
    timed("checks of manifests", lambda: list(checks.check_manifests(manifests)))
    wanted = timed("emit", lambda: tree.rendered_tree("production", manifests))
    diff = timed("compare", lambda: tree.compare(workspace, wanted))
    folders = workspace.schema_folders(environment.platform.kubernetes, environment.platform.istio)
    timed("validate in process", lambda: list(schemas.apply(manifests, folders)))
    timed("stage and promote", lambda: write(workspace, diff))
    size = sum(len(content) for content in wanted.values())
    print(f"  {len(manifests):,} objects, {size / 1e6:.1f} MB, peak memory {peak_memory():.0f} MB")


def write(workspace: Workspace, diff: tree.TreeDiff) -> None:
    """Promote a diff as `gitramp render` does."""
    files = {change.path: change.after for change in diff.changes if change.after is not None}
    with tree.locked(workspace), tree.staging(workspace, promoting=True) as folder:
        tree.stage(workspace, folder, files)
        tree.promote(workspace, diff)


def peak_memory() -> float:
    """Return the peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def commands(workspace: Workspace) -> None:
    """Run the whole command: nothing changed, then one weight among all services."""
    overlay = workspace.environments / "production.yaml"
    timed("render, no change", lambda: gitramp(workspace, "render"))
    overlay.write_text(overlay.read_text().replace("weight: 10", "weight: 25", 1))
    timed("render, one weight", lambda: gitramp(workspace, "render"))
    timed("validate", lambda: gitramp(workspace, "validate"))
    for argv in (["init", "--quiet"], ["add", "--all"], [*IDENTITY, "commit", "--quiet", "-m", "generated"]):
        subprocess.run(["git", *argv], cwd=workspace.root, check=True)
    overlay.write_text(overlay.read_text().replace("weight: 10", "weight: 25", 1))
    timed("diff, one weight", lambda: gitramp(workspace, "diff"))


def gitramp(workspace: Workspace, *arguments: str) -> Any:
    """Run the command in a process of its own."""
    argv = [sys.executable, "-m", "gitramp", "-C", str(workspace.root), *arguments]
    return subprocess.run(argv, check=True, capture_output=True)


def main() -> None:
    """Measure and print."""
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix="gitramp-bench-") as folder:
        workspace = workspace_of(services, Path(folder))
        print(f"{services:,} services, stage by stage:")
        stages(workspace)
        print("the whole command:")
        commands(workspace)


if __name__ == "__main__":
    main()
