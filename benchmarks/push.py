"""Push one step of a canary among many services, from a clone that remembers nothing and once more from the same.

    python benchmarks/push.py [SERVICES]

The remote is a bare repository beside the clone. Figures differ from machine to machine: compare only within one run.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from line import IDENTITY, workspace_of  # type: ignore[import-not-found]  # a script beside this one

from gitramp import pipeline

LONG_AGO = {"GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z", "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z"}
PLAN = "weight: 10\n      ramp: {steps: [1, 5, 10, 25, 50, 100]}\n"
PUSH = ("canary", "advance", "-e", "production", "--push")


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular, long ago."""
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, env={**os.environ, **LONG_AGO}, check=True)


def shop(folder: Path, services: int) -> Path:
    """Return a clone of a bare repository whose one commit has so many services, rendered."""
    seed = folder / "seed"
    seed.mkdir()
    workspace = workspace_of(services, seed)
    overlay = workspace.environments / "production.yaml"
    overlay.write_text(overlay.read_text().replace("weight: 10\n", PLAN))
    (seed / ".gitignore").write_text(".gitramp/\n")
    pipeline.render(workspace)
    git(seed, "init", "--quiet", "--initial-branch=main")
    git(seed, "add", "--all")
    git(seed, "commit", "--quiet", "--message=generated")
    git(folder, "clone", "--quiet", "--bare", "seed", "remote.git")
    git(folder, "clone", "--quiet", (folder / "remote.git").as_uri(), "clone")
    for key, value in (("user.name", "bench"), ("user.email", "bench@example.com")):
        git(folder / "clone", "config", key, value)
    return folder / "clone"


def pushed(clone: Path, service: str) -> str:
    """Take one canary to its next step; return the seconds and those of CPU."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    argv = [sys.executable, "-m", "gitramp", *PUSH, service]
    subprocess.run(argv, cwd=clone, check=True, capture_output=True)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{seconds:5.1f} s, {cpu:5.1f} s of CPU"


def main() -> None:
    """Measure and print."""
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix="gitramp-bench-") as folder:
        clone = shop(Path(folder), services)
        print(f"{services:,} services, one canary to its next step and pushed:")
        print(f"  from a fresh clone   {pushed(clone, 'service-0000')}")
        print(f"  from the same clone  {pushed(clone, 'service-0001')}")


if __name__ == "__main__":
    main()
