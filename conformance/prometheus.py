"""A real Prometheus, for as long as a test needs it.

Owns where the programs are, how one is started, and the past that it is given. Must not know what is asked.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from conformance import binaries

_PATIENCE = 60  # seconds; it takes one


class NotThere(Exception):
    """A program is missing; the message is the command that gets it."""


def program(name: str) -> Path:
    """Return `prometheus` or `promtool`: the one that is installed, or else that in the cache."""
    folder = binaries.cache() / "prometheus"
    installed, kept = shutil.which(name), folder / "usr" / "bin" / name
    if installed or kept.is_file():
        return Path(installed or kept)
    get = f"mkdir -p {folder} && cd {folder} && apt-get download prometheus && dpkg -x prometheus_*.deb ."
    raise NotThere(f"{name} is missing; Debian's package has it, and need not be installed: {get}")


def version() -> str:
    """Return the version, as it says it itself."""
    done = subprocess.run([program("prometheus"), "--version"], capture_output=True, text=True, check=True)
    return (done.stdout or done.stderr).split()[2]


def check_rules(queries: dict[str, str], folder: Path) -> str:
    """Return what promtool says against queries, "" when it has nothing to say."""
    rules = "".join(f"      - record: q:{name}\n        expr: {_quoted(query)}\n" for name, query in queries.items())
    file = folder / "rules.yaml"
    file.write_text(f"groups:\n  - name: asked\n    rules:\n{rules}")
    done = subprocess.run([program("promtool"), "check", "rules", file], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextlib.contextmanager
def running(past: str = "", scrape: str = "") -> Iterator[str]:
    """Yield the address of a server with the past given in OpenMetrics, or that scrapes a port four times a second."""
    with tempfile.TemporaryDirectory(prefix="gitramp-prometheus-") as name:
        folder = Path(name)
        if past:
            _fill(folder, past)
        job = f"[{{job_name: mesh, static_configs: [{{targets: [{scrape}]}}]}}]" if scrape else "[]"
        (folder / "config.yaml").write_text(f"global: {{scrape_interval: 250ms}}\nscrape_configs: {job}\n")
        port = _free()
        argv = [
            str(program("prometheus")),
            f"--config.file={folder}/config.yaml",
            f"--storage.tsdb.path={folder}/data",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        with (folder / "log").open("w") as log, subprocess.Popen(argv, stdout=log, stderr=log) as process:
            try:
                _wait(f"http://127.0.0.1:{port}", process, folder / "log")
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.wait(timeout=_PATIENCE)


def _fill(folder: Path, past: str) -> None:
    (folder / "past").write_text(past)
    argv = ["tsdb", "create-blocks-from", "openmetrics", str(folder / "past"), str(folder / "data")]
    subprocess.run([str(program("promtool")), *argv], capture_output=True, check=True)


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(f"{address}/-/ready", timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"Prometheus does not start:\n{log.read_text()[-2000:]}")
