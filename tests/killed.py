"""Runs that are killed at random moments while they edit, commit or push, and what the next run makes of it.

    python tests/killed.py [RUNS] [SEED]

Each run happens to a clone of its own, with a remote of its own and work of the user in it. Killed is gitramp alone, so
that the gits that it started end by themselves, or all of them at once; on the server a hook takes its time.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import process
from rivals import GENERATOR, IDENTITY, git, shop

VERBS: dict[str, tuple[str, ...]] = {
    "edit": ("set", "search", "replicas", "7", "-e", "production"),
    "set": ("set", "search", "replicas", "7", "-e", "production", "-e", "staging", "--commit"),
    "canary": ("canary", "abort", "search", "--reason", "alert", "-e", "staging", "--commit"),
    "advance": ("canary", "advance", "cart", "-e", "production", "--commit"),
    "push": ("canary", "set", "search", "--weight", "5", "-e", "production", "--push"),
}
PLAN = "      ramp: {steps: [1, 5, 10], bake: 1h}\n"
ALONE, ALL = "alone", "all"
HOOK = "#!/bin/sh\nsleep 0.2\n"
GENTLE = 20.0
LATEST = 20
Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class State:
    """All that a run may change: the user's files, his branch and what is staged, and the remote's branch."""

    files: Files
    tree: str
    staged: str
    remote: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A shop and a clone of it, to be copied, what a whole run makes of the copies, and how long it takes."""

    template: Path
    before: State
    after: dict[str, State]
    seconds: dict[str, float]


def scene(folder: Path, verbs: Collection[str] = tuple(VERBS)) -> Scene:
    """Make the shop, with work of the user in the clone: a file that is staged, one that is not, one that is new."""
    template = folder / "template"
    template.mkdir()
    remote = shop(template, {"search": 1, "cart": 1}, PLAN)
    for name in ("pre-receive", "post-receive"):
        (remote / "hooks" / name).write_text(HOOK)
        (remote / "hooks" / name).chmod(0o755)
    git(template, "clone", "--quiet", "remote.git", "clone")
    shutil.rmtree(template / "seed")
    clone = template / "clone"
    git(clone, "remote", "set-url", "origin", "../remote.git")
    (clone / "notes").write_text("staged\n")
    git(clone, "add", "notes")
    (clone / ".gitignore").write_text(".gitramp/\n*.swp\n")
    (clone / "new").write_text("new\n")
    after, seconds = {}, {}
    for name in verbs:
        shutil.copytree(template, folder / name)
        started = time.monotonic()
        done = run(folder / name, VERBS[name])
        assert done.returncode == 0, done.stdout + done.stderr
        after[name], seconds[name] = state(folder / name), time.monotonic() - started
    return Scene(template, state(template), after, seconds)


def argv_of(verb: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "gitramp", *verb]


def environment() -> dict[str, str]:
    return {**os.environ, **IDENTITY, "PYTHONPATH": str(GENERATOR)}


def run(place: Path, verb: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    where = {"cwd": place / "clone", "env": environment()}
    return subprocess.run(argv_of(verb), capture_output=True, text=True, check=False, **where)  # type: ignore[call-overload,no-any-return]


def state(place: Path) -> State:
    """Look at all that a run may change."""
    clone = place / "clone"
    found = (path for path in sorted(clone.rglob("*")) if path.is_file() and path.relative_to(clone).parts[0][0] != ".")
    files = {path.relative_to(clone).as_posix(): path.read_bytes() for path in found}
    files[".gitignore"] = (clone / ".gitignore").read_bytes()
    tree = git(clone, "rev-parse", "main^{tree}")
    return State(
        files,
        tree,
        git(clone, "diff", "--cached", "--name-status"),
        git(place / "remote.git", "rev-parse", "main^{tree}"),
    )


def descendants(of: int) -> set[int]:
    """Return the processes that a process has started, and those that they have."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(folder.name))
    found, waiting = set[int](), [of]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found |= set(children)
        waiting += children
    return found


def kill(place: Path, verb: tuple[str, ...], after: float, whom: str) -> bool:
    """Run a command and kill it after so many seconds; whether it was still running."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place / "clone", "env": environment()}
    child = subprocess.Popen(argv_of(verb), **quiet)  # type: ignore[call-overload]
    try:
        child.wait(after)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGSTOP)  # so that it starts nothing while its children are counted
        others = descendants(child.pid)
        for each in others if whom == ALL else ():
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        child.kill()
        child.wait()
        _outlive(others)
        return True
    return False


