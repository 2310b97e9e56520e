"""Many writers on one branch: each a process with a clone of its own, and the laws that hold when all have ended."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import process
from gitramp import pipeline
from gitramp.intents import Aim
from gitramp.source import Snapshot
from gitramp.verbs.amend import at, said
from gitramp.workspace import ENVIRONMENTS, Workspace

GENERATOR = Path(__file__).resolve().parents[1] / "generator"
NAMES = ("dev", "staging", "production")
LANDED, SUPERSEDED = 0, 5
LONG_AGO = "2024-01-01T00:00:00Z"
IDENTITY = {
    "GIT_AUTHOR_NAME": "Bot",
    "GIT_AUTHOR_EMAIL": "bot@example.com",
    "GIT_COMMITTER_NAME": "Bot",
    "GIT_COMMITTER_EMAIL": "bot@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
BASE = """\
apiVersion: gitramp/v1alpha1
kind: Layer
services:
"""
SERVICE = """\
  {name}:
    port: 8080
    replicas: 2
    tracks:
      v1: {{image: "ghcr.io/acme/{name}:1.4.2"}}
      v2: {{image: "ghcr.io/acme/{name}:1.5.0"}}
    stable: v1
"""
ENVIRONMENT = """\
apiVersion: gitramp/v1alpha1
kind: Environment
extends: base
services:
"""
CANARY = """\
  {name}:  # of the team
    canary:
      track: v2
      weight: {weight}
