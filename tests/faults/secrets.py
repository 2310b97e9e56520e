"""Secrets in plain sight, made up here and shaped as real ones are.

Owns the list. Must not know how they are planted.
"""

from __future__ import annotations

from collections.abc import Iterator

from faults.planting import Fault, put

FAMILY = "security posture"
_CONTAINER = "spec.template.spec.containers.*"
# Put together here, so that no scanner takes this file for a leak.
_SHAPES = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    "a key of AWS": "AKIA" + "IOSFODNN7ABCDEFG",
    "a token of GitHub": "ghp_" + "a1B2" * 9,
    "a token of GitLab": "glpat-" + "x1Y2z3W4" * 3,
    "a token of Slack": "xoxb-" + "123456789012-123456789012-" + "aB3d" * 6,
    "a password in a URL": "postgres://app:" + "hunter2hunter2@db.example.com/app",
}


def faults() -> list[Fault]:
    """Return the faults of this family."""
    return list(_faults())


def _faults() -> Iterator[Fault]:
    for name, value in _SHAPES.items():
        yield Fault(
            f"{name} in a variable",
            FAMILY,
            "apps/Deployment",
            put(f"{_CONTAINER}.env", [{"name": "PLACE", "value": value}]),
        )
        yield Fault(f"{name} in an argument", FAMILY, "apps/Deployment", put(f"{_CONTAINER}.args", [value]))
        yield Fault(f"{name} in a ConfigMap", FAMILY, "/ConfigMap", put("data.settings", f"x: {value}"))
        yield Fault(f"{name} in an annotation", FAMILY, "/Service", put("metadata.annotations", {"note": value}))
