"""GR253: a certificate serves one Gateway of the same pods."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.servers import together
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet

CODE = Code(
    "GR253",
    "one certificate at two Gateways",
    "A browser that has one host of the certificate open asks for the other ones on the same connection; the Gateway "
    "that got it does not list them and answers 404.",
    "let one gateway serve all hosts of the certificate",
    source="https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate",
    severity=Severity.WARNING,
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each server whose certificate another Gateway of the same pods has too."""
    for one, other in together(manifests):
        if other.credential and one.credential == other.credential and one.port == other.port:
            message = f"certificate {other.credential} is {one.manifest.id}'s too"
            yield Breach(message, (*other.pointer, "tls", "credentialName"), other.manifest)


RULE = ManifestRule(CODE, find)
