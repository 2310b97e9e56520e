"""GR918: a match asks for what a request can have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_names, mesh_objects, names, virtual_service
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR918",
    "a match that istiod refuses",
    "Names of headers are tokens, ports are from 1 to 65535, labels and namespaces have the forms that Kubernetes "
    "gives them, and the claims of a token are known at gateways only.",
    "ask for something that a request or its sender can have",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
)
_PSEUDO = {":method", ":scheme", ":authority", ":path", ":status"}
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each header, port, label, namespace and block of addresses that cannot be."""
    at_gateway = virtual_service.at_gateways_only(manifest)
    for protocol in ("http", "tls", "tcp"):
        for at, match in mappings(manifest.body, "spec", protocol, EACH, "match", EACH):
            of_http = (*_headers(match, at_gateway=at_gateway), *_namespace(match)) if protocol == "http" else ()
            found = (*of_http, *_subnets(match), *_labels(match), *_port(match))
            yield from (Breach(message, (*at, *below), manifest) for message, below in found)


def _headers(match: Any, *, at_gateway: bool) -> Iterator[_Fault]:
    for field in ("headers", "withoutHeaders"):
        for name in body.mapping(match, field):
            if virtual_service.is_claim(name):
                if not at_gateway:
                    yield f"claim {show(name)} is asked for in the mesh", (field, name)
            elif name not in _PSEUDO and (fault := names.token(name)):
                yield f"header name {show(name)} {fault}", (field, name)


def _labels(match: Any) -> Iterator[_Fault]:
    for key, value in body.mapping(match, "sourceLabels").items():
        if fault := mesh_names.label_key(key):
            yield f"the label key {show(key)} {fault}", ("sourceLabels", key)
        if isinstance(value, str) and (fault := mesh_names.label_value(value)):
            yield f"the label value {show(value)} {fault}", ("sourceLabels", key)


def _namespace(match: Any) -> Iterator[_Fault]:
    namespace = body.text(match, "sourceNamespace")
    if namespace and (fault := mesh_names.dns_label(namespace)):
        yield f"the namespace {show(namespace)} {fault}", ("sourceNamespace",)


def _port(match: Any) -> Iterator[_Fault]:
    number = body.number(match, "port")
    if number and (fault := addresses.port(number)):
        yield f"port {number} {fault}", ("port",)


def _subnets(match: Any) -> Iterator[_Fault]:
    for at, subnet in texts(match, "destinationSubnets", EACH):
        if fault := addresses.ip_or_block(subnet):
            yield f"destination {show(subnet)} {fault}", at


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)
