"""GR973: the keys that tokens are verified with are public ones."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks import jwks, mesh_objects
from gitramp.checks.fields import EACH, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR973",
    "a secret key among those that verify tokens",
    "Proxies verify with public keys only. Whoever reads this object, or the repository, can sign tokens of their own "
    "with a secret one.",
    "remove the secret parts of the key, and sign with a new one from now on",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/security/jwt/#JWTRule",
    unseen=True,
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each key of a set that is secret, by its position."""
    for at, written in texts(manifest.body, "spec", "jwtRules", EACH, "jwks"):
        if not jwks.fault(written):
            for position in jwks.private(written):
                yield Breach(f"key {position} of the set is a secret one", at, manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.REQUEST_AUTHENTICATION}), find)
