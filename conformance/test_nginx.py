"""The worked example's nginx really runs as its pod would.

The rendered ConfigMap, an unprivileged user, a root file system that is read-only, and only the emptyDir writable.
Needs a real nginx and the right to unshare mounts (root in a container will do), so `make conformance` runs it.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
TRACK = ROOT / "rendered" / "production" / "services-v1" / "search"

# What the image's own nginx.conf does: everything it writes goes to /tmp.
MAIN = """
daemon off;
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/client; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  include %s/*.conf;
}
"""


def manifest(name: str) -> Any:
    return yaml.safe_load((TRACK / name).read_text())


@pytest.fixture
def port() -> Iterator[int]:
    """Run nginx as the pod would run it; yield the port on which it answers."""
    if shutil.which("nginx") is None:
        pytest.fail("nginx is missing: apt-get install nginx-light")
    pod = manifest("deployment.yaml")["spec"]["template"]["spec"]
    (config,) = manifest("configmap.yaml")["data"].values()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path("/srv") / f"gitramp-{port}"  # outside /tmp, which the sandbox replaces
    (folder / "conf.d").mkdir(parents=True)
    (folder / "nginx.conf").write_text(MAIN % (folder / "conf.d"))
    listen = f"listen {pod['containers'][0]['ports'][0]['containerPort']};"
    assert listen in config
    (folder / "conf.d" / "default.conf").write_text(config.replace(listen, f"listen 127.0.0.1:{port};"))
    user = pod["securityContext"]["runAsUser"]
    script = (
        "set -e; mount --make-rprivate /; mount -t tmpfs -o size=16m,mode=1777 tmpfs /tmp; mount -o remount,bind,ro /; "
        f"exec setpriv --reuid={user} --regid={user} --clear-groups --no-new-privs --bounding-set=-all "
        f"nginx -c {folder}/nginx.conf -e stderr"
    )
    process = subprocess.Popen(["unshare", "--mount", "sh", "-c", script], stderr=subprocess.PIPE, text=True)
    try:
        yield port
    finally:
        process.terminate()
        _, said = process.communicate(timeout=10)
        shutil.rmtree(folder)
        assert "emerg" not in said, said


def answer(port: int, path: str) -> str:
    for _ in range(50):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as response:
                return str(response.read().decode())
        except OSError:
            time.sleep(0.1)
    pytest.fail("nginx does not answer")


def test_nginx_answers_as_the_probes_and_the_demo_expect(port: int) -> None:
    assert answer(port, "/") == f"Host: {socket.gethostname()}\n"
    (container,) = manifest("deployment.yaml")["spec"]["template"]["spec"]["containers"]
    for probe, said in (("livenessProbe", "alive\n"), ("readinessProbe", "ready\n")):
        assert answer(port, container[probe]["httpGet"]["path"]) == said
