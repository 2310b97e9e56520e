"""GR240: a DestinationRule is about a host that is there, and about ports that it has."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.destination_rules import HostRule, host_rules
from gitramp.checks.registry import Key, Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR240",
    "a DestinationRule for a host or port that is not there",
    "Nobody ever looks it up: what it says about TLS, limits and outliers does not hold.",
    "name a Service as <service>.<namespace>.svc.<domain> and the port that callers use",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/analysis/ist0174/",
)
_LEVELS = ("trafficPolicy", "portLevelSettings")


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each host of a known namespace that is no Service, and each port that the host does not have."""
    registry = Registry.of(manifests)
    for host, rules in host_rules(manifests).items():
        for rule in rules:
            if _is_missing(registry, host):
                written = show(body.text(rule.manifest.body, "spec", "host"))
                yield Breach(f"{written} is no Service of the tree", ("spec", "host"), rule.manifest)
            elif host in registry.hosts:
                yield from _ports(registry, host, rule)


def _is_missing(registry: Registry, host: Key) -> bool:
    if len(host) == 2:
        return host not in registry.hosts and host[1] in registry.held
    name, _, namespace = host[0].partition(".")
    return name != "*" and "." not in namespace and (name, namespace) in registry.hosts


def _ports(registry: Registry, host: Key, rule: HostRule) -> Iterator[Breach]:
    offered = sorted({p.number for each in registry.hosts[host] for p in each.ports if p.number is not None})
    for at, number in _numbers(rule):
        if number not in offered:
            message = f"port {number} is none of {host[0]}'s, it offers {', '.join(map(str, offered)) or 'none'}"
            yield Breach(message, at, rule.manifest)


def _numbers(rule: HostRule) -> Iterator[tuple[Pointer, int]]:
    for above in ((), *(at for at, _ in body.items(rule.manifest.body, "spec", "subsets"))):
        where = (*(above or ("spec",)), *_LEVELS)
        for at, level in body.items(rule.manifest.body, *where):
            number = body.number(level, "port", "number")
            if number is not None:
                yield (*at, "port", "number"), number


RULE = ManifestRule(CODE, find)
