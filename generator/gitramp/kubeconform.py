"""Gate 5: the real kubeconform over the staged tree, offline, strict, with every object accounted for.

Owns its command line and the reading of its output; the only module that starts another program than git. Must not
know where findings are shown.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gitramp.pointer import Pointer, dotted, read_pointer
from gitramp.problem import Code, ToolError
from gitramp.resource import Breach, Manifest
from gitramp.workspace import BESIDE

FAILED = Code(
    "GR603",
    "kubeconform could not do its work",
    "Only a run that verified every object proves anything.",
    "run the command again; if it fails again, install the pinned version with `make tools`",
)
MISCOUNT = Code(
    "GR604",
    "kubeconform verified another number of objects than were rendered",
    "An object that was passed over in silence is not a valid object.",
    "run `make tools` for the pinned version; if it stays, report it as a bug",
)
_TIMEOUT_SECONDS = 300
_LAYOUT = "{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"

_FAULT = re.compile(r"- at '(?P<path>[^']*)': (?P<fault>.*?)(?=\s+- at '|$)", re.DOTALL)

Refusal = tuple[bool, Breach]
"""Whether the kind has no schema at all, and the breach."""


def find(tools: Path) -> Path | None:
    """Return the binary: the project's own, else the one on PATH, else nothing."""
    own = tools / "kubeconform"
    found = str(own) if own.is_file() else shutil.which("kubeconform")
    return Path(found).absolute() if found else None


@functools.cache
def version(binary: Path) -> str:
    """Return what the binary says of its version."""
    return _run([str(binary), "-v"], binary.parent).strip() or "unknown"


def verify(
    binary: Path, root: Path, manifests: Mapping[str, Manifest], kubernetes: str, folders: Sequence[Path]
) -> Iterator[Refusal]:
    """Yield what kubeconform refuses in the files below `root`; `manifests` says which object each path holds.

    Raises ToolError when it fails, and when it did not verify exactly these objects.
    """
    if not manifests:
        return  # called without a path, kubeconform would read stdin
    # Relative locations, run from the schemas' own folder: a `#` or `{{` in an absolute path would be misread.
    home = Path(os.path.commonpath(folders))
    locations = [a for f in folders for a in ("-schema-location", f"{f.relative_to(home).as_posix()}/{_LAYOUT}")]
    flags = ["-strict", "-output", "json", "-verbose", "-summary", "-kubernetes-version", f"{kubernetes}.0"]
    top = sorted({_folder(path) for path in manifests})
    output = _run([str(binary), *flags, *locations, *(str(root / folder) for folder in top)], home)
    results = [{**r, "filename": _below(root, str(r.get("filename", "")))} for r in _results(output)]
    seen = [str(result["filename"]) for result in results if result.get("status") != "statusEmpty"]
    if sorted(seen) != sorted(manifests):
        message = f"kubeconform verified {len(seen)} objects, {len(manifests)} were rendered"
        raise ToolError(MISCOUNT, message)
    for result in results:
        if result["status"] == "statusError" and "could not find schema" not in str(result.get("msg")):
            raise ToolError(
                FAILED, f"kubeconform could not look at {result['filename']}", details=str(result.get("msg"))
            )
        if result["status"] != "statusValid":
            yield from _refusals(result, manifests[result["filename"]])


def _below(root: Path, filename: str) -> str:
    """Return a path from the root on. By the number of its folders: JSON spells one that is not UTF-8 otherwise."""
    return "/".join(filename.split("/")[len(root.absolute().parts) :])


def _folder(path: str) -> str:
    """Return the folder of a file's environment: a folder beside the environments' own holds one for each."""
    parts = path.split("/")
    return "/".join(parts[: 3 if parts[1] in BESIDE else 2])


def _run(argv: list[str], cwd: Path) -> str:
    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ToolError(FAILED, f"kubeconform did not end within {_TIMEOUT_SECONDS} seconds") from None
    except OSError as error:
        raise ToolError(FAILED, f"kubeconform cannot be started: {error.strerror}") from None
    if done.returncode not in {0, 1}:  # 1: something is invalid
        raise ToolError(FAILED, f"kubeconform ended with status {done.returncode}", details=done.stderr.strip())
    if not done.stdout:
        raise ToolError(FAILED, "kubeconform printed nothing", details=done.stderr.strip())
    return done.stdout


def _results(output: str) -> list[dict[str, Any]]:
    try:
        results = json.loads(output)["resources"] or []
    except (ValueError, KeyError, TypeError):
        results = None
    if not isinstance(results, list) or not all(isinstance(result, dict) and "status" in result for result in results):
        raise ToolError(FAILED, "kubeconform's output is not what version 0.7 prints", details=output[:500])
    return results


def _refusals(result: Mapping[str, Any], manifest: Manifest) -> Iterator[Refusal]:
    said = str(result.get("msg", ""))
    faults = list(_faults(said, manifest))
    for pointer, fault in faults:
        yield False, Breach(f"{dotted(pointer)}: {fault}", pointer, manifest)
    if not faults:
        yield "could not find schema" in said, Breach(said, (), manifest)


def _faults(said: str, manifest: Manifest) -> Iterator[tuple[Pointer, str]]:
    """Yield the faults in a message; its `validationErrors` stop at the first reference of a schema.

    A value that is quoted in the message can look like a fault: one whose path is no field of the object is none.
    """
    found = [(match["path"], match["fault"].strip()) for match in _FAULT.finditer(said)]
    for path, fault in found:
        around = fault.endswith("failed") and any(other != path and other.startswith(path) for other, _ in found)
        pointer = _field(manifest, path)
        if pointer is not None and not around:
            yield pointer, fault


def _field(manifest: Manifest, path: str) -> Pointer | None:
    try:
        return manifest.field(read_pointer(path))[0]
    except (LookupError, TypeError, ValueError):
        return None