"""

Command = Callable[..., process.Done]
Point = tuple[str, str, tuple[str, ...]]
"""A key of a service in an environment."""


@dataclass(frozen=True, slots=True)
class Writer:
    """What one process is asked for, and the values that it brings about where it lands."""

    argv: tuple[str, ...]
    values: Mapping[Point, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """How one process ended."""

    writer: Writer
    exit_code: int
    seconds: float
    commit: str = ""
    attempts: int = 0
    words: str = ""


def shop(folder: Path, services: Mapping[str, int], plan: str = "") -> Path:
    """Make a bare repository with three environments, rendered; each service has a canary of that weight in each.

    It is of long ago; `plan` is what the canaries say of their ramp.
    """
    seed = folder / "seed"
    overlays = seed / ENVIRONMENTS
    overlays.mkdir(parents=True)
    (overlays / "base.yaml").write_text(BASE + "".join(SERVICE.format(name=name) for name in services))
    for name in NAMES:
        text = ENVIRONMENT + "".join(
            CANARY.format(name=service, weight=weight) + plan for service, weight in services.items()
        )
        (overlays / f"{name}.yaml").write_text(text)
    (seed / ".gitignore").write_text(".gitramp/\n")
    pipeline.render(Workspace(seed))
    git(seed, "init", "--quiet", "--initial-branch=main")
    git(seed, "add", "--all")
    git(seed, "commit", "--quiet", "--message=The shop", GIT_COMMITTER_DATE=LONG_AGO)
    git(folder, "clone", "--quiet", "--bare", "seed", "remote.git")
    return folder / "remote.git"


def git(folder: Path, *arguments: str, **variables: str) -> str:
    """Run git, as nobody in particular."""
    env = {**os.environ, **IDENTITY, **variables}
    done = subprocess.run(["git", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {arguments}: {done.stderr}"
    return done.stdout.strip()


def setting(service: str, name: str, key: str, value: Any) -> Writer:
    """Ask for one key."""
    argv = ("set", service, key, str(value), "-e", name)
    return Writer(argv, {(service, name, tuple(key.split("."))): value})


def weighing(service: str, name: str, weight: int) -> Writer:
    """Ask for a weight."""
    argv = ("canary", "set", service, "--weight", str(weight), "-e", name)
    return Writer(argv, {(service, name, ("canary", "weight")): weight})


def releasing(service: str, names: Sequence[str], tag: str) -> Writer:
    """Ask for an image of the canary in environments, which all inherit the one there is."""
    image = f"ghcr.io/acme/{service}:{tag}"
    argv = ("release", service, "--track", "v2", "--image", image, *(f"-e{name}" for name in names))
    return Writer(argv, {(service, name, ("tracks", "v2", "image")): image for name in names})


def releasing_all(service: str, tag: str) -> Writer:
    """Ask for an image where it is said, in the layer that all environments extend."""
    return Writer(releasing(service, NAMES, tag).argv[:6], releasing(service, NAMES, tag).values)


def aborting(service: str, name: str, reason: str) -> Writer:
    """Ask for the end of a canary."""
    argv = ("canary", "abort", service, "--reason", reason, "-e", name)
    keys = {("canary", "weight"): 0, ("canary", "aborted"): reason}
    return Writer(argv, {(service, name, key): value for key, value in keys.items()})


def promoting(service: str, name: str) -> Writer:
    """Ask that the canary becomes stable."""
    argv = ("canary", "promote", service, "-e", name)
    return Writer(argv, {(service, name, ("stable",)): "v2", (service, name, ("canary",)): None})


def run(
    remote: Path, folder: Path, writers: Sequence[Writer], command: Command = process.run
) -> tuple[list[Ended], float]:
    """Let all writers go at once; return how they ended, and the seconds of CPU that new processes and gits took."""
    for number in range(len(writers)):
        git(folder, "clone", "--quiet", remote.as_uri(), f"clone-{number}")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with ThreadPoolExecutor(len(writers)) as pool:
        ended = list(pool.map(lambda each: _ended(folder / f"clone-{each[0]}", each[1], command), enumerate(writers)))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _ended(clone: Path, writer: Writer, command: Command) -> Ended:
    started = time.monotonic()
    done = command(*writer.argv, "--push", "--output=json", cwd=clone, **IDENTITY)
    seconds = time.monotonic() - started
    acted = json.loads(done.stdout).get("acted") or {} if done.stdout else {}
    landed = acted.get("landed") or {}
    words = f"{' '.join(writer.argv)}: {done.returncode}: {done.stderr}{done.stdout[:1000]}"
    return Ended(writer, done.returncode, seconds, landed.get("commit") or "", landed.get("attempts") or 0, words)


def faults(remote: Path, folder: Path, ended: Sequence[Ended]) -> Iterator[str]:
    """Yield what is not as it must be once all writers have ended."""
    yield from (each.words for each in ended if each.exit_code not in {LANDED, SUPERSEDED})
    commits = git(remote, "rev-list", "--reverse", "main").split()
    if git(remote, "rev-list", "--merges", "main"):
        yield "the history is not linear"
    if dangling := git(remote, "fsck", "--strict", "--no-dangling"):
        yield f"git fsck: {dangling}"
    landed = {each.commit: each for each in ended if each.exit_code == LANDED and each.commit}
    if missing := set(landed) - set(commits):
        yield f"told as landed and not on the branch: {sorted(missing)}"
    if others := set(commits[1:]) - set(landed):
        yield f"on the branch and told by nobody: {sorted(others)}"
    yield from _lost(remote, commits, landed)
    yield from mixed(remote, folder / "look", commits)


def _lost(remote: Path, commits: Sequence[str], landed: Mapping[str, Ended]) -> Iterator[str]:
    """Yield each value that a commit changes and its writer did not ask for, or does not have and he did.

    So the tip holds what each has landed, unless somebody landed another value after it.
    """
    points = {point for each in landed.values() for point in each.writer.values}
    before: dict[Point, Any] = {}
    for commit in commits:
        now = _values(remote, commit, points)
        wanted = landed[commit].writer.values if commit in landed else {}
        for point, value in wanted.items():
            if now[point] != value:
                yield f"{commit[:12]} has {now[point]!r} at {point}, not {value!r}"
        changed = {point for point, value in before.items() if now[point] != value}
        yield from (f"{commit[:12]} changes {point}, which nobody asked it for" for point in changed - _below(wanted))
        before = now


def _below(wanted: Mapping[Point, Any]) -> set[Point]:
    """Return the points, with those around and inside of them."""
    keys = [("canary", key) for key in ("weight", "aborted")]
    gone = {(*point[:2], key) for point in wanted for key in keys if point[2] == ("canary",)}
    around = {(*point[:2], ("canary",)) for point in wanted if point[2][0] == "canary"}
    return {*wanted, *gone, *around}


def _values(remote: Path, commit: str, points: set[Point]) -> dict[Point, Any]:
    listed = git(remote, "ls-tree", "-r", "--name-only", commit, f"{ENVIRONMENTS}/").split()
    taken = Snapshot({path: f"{git(remote, 'show', f'{commit}:{path}')}\n".encode() for path in listed})
    services = {point[:2]: said(taken, Aim(*point[:2])) for point in points}
    return {point: at(services[point[:2]], point[2]) for point in points}


def mixed(remote: Path, folder: Path, commits: Sequence[str]) -> Iterator[str]:
    """Yield each commit whose overlays do not render, in whole, to what it holds."""
    if not folder.exists():
        git(folder.parent, "clone", "--quiet", remote.as_uri(), folder.name)
    git(folder, "fetch", "--quiet")
    for commit in commits:
        git(folder, "checkout", "--quiet", "--detach", commit)
        outcome = pipeline.validate(Workspace(folder))
        if outcome.report.failed or outcome.diff:
            yield f"{commit[:12]} does not render to itself: {[change.path for change in outcome.diff.changes][:3]}"
        told = git(folder, "log", "-1", "--format=%(trailers:key=Rendered-from,valueonly)")
        if told and told != git(folder, "rev-parse", f"HEAD:{ENVIRONMENTS}"):
            yield f"{commit[:12]} tells to be rendered from {told}"
