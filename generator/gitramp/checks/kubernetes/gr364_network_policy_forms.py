"""GR364: a network policy says peers and ports that there can be."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import names
from gitramp.checks.cluster_addresses import read_network
from gitramp.checks.forms import Fault, breaches, chosen, whole, word
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR364",
    "a network policy that the API server refuses",
    "A peer is selected by labels or by addresses, an exception lies inside of its range, and a range of ports starts "
    "at a number.",
    "say podSelector and namespaceSelector, or ipBlock alone; a range of ports as port and a larger endPort",
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/",
)
_PEERS = ("podSelector", "namespaceSelector", "ipBlock")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with the form of each peer and port."""
    for direction, end in (("ingress", "from"), ("egress", "to")):
        for at, _ in body.items(manifest.body, "spec", direction):
            for step, _ in body.items(manifest.body, *at, end):
                yield from breaches(manifest, _of_peer(manifest, step))
            for step, _ in body.items(manifest.body, *at, "ports"):
                yield from breaches(manifest, _of_port(manifest, step))
    for at, _ in body.items(manifest.body, "spec", "policyTypes"):
        yield from breaches(manifest, word(manifest.body, at, ("Ingress", "Egress")))


def _of_peer(manifest: Manifest, at: Pointer) -> Iterator[Fault]:
    said = chosen(manifest.body, at, _PEERS)
    if not said:
        yield Fault(f"a peer says none of {', '.join(_PEERS)}", at)
    elif "ipBlock" in said and len(said) > 1:
        yield Fault(f"a peer says {' and '.join(said)}", at)
    elif "ipBlock" in said:
        yield from _of_block(manifest, (*at, "ipBlock"))


def _of_block(manifest: Manifest, at: Pointer) -> Iterator[Fault]:
    said = body.text(manifest.body, *at, "cidr")
    around = read_network(said)
    if around is None:
        yield Fault(f"cidr {show(said)} is no range such as 10.0.0.0/8", (*at, "cidr"))
        return
    for step, text in body.items(manifest.body, *at, "except"):
        inner = read_network(text) if isinstance(text, str) else None
        if inner is None:
            yield Fault(f"except {body.shown(text)} is no range such as 10.1.0.0/16", step)
        elif inner.version != around.version or inner == around or not inner.subnet_of(around):  # type: ignore[arg-type]
            yield Fault(f"except {show(str(inner))} does not lie inside of {around}", step)


def _of_port(manifest: Manifest, at: Pointer) -> Iterator[Fault]:
    port, end = body.field(manifest.body, *at, "port"), body.number(manifest.body, *at, "endPort")
    yield from word(manifest.body, (*at, "protocol"), ("TCP", "UDP", "SCTP"))
    yield from whole(manifest.body, (*at, "port"), 1, 65535)
    if isinstance(port, str) and (fault := names.port_name(port)):
        yield Fault(f"port {show(port)} {fault}", (*at, "port"))
    if end is None:
        return
    first = body.number(manifest.body, *at, "port")
    if first is None:
        yield Fault("endPort counts only beside a port that is a number", (*at, "endPort"))
    else:
        yield from whole(manifest.body, (*at, "endPort"), max(first, 1), 65535)


RULE = ObjectRule(CODE, frozenset({"networking.k8s.io/NetworkPolicy"}), find)
