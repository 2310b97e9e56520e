"""The gateways of the edge: their pods, the namespaces those run in, and the VirtualServices bound to them.

Owns the way from a Gateway's name to who runs it. Must not know any rule.
https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.index import index
from gitramp.checks.pods import Pod, pods
from gitramp.checks.proxies import is_gateway
from gitramp.checks.workloads import Workloads
from gitramp.resource import Manifest, ManifestSet

ListedHosts = frozenset[tuple[str, str]]
"""Namespace, or `*` for all, and host."""


@index
def gateways(manifests: ManifestSet) -> Mapping[str, Manifest]:
    """Return Istio's Gateways by `namespace/name`."""
    return {f"{m.id.namespace}/{m.id.name}": m for m in routes.gateways(manifests)}


@index
def gateway_pods(manifests: ManifestSet) -> Mapping[str, tuple[Pod, ...]]:
    """Return the pods of the set that run each Gateway; a selector finds them in every namespace."""
    workloads = Workloads.of(manifests)
    selectors = {name: body.mapping(m.body, "spec", "selector") for name, m in gateways(manifests).items()}
    return {name: tuple(workloads.anywhere(wanted)) if wanted else () for name, wanted in selectors.items()}


def pods_behind(manifests: ManifestSet, names: tuple[str, ...]) -> tuple[Pod, ...]:
    """Return the pods of these Gateways, each once."""
    found = gateway_pods(manifests)
    return tuple({id(pod): pod for name in names for pod in found.get(name, ())}.values())


@index
def all_gateway_pods(manifests: ManifestSet) -> tuple[Pod, ...]:
    """Return the pods of the set that are gateways by their own words."""
    return tuple(pod for pod in pods(manifests) if is_gateway(pod))


def listed_hosts(gateway: Manifest) -> ListedHosts:
    """Return the hosts a gateway lists, by the namespace they are for: `host`, `namespace/host`, `./host`, `*/host`.

    A listener of Gateway API without a hostname takes all.
    """
    listed = {("*", body.text(found, "hostname") or "*") for _, found in body.items(gateway.body, "spec", "listeners")}
    for server, _ in body.items(gateway.body, "spec", "servers"):
        for at, _ in body.items(gateway.body, *server, "hosts"):
            where, slash, name = body.text(gateway.body, *at).rpartition("/")
            listed.add(((gateway.id.namespace if where == "." else where) if slash else "*", name))
    return frozenset(listed)


def takes(listed: ListedHosts, namespace: str, host: str) -> bool:
    """Whether a gateway that lists these takes a host for a VirtualService of a namespace."""
    return not {(where, pattern) for where in ("*", namespace) for pattern in _patterns(host)}.isdisjoint(listed)


def _patterns(host: str) -> Iterator[str]:
    """Yield all that covers a host: itself, each `*.domain` around it, `*`."""
    yield from (host, "*")
    yield from ("*" + host[dot:] for dot, letter in enumerate(host) if letter == ".")
