"""GR267: the destinations of a split speak the same protocol."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp.checks.destinations import Destination, splits
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR267",
    "a split between different protocols",
    "The proxy speaks to each Service as its port says. A request that one of them understands comes to the other in "
    "another form: errors for that share of the requests alone.",
    "give the ports of both Services the same appProtocol",
    Severity.WARNING,
    source="https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
)
_ALIKE = ({"http", "http2"}, {"http2", "grpc", "grpc-web"})


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each split whose known destinations speak different protocols."""
    for split in splits(manifests):
        spoken = [(each, protocol) for each in split if (protocol := _protocol(manifests, each))]
        other = next(((each, protocol) for each, protocol in spoken if _clash(protocol, spoken[0][1])), None)
        if other is not None:
            first, wanted = spoken[0]
            message = f"{show(other[0].host)} speaks {other[1]}, {show(first.host)} {wanted}"
            yield Breach(message, other[0].at, other[0].manifest)


def _clash(one: str, other: str) -> bool:
    """Whether a request in one protocol is none in the other; proxies translate between versions of HTTP."""
    return one != other and not any({one, other} <= alike for alike in _ALIKE)


def _protocol(manifests: ManifestSet, each: Destination) -> str:
    service = Registry.of(manifests).service(each.host, each.manifest.id.namespace)
    port = service.port(each.port) if service is not None else None
    return port.protocol if port is not None else ""


RULE = ManifestRule(CODE, find)
