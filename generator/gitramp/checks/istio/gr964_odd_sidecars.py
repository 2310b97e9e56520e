"""GR964: a Sidecar says nothing that istiod takes only with a warning."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects, mesh_protocols
from gitramp.checks.fields import EACH, mappings, texts
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR964",
    "a listener that says something without effect",
    "A host that a wider one of the same list covers lets nothing more through, and limits on HTTP requests need a "
    "port whose requests the proxy can see.",
    "remove what is covered, or say the port's protocol",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each egress host that is said twice or covered, and each pool for HTTP on another port."""
    for at, listener in mappings(manifest.body, "spec", "egress", EACH):
        hosts = [((*at, *below), host) for below, host in texts(listener, "hosts", EACH)]
        yield from (Breach(message, place, manifest) for message, place in _covered(hosts, manifest.id.namespace))
    for at, listener in mappings(manifest.body, "spec", "ingress", EACH):
        protocol = body.text(listener, "port", "protocol")
        limited = isinstance(body.field(listener, "connectionPool", "http"), dict)
        if limited and isinstance(listener.get("port"), dict) and not mesh_protocols.is_http(protocol):
            message = f"a port for {show(protocol) if protocol else 'any protocol'} has no HTTP requests to limit"
            yield Breach(message, (*at, "connectionPool", "http"), manifest)


def _covered(hosts: list[tuple[Pointer, str]], own: str) -> Iterator[tuple[str, Pointer]]:
    seen: dict[str, set[str]] = {}
    for at, said in hosts:
        namespace, slash, host = said.partition("/")
        if not slash or namespace.startswith("~"):
            continue
        known = seen.setdefault(own if namespace == "." else namespace, set())
        if host in known or "*" in known or (host == "*" and known):
            yield f"host {show(said)} is said twice, or beside a wider one", at
        known.add(host)
    if "*" in seen.get("*", ()) and len(seen) > 1:
        yield "*/* is every host, and there are others beside it", hosts[0][0]


RULE = ObjectRule(CODE, frozenset({mesh_objects.SIDECAR}), find)