def _outlive(others: set[int]) -> None:
    """Wait for what a killed run has left running, as whoever runs the command again would in time."""
    ends = time.monotonic() + GENTLE
    while any(_runs(each) for each in others):
        assert time.monotonic() < ends, f"still running: {others}"
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def faults(scene: Scene, place: Path, name: str) -> Iterator[str]:
    """Yield what is wrong after a killed run, and after the same command was given again."""
    clone, remote = place / "clone", place / "remote.git"
    left, whole, before = state(place), scene.after[name], scene.before
    for repository in (clone, remote):
        yield from _fsck(repository)
    if left.remote not in {before.remote, whole.remote}:
        yield "the remote is neither old nor new"
    if left.tree not in {before.tree, whole.tree}:
        yield "the branch is neither old nor new"
    yield from _odd_files(left.files, before.files, whole.files)
    yield from _again(scene, place, name)
    for repository in (clone, remote):
        yield from _fsck(repository)


def _fsck(repository: Path) -> Iterator[str]:
    done = subprocess.run(
        ["git", "fsck", "--strict", "--no-dangling"], cwd=repository, capture_output=True, text=True, check=False
    )
    if done.returncode:
        yield f"git fsck in {repository.name}: {done.stderr}"


def _odd_files(left: Files, before: Files, whole: Files) -> Iterator[str]:
    for path in sorted({*left, *before, *whole}):
        if left.get(path) not in {before.get(path), whole.get(path)}:
            yield f"{path} is neither as before nor as edited"


def _again(scene: Scene, place: Path, name: str) -> Iterator[str]:
    """Give the command once more, after what it says is in its way has been taken out of it, as it says."""
    for _ in range(4):
        done = process.run(*VERBS[name], cwd=place / "clone", **IDENTITY)
        lock = told_lock(place / "clone", done.stderr)
        if done.returncode != 4 or lock is None:
            break
        yield f"told: {lock.name}"
        lock.unlink()
    if done.returncode:
        yield f"the next run ends with {done.returncode}: {done.stderr}"
    now, whole = state(place), scene.after[name]
    if now != whole:
        differ = [field for field in State.__slots__ if getattr(now, field) != getattr(whole, field)]
        yield f"after the next run these are not as after a whole one: {differ}"
    yield from (
        f"left behind: {path.relative_to(place)}" for path in place.rglob("*.lock") if "gitramp" not in path.parts
    )


def told_lock(clone: Path, words: str) -> Path | None:
    """Return the lock that a message says to delete."""
    return next((path for path in clone.rglob("*.lock") if f"delete {path.relative_to(clone)}" in words), None)


def points(number: int, seed: int) -> Iterator[tuple[str, str, float]]:
    """Yield that many runs: which command, who is killed, and when, as a share of the time that it takes."""
    chance = random.Random(seed)
    ways = itertools.cycle(itertools.product(VERBS, (ALONE, ALL)))
    for name, whom in itertools.islice(ways, number):
        yield name, whom, chance.uniform(0.25, 1.05)


def _killed(scene: Scene, place: Path, name: str, whom: str, share: float) -> int:
    """Kill a run in a copy of the scene; return how many ended before that, on a machine that has become quicker."""
    for late in range(LATEST):
        shutil.copytree(scene.template, place, symlinks=True)
        started = time.monotonic()
        if kill(place, VERBS[name], share * scene.seconds[name], whom):
            return late
        scene.seconds[name] = 0.95 * (time.monotonic() - started)
        shutil.rmtree(place)
    raise AssertionError(f"{name} ended {LATEST} times before it could be killed")


def main(number: int, seed: int) -> int:
    """Kill that many runs, and tell what was wrong."""
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        stage = scene(Path(folder))
        for count, (name, whom, share) in enumerate(points(number, seed)):
            place = Path(folder) / str(count)
            told["too late"] += _killed(stage, place, name, whom, share)
            told["killed"] += 1
            told["done already"] += state(place) == stage.after[name]
            for fault in faults(stage, place, name):
                told[fault if fault.startswith("told:") else "faults"] += 1
                print(f"{name}, {whom}, at {share:.3f}: {fault}", flush=True)
            shutil.rmtree(place)
    print(f"{number} runs: {dict(told)}")
    return int(told["faults"] > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
