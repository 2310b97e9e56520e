"""How long it takes to read out of Git since when canaries stand where they do.

Run with: `python benchmarks/standing.py [COMMITS] [ENVIRONMENTS] [SERVICES]`. The worst case is measured, too:
canaries that no commit has moved, so that all commits have to be read.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "generator"))

from gitramp import repo  # noqa: E402
from gitramp.ramps.standing import stays  # noqa: E402

STEPS = (0, 1, 5, 10, 25, 50, 100)


def overlay(services: int, weights: dict[int, int]) -> str:
    """Return an environment with the weights of its canaries."""
    said = "".join(
        f"""\
  s{number}:
    port: 8080
    tracks:
      v1: {{image: "ghcr.io/acme/s{number}:1.4.2"}}
      v2: {{image: "ghcr.io/acme/s{number}:1.5.0"}}
    stable: v1
    canary:
      track: v2
      weight: {weights.get(number, 0)}
      ramp: {{steps: [1, 5, 10, 25, 50, 100], bake: 30m}}
"""
        for number in range(services)
    )
    return f"apiVersion: gitramp/v1alpha1\nkind: Environment\nservices:\n{said}"


def stream(commits: int, environments: int, services: int, *, moved: bool) -> str:
    """Write a branch for `git fast-import`; each commit moves a canary or, when none is moved, adds a comment."""
    weights: dict[int, dict[int, int]] = {number: {} for number in range(environments)}
    lines = ["reset refs/heads/main\n"]
    for number in range(commits):
        where, which = number % environments, number // environments % services
        if moved:
            weights[where][which] = STEPS[number // environments // services % len(STEPS)]
        files = range(environments) if number == 0 else (where,)
        said = "production: search\n\nGitramp-Action: canary/advance s@e 1->5\n"
        lines.append(
            f"commit refs/heads/main\ncommitter Bot <bot@example.com> {10**9 + number * 3600} +0000\n"
            f"data {len(said)}\n{said}"
        )
        for each in files:
            text = overlay(services, weights[each]) + f"# {number}\n"
            lines.append(f"M 644 inline environments/e{each}.yaml\ndata {len(text)}\n{text}\n")
    return "".join(lines)


def measure(commits: int, environments: int, services: int, *, moved: bool) -> float:
    """Return the seconds that one reading takes, the opening of the repository included."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=folder, check=True)
        text = stream(commits, environments, services, moved=moved)
        subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=text, text=True, check=True)
        subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=folder, check=True)
        start = time.perf_counter()
        repository = repo.open_repository(Path(folder))
        tip = repo.commit_named(repository, "HEAD")
        taken = repo.snapshot_at(repository, tip, "environments")
        found = stays(repository, tip, taken, [f"e{number}" for number in range(environments)])
        took = time.perf_counter() - start
        assert len(found) == environments * services
        assert all(stay.deed for stay in found.values())
        return took


def main() -> None:
    """Print the times."""
    gc.disable()  # as the command does
    given = [int(argument) for argument in sys.argv[1:]]
    commits, environments, services = (*given, *(2000, 10, 3)[len(given) :])
    print(f"{commits} commits of {environments} environments with {services} services each")
    for moved, name in ((True, "each commit moves a canary"), (False, "no commit moves one: all are read")):
        print(f"  {name}: {measure(commits, environments, services, moved=moved):.2f} s")


if __name__ == "__main__":
    main()
