"""The programs that are asked, built with Go and kept outside of the clone.

Owns the cache folder and how each program is built; a program is built anew when its recipe changes. Must not know how
a program is run.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance import upstream

GO = "1.26"  # what Istio's module asks for


class CannotBuild(Exception):
    """A program is missing and cannot be built here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A Go package, and the files of the module from which it is built."""

    name: str
    package: str
    files: Mapping[str, bytes]

    @property
    def stamp(self) -> str:
        """A digest of all that decides what comes out."""
        parts = [self.package.encode(), *(part for name in sorted(self.files) for part in self._file(name))]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def _file(self, name: str) -> tuple[bytes, bytes]:
        return name.encode(), self.files[name]


def cache() -> Path:
    """Return the folder for what is built once and used by every clone."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "gitramp-conformance"


def kube_apiserver() -> Path:
    """Return a kube-apiserver of the newest Kubernetes that schemas are derived from."""
    version = upstream.newest_versions()[upstream.KUBERNETES]
    staged = "v0" + version.removeprefix("v1")  # the same sources, published as modules of their own
    replaced = upstream.staging_modules(upstream.module_file(upstream.KUBERNETES, version, "go.mod").decode())
    lines = [f"module scratch\n\ngo {GO}\n", f"require {upstream.KUBERNETES} {version}\n"]
    lines += [f"replace {module} => {module} {staged}" for module in replaced]
    files = {"go.mod": "\n".join([*lines, ""]).encode()}
    return _built(Recipe("kube-apiserver", f"{upstream.KUBERNETES}/cmd/kube-apiserver", files))


def etcd() -> Path:
    """Return the etcd that is installed, or else build one."""
    if installed := shutil.which("etcd"):
        return Path(installed)
    module, version = upstream.ETCD
    go_mod = f"module scratch\n\ngo {GO}\n\nrequire {module} {version}\n"
    return _built(Recipe("etcd", module, {"go.mod": go_mod.encode()}))


def istio_validate() -> Path:
    """Return the program that asks istiod's webhook."""
    return _built(_of_istio("istio-validate", "validate"))


def istio_routes() -> Path:
    """Return the program that makes Envoys' configuration as istiod does."""
    return _built(_of_istio("istio-routes", "routes"))


def _of_istio(name: str, package: str) -> Recipe:
    """Return the recipe of a package of the module that is the folder `istio` beside this file."""
    folder = Path(__file__).parent / "istio"
    paths = [folder / "go.mod", folder / "go.sum", *sorted((folder / package).iterdir())]
    return Recipe(name, f"./{package}", {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})


def _built(recipe: Recipe) -> Path:
    folder = cache() / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    program, stamp = folder / recipe.name, folder / f"{recipe.name}.recipe"
    with _alone(folder / f"{recipe.name}.lock"):
        if not (program.is_file() and stamp.is_file() and stamp.read_text() == recipe.stamp):
            print(f"building {recipe.name}; this may take minutes, once", file=sys.stderr)
            _build(recipe, program)
            stamp.write_text(recipe.stamp)
    return program


def _build(recipe: Recipe, program: Path) -> None:
    if not shutil.which("go"):
        raise CannotBuild(f"{recipe.name} is built with Go {GO} or newer; install it and try again")
    environment = {**os.environ, "GOFLAGS": "-mod=mod -buildvcs=false", "GOTOOLCHAIN": "local"}
    with tempfile.TemporaryDirectory(dir=program.parent) as folder:
        for name, content in recipe.files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        made = Path(folder, "made", recipe.name)
        command = ["go", "build", "-o", str(made), recipe.package]
        done = subprocess.run(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise CannotBuild(f"{recipe.name} could not be built:\n{done.stderr[-2000:]}")
        made.replace(program)  # a run of the old one keeps the old file


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one build of a program run at a time, whoever started it."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
