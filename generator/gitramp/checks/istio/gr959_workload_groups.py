"""GR959: a WorkloadGroup has labels, ports and a probe that a workload can have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import addresses, mesh_objects, workload_entries
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR959",
    "a WorkloadGroup that istiod refuses",
    "A group is a template for workloads that register themselves, with labels, ports, and a probe by HTTP, TCP or a "
    "command.",
    "say a probe of one of the three kinds, on a port from 1 to 65535",
    source="https://istio.io/latest/docs/reference/config/networking/workload-group/#ReadinessProbe",
)
_METHODS = ("httpGet", "tcpSocket", "exec")
_HEADER = re.compile("[-A-Za-z0-9]+")
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each label, port, address and probe that cannot be."""
    spec = body.field(manifest.body, "spec")
    template, probe = body.field(spec, "template"), body.field(spec, "probe")
    if not isinstance(template, dict):
        yield Breach("the group has no template", ("spec",), manifest)
    for message, at in (*workload_entries.socket(template), *workload_entries.ports(template)):
        yield Breach(message, ("spec", "template", *at), manifest)
    for message, at in workload_entries.labels(body.field(spec, "metadata", "labels")):
        yield Breach(message, ("spec", "metadata", "labels", *at), manifest)
    for message, at in _probe(probe) if isinstance(probe, dict) else ():
        yield Breach(message, ("spec", "probe", *at), manifest)


def _probe(probe: Any) -> Iterator[_Fault]:
    said = [method for method in _METHODS if isinstance(probe.get(method), dict)]
    if not said:
        yield "the probe is not by httpGet, tcpSocket or exec", ()
    for method in ("httpGet", "tcpSocket"):
        number = body.number(probe, method, "port") or 0
        if method in said and (fault := addresses.port(number)):
            yield f"port {number} {fault}", (method, "port")
    if "exec" in said and not any(body.items(probe, "exec", "command")):
        yield "the probe runs no command", ("exec",)
    scheme = body.text(probe, "httpGet", "scheme")
    if scheme not in {"", "HTTP", "HTTPS"}:
        yield f"scheme {show(scheme)} is neither HTTP nor HTTPS", ("httpGet", "scheme")
    for at, header in mappings(probe, "httpGet", "httpHeaders", EACH):
        name = body.text(header, "name")
        if not _HEADER.fullmatch(name):
            yield f"header name {show(name)} is not made of letters, digits and -", at


RULE = ObjectRule(CODE, frozenset({mesh_objects.WORKLOAD_GROUP}), find)
