"""GR352: the ports of a Service can be told apart."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import names
from gitramp.checks.forms import Fault, breaches, whole, word
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR352",
    "ports of a Service that cannot be told apart",
    "With several ports each needs a name; the API server refuses a name, a port or a node port that is there twice.",
    "give each port a name and a number of its own",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services",
)
_PROTOCOLS = ("TCP", "UDP", "SCTP")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each port without a name of its own, each that is there twice, and each odd form."""
    yield from breaches(manifest, _forms(manifest))
    yield from breaches(manifest, _twice(manifest))
    kind, headless = body.text(manifest.body, "spec", "type"), body.field(manifest.body, "spec", "clusterIP") == "None"
    if not body.field(manifest.body, "spec", "ports") and not headless and kind != "ExternalName":
        yield Breach("the Service has no ports", ("spec",), manifest, "say a port, or `clusterIP: None`")


def _forms(manifest: Manifest) -> Iterator[Fault]:
    ports = list(body.items(manifest.body, "spec", "ports"))
    for at, port in ports:
        name, target = body.text(port, "name"), body.field(port, "targetPort")
        if not name and len(ports) > 1:
            yield Fault("the port has no name, and is not the only one", at)
        elif name and (fault := names.label(name)):
            yield Fault(f"port name {show(name)} {fault}", (*at, "name"))
        if isinstance(target, str) and (fault := names.port_name(target)):
            yield Fault(f"targetPort {show(target)} {fault}", (*at, "targetPort"))
        yield from word(manifest.body, (*at, "protocol"), _PROTOCOLS)
        yield from whole(manifest.body, (*at, "nodePort"), 0, 65535)
        protocol = body.text(port, "appProtocol")
        if protocol and (fault := names.label_key(protocol)):
            yield Fault(f"appProtocol {show(protocol)} {fault}", (*at, "appProtocol"))


def _twice(manifest: Manifest) -> Iterator[Fault]:
    seen: set[tuple[object, ...]] = set()
    for at, port in body.items(manifest.body, "spec", "ports"):
        protocol = body.text(port, "protocol") or "TCP"
        for key, said in (("name", body.text(port, "name")), ("port", body.number(port, "port"))):
            what = (key, said) if key == "name" else (key, said, protocol)
            if said and what in seen:
                yield Fault(f"{key} {body.shown(said)} is there twice", (*at, key))
            seen.add(what)
        node = body.number(port, "nodePort")
        if node and ("nodePort", node, protocol) in seen:
            yield Fault(f"nodePort {node} is there twice", (*at, "nodePort"))
        seen.add(("nodePort", node, protocol))


RULE = ObjectRule(CODE, frozenset({"/Service"}), find)
