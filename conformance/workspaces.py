"""Workspaces whose pages are hard to lay out: ramps in every state, errors, drift, long names, words like markup.

Owns what is in them. Must not know who looks at them.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

NOON = 1_700_000_000
HEAD = """\
apiVersion: gitramp/v1alpha1
kind: Environment
gateways:
  public: {selector: {istio: ingressgateway}, tls: {credentialName: shop}}
  partners-of-the-shop:
    selector: {istio: partners}
    namespace: partners-and-resellers
    tls: {credentialName: partners, port: 8443, clientCertificates: required, plainHttp: closed}
services:
"""
SERVICE = """\
  {name}:
    hosts: [{name}.shop.example.com]
    port: 8080
    replicas: 2
    tracks:
      v1: {{image: "ghcr.io/acme/{name}:1.4.2"}}
      v2: {{image: "ghcr.io/acme/{name}:1.5.0"}}
    stable: v1
    canary:
      track: v2
      weight: {weight}
"""
RAMP = "      ramp: {steps: [1, 5, 10, 25, 50, 100], bake: 30m%s}\n"
LONG = "recommendations-of-things-that-others-have-bought-as-well"
ODD = "\"<img src=x onerror=alert(1)>\\u202egnp.exe\\u200b & 'more'\""


def ramps(folder: Path) -> Path:
    """Make a repository in which ramps wait, are held, were aborted, need somebody, or are at their end."""
    texts = [
        SERVICE.format(name="waiting", weight=5) + RAMP % "",
        SERVICE.format(name="held", weight=10) + RAMP % "" + "    hold: error rate of checkout, see INC-1234\n",
        SERVICE.format(name="stopped", weight=0)
        + '      aborted: "99.2 % of its answers were good, 99.5 are asked for"\n',
        SERVICE.format(name="asking", weight=25)
        + RAMP % ", approve: {by: [ada@example.com, grace@example.com], from: 50}",
        SERVICE.format(name="done", weight=100) + RAMP % "",
        SERVICE.format(name="copied", weight=0) + "      mirror: 20\n",
        SERVICE.format(name=LONG, weight=33) + _long_matches(),
        _plain("store", 'protocol: tcp, servicePort: 5432, image: "docker.io/library/postgres:17.2"'),
    ]
    everywhere = HEAD + "".join(texts)
    write(folder, "production", everywhere)
    write(folder, "production-in-the-european-union", everywhere.replace("weight: 25", "weight: 1"))
    write(
        folder,
        "dev",
        HEAD + _plain("store", 'protocol: tcp, servicePort: 5432, image: "docker.io/library/postgres:17.2"'),
    )
    commit(folder, "start")
    return folder


def _long_matches() -> str:
    lines = [
        f"        - headers: {{x-customer-segment-of-the-region-{n}: {{exact: early-adopters-{n}}}}}" for n in range(6)
    ]
    other = f"    namespace: {LONG[:40]}\n"
    return "      match:\n" + "\n".join(lines) + f"\n{other}"


def _plain(name: str, said: str) -> str:
    fields = "".join(f"    {each}\n" for each in said.split(", "))
    return f"  {name}:\n{fields}    port: 5432\n    tracks: {{v1: {{}}}}\n    stable: v1\n"


def troubles(folder: Path) -> Path:
    """Make a workspace with an error, a warning, drift, differences, and texts that would be markup."""
    good = (
        HEAD + SERVICE.format(name="search", weight=10) + f"      match: [{{headers: {{x-track: {{exact: {ODD}}}}}}}]\n"
    )
    good += f"    hold: {ODD}\n    annotations: {{note: {ODD}}}\n"
    write(folder, "staging", good + "parity: {with: production, allow: {services.search.replicas: staging is small}}\n")
    write(folder, "production", good.replace("replicas: 2", "replicas: 9").replace(":1.5.0", ":1.6.0"))
    write(folder, "broken", good.replace("weight: 10", "weight: 110"))
    write(folder, "unpinned", good.replace("search:1.5.0", "search"))
    write(folder, "torn", "services: [")
    return folder


def write(folder: Path, name: str, text: str) -> None:
    """Write an overlay."""
    (folder / "environments").mkdir(parents=True, exist_ok=True)
    (folder / "environments" / f"{name}.yaml").write_text(text, encoding="utf-8")


def commit(folder: Path, subject: str) -> None:
    """Commit all that is there, in a repository that may be new."""
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", subject]):
        _git(folder, *arguments)


def _git(folder: Path, *arguments: str) -> None:
    """Run git as somebody, at noon."""
    who = {f"GIT_{role}_{what}": said for role in ("AUTHOR", "COMMITTER") for what, said in _WHO.items()}
    env = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)


_WHO = {"NAME": "Ada Lovelace", "EMAIL": "ada@example.com", "DATE": f"{NOON} +0000"}
