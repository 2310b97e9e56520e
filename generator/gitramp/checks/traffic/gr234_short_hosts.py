"""GR234: a host that could mean several Services is written in full."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.destinations import destinations
from gitramp.checks.registry import Registry, of_istio
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR234",
    "a short host name that several namespaces have",
    "The mesh adds the namespace of the object that says it, not that of the caller, so the Service of that namespace "
    "is meant and no other; the name means something else as soon as the object moves.",
    "write <service>.<namespace>.svc.<domain>",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each short name of a destination or DestinationRule that Services of several namespaces have."""
    registry = Registry.of(manifests)
    named: dict[str, set[str]] = {}
    for meant in registry.hosts:
        if len(meant) == 2:
            named.setdefault(meant[0], set()).add(meant[1])
    for manifest, at, host in _written(manifests):
        own, others = manifest.id.namespace, named.get(host.lower(), set())
        if "." not in host and own in others and len(others) > 1:
            elsewhere = ", ".join(sorted(others - {own}))
            yield Breach(f"host {show(host)} means that of {own}; {elsewhere} has one too", at, manifest)


def _written(manifests: ManifestSet) -> Iterator[tuple[Manifest, Pointer, str]]:
    for each in destinations(manifests):
        yield each.manifest, (*each.at, "host"), each.host
    for rule in of_istio(manifests, "DestinationRule"):
        yield rule, ("spec", "host"), body.text(rule.body, "spec", "host")


RULE = ManifestRule(CODE, find)
