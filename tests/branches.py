"""Branches on which tests commit overlays at given times, in real repositories."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gitramp import repo
from gitramp.ramps.standing import Stay, stays

NOON = 1_700_000_000
MINUTE, HOUR = 60, 3600
OVERLAY = """\
apiVersion: gitramp/v1alpha1
kind: Environment
services:
  search:
    port: 8080
    tracks:
      v1: {image: "ghcr.io/acme/search:1.4.2"}
      v2: {image: "ghcr.io/acme/search:1.5.0"}
    stable: v1
    canary:
      track: v2
      weight: 1
      ramp: {steps: [1, 5, 10, 25], bake: 30m}
"""
CANARY = OVERLAY[OVERLAY.index("    canary:") :]
EU = "apiVersion: gitramp/v1alpha1\nkind: Environment\nextends: production\n"


def git(folder: Path, *arguments: str, at: int | None = None) -> str:
    """Run git in a folder, if need be at a moment in Unix seconds; return what it prints."""
    dates = {} if at is None else {"GIT_COMMITTER_DATE": f"{at} +0000", "GIT_AUTHOR_DATE": f"{at} +0000"}
    argv, env = ["git", *arguments], {**os.environ, **dates}
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True, slots=True)
class Branch:
    """A repository in which tests commit overlays at given times."""

    folder: Path
    below: str = ""

    def git(self, *arguments: str, at: int | None = None) -> str:
        return git(self.folder, *arguments, at=at).strip()

    def write(self, text: str, name: str = "production") -> None:
        path = self.folder / self.below / "environments" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def commit(self, message: str, at: int, *options: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", message, *options, at=at)
        return self.git("rev-parse", "HEAD")

    def weight(self, weight: int, at: int, message: str = "by hand", name: str = "production") -> str:
        self.write(OVERLAY.replace("weight: 1\n", f"weight: {weight}\n"), name)
        return self.commit(message, at)

    def stays(self, *names: str) -> dict[tuple[str, str], Stay]:
        repository = repo.open_repository(self.folder / self.below)
        tip = repo.head_commit(repository)
        assert tip is not None
        taken = repo.snapshot_at(repository, tip, "environments")
        return dict(stays(repository, tip, taken, names or ("production",)))

    def stay(self) -> Stay:
        return self.stays()["search", "production"]


def acted(verb: str, words: str = "", target: str = "search@production") -> str:
    return f"production: search\n\nGitramp-Action: canary/{verb} {target} {words}\n"
