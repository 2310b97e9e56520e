"""GR954: the endpoints of a ServiceEntry go with its resolution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, service_entry, workload_entries
from gitramp.checks.addresses import UNIX
from gitramp.checks.mesh_names import fqdn, wildcard_host
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR954",
    "endpoints of a ServiceEntry that istiod refuses",
    "Endpoints are listed or selected, not both. Under NONE there are none, STATIC takes IP addresses and sockets, DNS "
    "takes names too, and looks up the hosts where there are no endpoints, so they are whole names.",
    "list endpoints that the resolution can have",
    source="https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution",
)
_AT = ("spec", "endpoints")
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each endpoint that the resolution cannot have, or that is none."""
    resolution = service_entry.resolution(manifest)
    found = [*_lists(manifest, resolution)]
    if resolution == "STATIC" or resolution in service_entry.BY_DNS:
        known = {body.text(port, "name") for _, port in service_entry.ports(manifest)}
        for at, endpoint in service_entry.endpoints(manifest):
            found += [(message, (*at, *below)) for message, below in _endpoint(endpoint, resolution, known)]
    yield from (Breach(message, at, manifest) for message, at in found)


def _lists(manifest: Manifest, resolution: str) -> Iterator[_Fault]:
    listed = body.field(manifest.body, *_AT)
    if isinstance(listed, list):
        if isinstance(body.field(manifest.body, "spec", "workloadSelector"), dict):
            yield "there are endpoints and a workloadSelector", _AT
        if resolution == "NONE":
            yield "there are endpoints, and the resolution is NONE", _AT
        if resolution == "DNS_ROUND_ROBIN" and len(listed) > 1:
            yield "DNS_ROUND_ROBIN takes one endpoint", _AT
    if resolution in service_entry.BY_DNS and not listed:
        for at, host in service_entry.hosts(manifest):
            if fqdn(host) and not wildcard_host(host):
                yield f"host {show(host)} cannot be looked up, and there are no endpoints", at


def _endpoint(endpoint: Any, resolution: str, known: set[str]) -> Iterator[_Fault]:
    address = body.text(endpoint, "address")
    by_dns = resolution in service_entry.BY_DNS
    if by_dns and (not address or address.startswith(UNIX)):
        yield "the endpoint has neither an IP address nor a DNS name", ()
    else:
        yield from workload_entries.address(endpoint, by_name=by_dns)
    yield from workload_entries.ports(endpoint)
    for name in body.mapping(endpoint, "ports"):
        if name not in known:
            yield f"the ServiceEntry has no port {show(name)}", ("ports", name)
    yield from ((message, ("labels", *at)) for message, at in workload_entries.labels(body.field(endpoint, "labels")))
    if address.startswith(UNIX) and len(known) != 1 and not by_dns:
        yield "an endpoint at a socket needs a ServiceEntry with one port", ("address",)


RULE = ObjectRule(CODE, frozenset({mesh_objects.SERVICE_ENTRY}), find)
