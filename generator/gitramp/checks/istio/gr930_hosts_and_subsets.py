"""GR930: a DestinationRule is for a host, and gives each of its subsets a name and labels."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.mesh_names import dns_label, label_key, label_value, wildcard_host
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR930",
    "a DestinationRule with a host or subset that istiod refuses",
    "The host is the DNS name of a service; a subset's name is one without dots that no other subset has, and its "
    "labels are some that pods can have.",
    "name the host in full, and each subset once",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield a host that is none, and each subset with a name or label that cannot be."""
    host = body.text(manifest.body, "spec", "host")
    if fault := wildcard_host(host):
        yield Breach(f"host {show(host)} {fault}", ("spec", "host"), manifest)
    seen: set[str] = set()
    for at, subset in mappings(manifest.body, "spec", "subsets", EACH):
        name = body.text(subset, "name")
        if fault := dns_label(name):
            yield Breach(f"subset {show(name)} {fault}", (*at, "name"), manifest)
        elif name in seen:
            yield Breach(f"there are two subsets {show(name)}", (*at, "name"), manifest)
        seen.add(name)
        yield from (Breach(message, (*at, *below), manifest) for message, below in _labels(subset))


def _labels(subset: object) -> Iterator[tuple[str, Pointer]]:
    for key, value in body.mapping(subset, "labels").items():
        if fault := label_key(key):
            yield f"the label key {show(key)} {fault}", ("labels", key)
        if isinstance(value, str) and (fault := label_value(value)):
            yield f"the label value {show(value)} {fault}", ("labels", key)


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE}), find)
