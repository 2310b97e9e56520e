"""GR939: a proxy that opens TLS verifies who answers."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, traffic_policies
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR939",
    "TLS to anybody who answers",
    "With insecureSkipVerify a proxy takes any certificate, so whoever sits in between reads along. Without it, the "
    "system's authorities are trusted where no caCertificates are said.",
    "remove insecureSkipVerify; name the authority in caCertificates if it is not a public one",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each setting of TLS that does not verify the server."""
    for at, tls in traffic_policies.settings(manifest, "tls"):
        if body.field(tls, "insecureSkipVerify") is True and body.text(tls, "mode") in {"SIMPLE", "MUTUAL"}:
            yield Breach("nobody verifies who answers", (*at, "insecureSkipVerify"), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE}), find)
