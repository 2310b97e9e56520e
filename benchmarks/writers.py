"""Let many writers push to one branch at once: how long each takes to land, and that none loses anything.

    PYTHONPATH=tests python benchmarks/writers.py [WRITERS]

Each writer is a process with a clone of its own; the remote is a bare repository beside them. Some are after the same
service, some after the very same key. Exit code 1 when an update was lost, a commit does not render to itself, the
history is not linear, git finds its repository broken, or it took longer than a minute.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import process
from rivals import (
    LANDED,
    NAMES,
    SUPERSEDED,
    Ended,
    Writer,
    aborting,
    faults,
    promoting,
    releasing,
    releasing_all,
    run,
    setting,
    shop,
    weighing,
)

LONGEST = 60


def writers() -> Iterator[Writer]:
    """Yield edits of which a quarter want what others want, too."""
    for number in itertools.count():
        yield setting("search", "production", "replicas", 10 + number)
        yield releasing("search", ["production"], f"1.6.{number}")
        yield weighing("cart", NAMES[number % 3], 11 + number)
        yield releasing_all(f"new-{number}", f"1.7.{number}")
        yield setting("search", "staging", "replicas", 20 + number)
        yield releasing("search", ["dev", "staging"], f"1.8.{number}")
        yield aborting("going", NAMES[number % 3], f"alert {number}")
        yield setting("search", "production", "port", 9000 + number)
        yield promoting("done", NAMES[number % 3])
        yield weighing("cart", "dev", 25)


def services(number: int) -> dict[str, int]:
    """Return the services that so many writers are after, and the weights that they begin with."""
    return {"search": 0, "cart": 0, "going": 10, "done": 100} | {f"new-{each}": 0 for each in range(number // 10 + 1)}


def table(ended: Sequence[Ended], seconds: float, cpu: float) -> Iterator[str]:
    """Yield the distribution."""
    took = sorted(each.seconds for each in ended if each.exit_code == LANDED)
    tries = sorted(each.attempts for each in ended if each.exit_code == LANDED)
    p90 = took[min(len(took) - 1, len(took) * 9 // 10)]
    median = statistics.median(took)
    yield f"  to land       min {took[0]:.1f} s  median {median:.1f} s  90 % {p90:.1f} s  max {took[-1]:.1f} s"
    yield f"  attempts      min {tries[0]}  median {statistics.median(tries):g}  max {tries[-1]}  total {sum(tries)}"
    yield f"  landed        {sum(1 for each in ended if each.commit)}"
    yield f"  nothing to do {sum(1 for each in ended if each.exit_code == LANDED and not each.commit)}"
    yield f"  superseded    {sum(1 for each in ended if each.exit_code == SUPERSEDED)}"
    yield f"  all in        {seconds:.1f} s, {cpu:.1f} s of CPU"


def main(number: int) -> int:
    """Let them go, look at what they left, and tell."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        remote = shop(folder, services(number))
        ended, cpu = run(remote, folder, list(itertools.islice(writers(), number)), process.anew)
        seconds = max(each.seconds for each in ended)
        print(f"{number} writers on one branch")
        print("\n".join(table(ended, seconds, cpu)))
        checked = time.monotonic()
        found = [*faults(remote, folder, ended)]
        if seconds > LONGEST:
            found.append(f"{seconds:.0f} s are more than {LONGEST} s")
        print(f"  looked at every commit in {time.monotonic() - checked:.1f} s: {len(found)} faults")
        print("\n".join(found), end="\n" if found else "")
        return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
