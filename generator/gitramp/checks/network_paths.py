"""What NetworkPolicies let through from one pod to a port of another.

Owns selectors of peers, ports and directions, and the tunnel of ambient mode. What cannot be told, such as ranges of
addresses or labels of Namespaces that are not in the set, is let through. Must not know who calls whom.
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from gitramp import body
from gitramp.checks import selectors
from gitramp.checks.index import index
from gitramp.checks.pods import Pod, pods
from gitramp.checks.proxies import namespace_labels, proxy_of
from gitramp.resource import Manifest, ManifestSet

Direction = Literal["Ingress", "Egress"]
_TUNNEL = 15008
_NAME = "kubernetes.io/metadata.name"
_PEERS = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}


class Port(NamedTuple):
    """A port that is asked for; `names` are what the receiving pod calls it."""

    number: int
    protocol: str = "TCP"
    names: frozenset[str] = frozenset()


def port_of(pod: Pod, number: int) -> Port:
    """Return a port of a pod with the names that its containers give it."""
    names = {name for container in pod.containers() for name, own in container.ports if own == number and name}
    return Port(number, "TCP", frozenset(names))


def isolating(manifests: ManifestSet, pod: Pod, direction: Direction) -> tuple[Manifest, ...]:
    """Return the policies that close a pod in one direction, and open it for what they name."""
    return _closing(manifests).get((id(pod.manifest), direction), ())


@index
def _closing(manifests: ManifestSet) -> Mapping[tuple[int, str], tuple[Manifest, ...]]:
    """Return the policies that close the pods of each workload, by the identity of its object and the direction."""
    found: dict[tuple[int, str], list[Manifest]] = {}
    for pod in pods(manifests) if any(manifests.of_kind("NetworkPolicy")) else ():
        for policy in _of(manifests, pod):
            for direction in _types(policy):
                found.setdefault((id(pod.manifest), direction), []).append(policy)
    return {key: tuple(of) for key, of in found.items()}


def passes(
    manifests: ManifestSet, closing: tuple[Manifest, ...], direction: Direction, peer: Pod | None, port: Port
) -> bool:
    """Whether the policies that close a pod let a port through; without a peer, from or to anybody at all."""
    rules, peers = _PEERS[direction]
    for policy in closing:
        for _, rule in body.items(policy.body, "spec", rules):
            named = [one for _, one in body.items(rule, peers)]
            if _is_port(rule, port) and (
                peer is None or not named or any(_is_peer(manifests, policy, one, peer) for one in named)
            ):
                return True
    return not closing


def _types(policy: Manifest) -> set[str]:
    said = {each for _, each in body.items(policy.body, "spec", "policyTypes") if isinstance(each, str)}
    return said or {"Ingress", *(("Egress",) if any(body.items(policy.body, "spec", "egress")) else ())}


@index
def _index(manifests: ManifestSet) -> Mapping[tuple[str, str, str], list[Manifest]]:
    found: dict[tuple[str, str, str], list[Manifest]] = {}
    for policy in manifests.of_kind("NetworkPolicy"):
        labels = body.mapping(policy.body, "spec", "podSelector", "matchLabels").items()
        one = next(((key, value) for key, value in labels if isinstance(value, str)), ("", ""))
        found.setdefault((policy.id.namespace, *one), []).append(policy)
    return found


def _of(manifests: ManifestSet, pod: Pod) -> Iterator[Manifest]:
    index, labels = _index(manifests), [("", ""), *((k, v) for k, v in pod.labels.items() if isinstance(v, str))]
    for label in labels if index else ():
        for policy in index.get((pod.manifest.id.namespace, *label), ()):
            if selectors.label_selector(body.field(policy.body, "spec", "podSelector") or {}, pod.labels):
                yield policy


def _is_port(rule: Any, port: Port) -> bool:
    said = [one for _, one in body.items(rule, "ports")]
    return not said or any(_fits(one, port) for one in said)


def _fits(said: Any, port: Port) -> bool:
    if (body.text(said, "protocol") or "TCP") != port.protocol:
        return False
    number, last = body.field(said, "port"), body.number(said, "endPort")
    if number is None or (isinstance(number, str) and number in port.names):
        return True
    first = body.number(number)
    return first is not None and first <= port.number <= (last or first)


def _is_peer(manifests: ManifestSet, policy: Manifest, said: Any, peer: Pod) -> bool:
    if isinstance(body.field(said, "ipBlock"), dict):
        return True
    where, which = body.field(said, "namespaceSelector"), body.field(said, "podSelector")
    namespace = peer.manifest.id.namespace
    if where is None and namespace != policy.id.namespace:
        return False
    if where is not None and not _in_namespace(manifests, where, namespace):
        return False
    return which is None or selectors.label_selector(which, peer.labels)


def _in_namespace(manifests: ManifestSet, selector: Any, namespace: str) -> bool:
    known = namespace_labels(manifests).get(namespace)
    wanted = body.mapping(selector, "matchLabels")
    if known is None and ({*wanted} - {_NAME} or any(body.items(selector, "matchExpressions"))):
        return wanted.get(_NAME) in (None, namespace)
    return selectors.label_selector(selector, {**(known or {}), _NAME: namespace})


def is_cut(manifests: ManifestSet, caller: Pod, callee: Pod, ports: tuple[int, ...]) -> Manifest | None:
    """Return a policy that keeps a pod from every one of these ports of another, None where one gets through.

    Between two pods in ambient mode it is the port of the tunnel that counts.
    """
    tunnelled = proxy_of(manifests, callee) == "ambient" and proxy_of(manifests, caller) != "none"
    asked = [Port(_TUNNEL)] if tunnelled else [port_of(callee, number) for number in ports]
    out, into = isolating(manifests, caller, "Egress"), isolating(manifests, callee, "Ingress")
    ways: tuple[tuple[tuple[Manifest, ...], Direction, Pod], ...] = ((out, "Egress", callee), (into, "Ingress", caller))
    for closing, direction, peer in ways:
        if closing and not any(passes(manifests, closing, direction, peer, port) for port in asked):
            return closing[0]
    return None


def is_closed(manifests: ManifestSet, pod: Pod, number: int) -> Manifest | None:
    """Return a policy that closes a port of a pod, where none opens it to anybody, the tunnel included."""
    closing = isolating(manifests, pod, "Ingress")
    asked = [port_of(pod, number)] if proxy_of(manifests, pod) != "ambient" else [Port(_TUNNEL)]
    return closing[0] if closing and not any(passes(manifests, closing, "Ingress", None, p) for p in asked) else None
