"""Measure how long the command takes to start and to work on the worked example.

    python benchmarks/start.py [RUNS]

Each command is a whole process; beside them stands a bare interpreter, the floor under all of them. Printed are the
fastest and the median run.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "gitramp --version": [sys.executable, "-m", "gitramp", "--version"],
    "gitramp --help": [sys.executable, "-m", "gitramp", "--help"],
    "gitramp explain GR204": [sys.executable, "-m", "gitramp", "explain", "GR204"],
    "gitramp validate": [sys.executable, "-m", "gitramp", "validate"],
    "gitramp validate -e dev": [sys.executable, "-m", "gitramp", "validate", "-e", "dev"],
}


def seconds(argv: list[str]) -> float:
    """Return how long one run takes."""
    started = time.perf_counter()
    subprocess.run(argv, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Measure all commands in turn, so that a slow minute hits them alike."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, argv in COMMANDS.items():
            times[name].append(seconds(argv))
    for name, taken in times.items():
        print(f"  {name:<26}{min(taken) * 1000:6.0f} ms   median {statistics.median(taken) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
