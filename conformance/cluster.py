"""A control plane of two processes, etcd and kube-apiserver, on loopback and in a folder that goes away with them.

Owns how they are started, when they are ready, and that they are stopped. Must not know what they are asked.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance import binaries

LOOPBACK = "127.0.0.1"
PATIENCE = 60.0  # seconds; three are usual, more on a machine that is busy


class CannotStart(Exception):
    """A process ended or was not ready in time; the message has the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Access:
    """What one must know to speak to the API server as its administrator."""

    port: int
    token: str
    certificate: str  # a path

    @property
    def tls(self) -> ssl.SSLContext:
        """Trust this server and no other."""
        return ssl.create_default_context(cafile=self.certificate)


@contextlib.contextmanager
def running() -> Iterator[Access]:
    """Start etcd and kube-apiserver, yield when they are ready, and stop them whatever happens."""
    storage, server = binaries.etcd(), binaries.kube_apiserver()
    with tempfile.TemporaryDirectory(prefix="gitramp-conformance-") as name:
        folder = Path(name)
        client, peer, port = _free_ports(3)
        access = _access(folder, port)
        health = urllib.request.Request(f"http://{LOOPBACK}:{client}/health")
        ready = urllib.request.Request(f"https://{LOOPBACK}:{port}/readyz")
        ready.add_header("Authorization", f"Bearer {access.token}")
        with (
            _process([str(storage), *_etcd_flags(folder, client, peer)], folder / "etcd.log", health),
            _process([str(server), *_apiserver_flags(folder, client, port)], folder / "apiserver.log", ready, access),
        ):
            yield access


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]


def _etcd_flags(folder: Path, client: int, peer: int) -> list[str]:
    client_url, peer_url = f"http://{LOOPBACK}:{client}", f"http://{LOOPBACK}:{peer}"
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client_url}",
        f"--advertise-client-urls={client_url}",
        f"--listen-peer-urls={peer_url}",
        f"--initial-advertise-peer-urls={peer_url}",
        f"--initial-cluster=default={peer_url}",
    ]


def _apiserver_flags(folder: Path, client: int, port: int) -> list[str]:
    key = folder / "service-account.key"
    return [
        f"--etcd-servers=http://{LOOPBACK}:{client}",
        f"--bind-address={LOOPBACK}",
        f"--advertise-address={LOOPBACK}",
        f"--secure-port={port}",
        f"--cert-dir={folder}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=RBAC",
        "--endpoint-reconciler-type=none",
        # Pods need no account then that a controller, which does not run here, would have made.
        "--disable-admission-plugins=ServiceAccount",
    ]


def _access(folder: Path, port: int) -> Access:
    token = secrets.token_hex(16)
    (folder / "tokens.csv").write_text(f"{token},conformance,conformance,system:masters\n")
    (folder / "service-account.key").write_text(_signing_key())
    return Access(port, token, str(folder / "apiserver.crt"))


def _signing_key() -> str:
    """Make an elliptic-curve key of P-256 (RFC 5915): any number below the curve's order is one."""
    secret = bytes([secrets.randbelow(0x7F) + 1]) + secrets.token_bytes(31)
    der = bytes.fromhex("30310201010420") + secret + bytes.fromhex("a00a06082a8648ce3d030107")
    return f"-----BEGIN EC PRIVATE KEY-----\n{b64encode(der).decode()}\n-----END EC PRIVATE KEY-----\n"


@contextlib.contextmanager
def _process(
    command: list[str], log: Path, readiness: urllib.request.Request, access: Access | None = None
) -> Iterator[None]:
    """Run a program from when it is ready until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent)
    try:
        if not _becomes_ready(process, readiness, access):
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise CannotStart(f"{command[0]} is not ready:\n{tail}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # what it holds is thrown away
            process.kill()
            process.wait()


def _becomes_ready(process: subprocess.Popen[bytes], request: urllib.request.Request, access: Access | None) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(request, timeout=5, context=access.tls if access else None):
                return True
        except OSError:  # also a certificate that is not written yet
            time.sleep(0.1)
    return False
