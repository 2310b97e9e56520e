"""GR260: of the VirtualServices for a host at one gateway, one takes a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.ingress import ListedHosts, gateways, listed_hosts, takes
from gitramp.checks.request_tests import read
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR260",
    "two VirtualServices that take the same requests at a gateway",
    "A gateway joins them in order of age. Of two rules with the same match the older object's is tried first, and "
    "nothing in Git says which that is.",
    "give the rules matches that exclude each other, or write them in one VirtualService",
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
)


class _Claim(NamedTuple):
    manifest: Manifest
    at: Pointer


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule with the match of one in an earlier VirtualService of the same host and gateway."""
    claims: dict[tuple[str, str, str], _Claim] = {}
    told: set[tuple[int, Pointer]] = set()
    listed = {name: listed_hosts(gateway) for name, gateway in gateways(manifests).items()}
    for manifest in routes.virtual_services(manifests):
        for way in _ways(manifest, listed):
            for at, asked in _matches(manifest):
                first = claims.setdefault((*way, asked), _Claim(manifest, at))
                if first.manifest is not manifest and (id(manifest), at) not in told:
                    told.add((id(manifest), at))
                    message = f"{first.manifest.id} takes the same requests for {show(way[1])} at {way[0]}"
                    other = (Elsewhere("taken here too", first.at, first.manifest),)
                    yield Breach(message, at, manifest, related=other)


def _ways(manifest: Manifest, listed: Mapping[str, ListedHosts]) -> Iterator[tuple[str, str]]:
    """Yield each gateway with each host that it takes from this namespace; of others, what they take is not known."""
    for _, gateway in routes.gateway_names(manifest):
        for _, host in routes.texts(manifest, "spec", "hosts") if gateway != routes.MESH else ():
            if gateway not in listed or takes(listed[gateway], manifest.id.namespace, host):
                yield gateway, host.lower()


def _matches(manifest: Manifest) -> Iterator[tuple[Pointer, str]]:
    """Yield what each rule asks for, as text that is the same for the same requests."""
    for rule, found in body.items(manifest.body, "spec", "http"):
        listed = [((*rule, *at), match) for at, match in body.items(found, "match")]
        for at, match in listed or [(rule, {})]:
            asked = read(match, frozenset())
            parts = (asked.texts, asked.headers, asked.without, asked.query, asked.labels)
            said = [sorted((name, str(test)) for name, test in part.items()) for part in parts]
            yield at, repr((said, asked.port, asked.namespace, asked.any_case, asked.whole, sorted(asked.gateways)))


RULE = ManifestRule(CODE, find)
