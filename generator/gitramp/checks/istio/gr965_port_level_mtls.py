"""GR965: exceptions for ports are for the ports of chosen workloads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR965",
    "mutual TLS by port that istiod refuses",
    "portLevelMtls is about the ports on which some workloads listen, so it needs a selector with a label, and its "
    "keys are port numbers.",
    "select the workloads, and name their ports from 1 to 65535",
    source="https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication",
)
_NUMBER = re.compile("[0-9]{1,10}")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield ports without a selector, and each key that is no port."""
    at = ("spec", "portLevelMtls")
    if not isinstance(body.field(manifest.body, *at), dict):
        return
    if not body.mapping(manifest.body, *mesh_objects.labels_at(manifest)):
        yield Breach("portLevelMtls is said for no chosen workloads", at, manifest)
    for key in body.mapping(manifest.body, *at):
        if not _NUMBER.fullmatch(key) or not 1 <= int(key) <= 65535:
            yield Breach(f"port {show(key)} is no number from 1 to 65535", (*at, key), manifest)


RULE = ObjectRule(CODE, frozenset({mesh_objects.PEER_AUTHENTICATION}), find)
