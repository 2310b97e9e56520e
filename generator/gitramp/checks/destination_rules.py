"""Which DestinationRules a proxy takes for a host.

Owns the order of looking up, of which the first place that has a rule wins: the caller's namespace, that of the
Service, the root namespace. Must not know any rule.
https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gitramp import body
from gitramp.checks.index import index
from gitramp.checks.registry import ROOT_NAMESPACE, Key, exported, key, of_istio, sees
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet


@dataclass(frozen=True, slots=True)
class HostRule:
    """A DestinationRule; `host` is what it is about, `subsets` lead to those it names."""

    manifest: Manifest
    host: Key
    seen_by: frozenset[str]
    subsets: Mapping[str, Pointer]

    @property
    def namespace(self) -> str:
        """The namespace in which it is written."""
        return self.manifest.id.namespace


@index
def host_rules(manifests: ManifestSet) -> Mapping[Key, tuple[HostRule, ...]]:
    """Return the DestinationRules by the host that they are about; those for some pods only are not among them."""
    found: dict[Key, list[HostRule]] = {}
    for manifest in of_istio(manifests, "DestinationRule"):
        if not body.mapping(manifest.body, "spec", "workloadSelector"):
            rule = _rule(manifest)
            found.setdefault(rule.host, []).append(rule)
    return {host: tuple(rules) for host, rules in found.items()}


def covering(manifests: ManifestSet, host: Key) -> Iterator[tuple[HostRule, ...]]:
    """Yield the rules for a host, then those for each wildcard around it, the nearest first."""
    rules = host_rules(manifests)
    if host in rules:
        yield rules[host]
    name = host[0] if len(host) == 1 else f"{host[0]}.{host[1]}.svc.cluster.local"
    dots = (place for place, letter in enumerate(name) if letter == ".")
    yield from (rules[wide] for wide in ((f"*{name[dot:]}",) for dot in dots) if wide in rules)


def looked_up(manifests: ManifestSet, host: Key, caller: str, owner: str) -> tuple[HostRule, ...]:
    """Return the rules that a proxy in namespace `caller` takes for a host whose Service is in namespace `owner`."""
    for namespace in dict.fromkeys((*((caller,) if caller != ROOT_NAMESPACE else ()), owner, ROOT_NAMESPACE)):
        for rules in covering(manifests, host):
            found = tuple(r for r in rules if r.namespace == namespace and sees(r.seen_by, caller))
            if found:
                return found
    return ()


def _rule(manifest: Manifest) -> HostRule:
    namespace = manifest.id.namespace
    subsets: dict[str, Pointer] = {}
    for at, subset in body.items(manifest.body, "spec", "subsets"):
        subsets.setdefault(body.text(subset, "name"), at)
    seen_by = exported(body.field(manifest.body, "spec", "exportTo"), namespace)
    return HostRule(manifest, key(body.text(manifest.body, "spec", "host"), namespace), seen_by, subsets)
