"""GR234: a host is written in full."""

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
    "a short host name",
    "The mesh adds the namespace of the object that says it, not that of the caller or of the Service: the same name "
    "means something else as soon as the object moves.",
    "write <service>.<namespace>.svc.<domain>",
    Severity.INFO,
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each short name of a destination or DestinationRule that happens to be a Service."""
    registry = Registry.of(manifests)
    for manifest, at, host in _written(manifests):
        if host and "." not in host and registry.service(host, manifest.id.namespace):
            message = f"host {show(host)} means {host}.{manifest.id.namespace} because it is said there"
            yield Breach(message, at, manifest)


def _written(manifests: ManifestSet) -> Iterator[tuple[Manifest, Pointer, str]]:
    for each in destinations(manifests):
        yield each.manifest, (*each.at, "host"), each.host
    for rule in of_istio(manifests, "DestinationRule"):
        yield rule, ("spec", "host"), body.text(rule.body, "spec", "host")


RULE = ManifestRule(CODE, find)
