"""GR371: an Ingress has hosts, paths and backends that there can be."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import names
from gitramp.checks.cluster_addresses import read_address
from gitramp.checks.forms import Fault, breaches, chosen, whole, word
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR371",
    "an Ingress that the API server refuses",
    "Hosts are DNS names, paths start with a slash, and a backend is a Service with a port or another object.",
    "mend the host, the path or the backend; a port is said by name or by number",
    source="https://kubernetes.io/docs/concepts/services-networking/ingress/",
)
_TYPES = ("Exact", "Prefix", "ImplementationSpecific")
_BAD_PARTS = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDS = ("/..", "/.")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with the form of each rule of an Ingress."""
    return breaches(manifest, _faults(manifest))


def _faults(manifest: Manifest) -> Iterator[Fault]:
    tree = manifest.body
    if not body.field(tree, "spec", "rules") and body.field(tree, "spec", "defaultBackend") is None:
        yield Fault("there are neither rules nor a defaultBackend", ("spec",))
    if body.field(tree, "spec", "defaultBackend") is not None:
        yield from _backend(tree, ("spec", "defaultBackend"))
    for at, _ in body.items(tree, "spec", "rules"):
        yield from _host(body.field(tree, *at, "host"), (*at, "host"))
        if body.field(tree, *at, "http") is not None and not body.field(tree, *at, "http", "paths"):
            yield Fault("the rule has no paths", (*at, "http"))
        for step, _ in body.items(tree, *at, "http", "paths"):
            yield from _path(tree, step)
            yield from _backend(tree, (*step, "backend"))
    for at, _ in body.items(tree, "spec", "tls"):
        for step, host in body.items(tree, *at, "hosts"):
            yield from _host(host, step)


def _host(host: object, at: Pointer) -> Iterator[Fault]:
    if not isinstance(host, str) or not host:
        return
    fault = names.subdomain(host.removeprefix("*."))
    if fault or read_address(host) is not None:
        yield Fault(f"host {show(host)} {fault or 'is an address, not a name'}", at)


def _path(tree: object, at: Pointer) -> Iterator[Fault]:
    path, kind = body.text(tree, *at, "path"), body.text(tree, *at, "pathType")
    yield from word(tree, (*at, "pathType"), _TYPES)
    if kind in {"Exact", "Prefix"}:
        wrong = [part for part in _BAD_PARTS if part in path] + [end for end in _BAD_ENDS if path.endswith(end)]
        if wrong:
            yield Fault(f"path {show(path)} has {wrong[0]} in it", (*at, "path"))
        elif not path:
            yield Fault(f"the path of type {kind} is empty", at)
    if path and not path.startswith("/"):
        yield Fault(f"path {show(path)} does not start with /", (*at, "path"))


def _backend(tree: object, at: Pointer) -> Iterator[Fault]:
    said = chosen(tree, at, ("service", "resource"))
    if len(said) != 1:
        yield Fault(f"the backend says {' and '.join(said) or 'neither service nor resource'}", at)
        return
    if said == ["resource"]:
        return
    name, port = body.text(tree, *at, "service", "name"), (*at, "service", "port")
    if fault := names.service_label(name):
        yield Fault(f"service {show(name)} {fault}", (*at, "service"))
    ways = [way for way in ("name", "number") if body.field(tree, *port, way)]
    if len(ways) != 1:
        yield Fault(f"the port of service {show(name)} says {' and '.join(ways) or 'neither name nor number'}", at)
    yield from whole(tree, (*port, "number"), 0, 65535)
    text = body.text(tree, *port, "name")
    if text and (fault := names.port_name(text)):
        yield Fault(f"port {show(text)} {fault}", (*port, "name"))


RULE = ObjectRule(CODE, frozenset({"networking.k8s.io/Ingress"}), find)
