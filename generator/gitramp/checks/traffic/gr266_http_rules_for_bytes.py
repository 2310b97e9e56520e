"""GR266: http rules are for hosts that speak HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.protocols import BYTES
from gitramp.checks.registry import Host, Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR266",
    "http rules for a host of which the mesh sees bytes only",
    "Sidecars pass connections to such a port along as they are: none of the rules is ever tried.",
    "say appProtocol: http at the Service's port, or write the rules under tcp or tls",
    source="https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host on the mesh with http rules all of whose ports are of another kind."""
    registry = Registry.of(manifests)
    for manifest in routes.virtual_services(manifests):
        http = next(body.items(manifest.body, "spec", "http"), None)
        if http is None or routes.MESH not in [name for _, name in routes.gateway_names(manifest)]:
            continue
        for at, host in routes.texts(manifest, "spec", "hosts"):
            found = registry.find(host, manifest.id.namespace)
            if found and all(_bytes_only(each) for each in found):
                spoken = sorted({port.protocol for each in found for port in each.ports})
                message = f"{show(host)} speaks {', '.join(spoken)}, not http"
                related = (Elsewhere("its ports", ("spec", "ports"), found[0].manifest),)
                yield Breach(message, at, manifest, related=related)


def _bytes_only(host: Host) -> bool:
    return bool(host.ports) and all(port.protocol in BYTES for port in host.ports)


RULE = ManifestRule(CODE, find)
