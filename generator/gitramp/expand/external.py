"""What services call outside the mesh: ServiceEntries, and the TLS that sidecars speak to them.

Both live in the namespace of the addresses and are exported to the namespaces that call, where proxies look after
their own. Owns egress TLS. Must not know why somebody may call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.model import Environment, External, ExternalPort, external_callers
from gitramp.resource import Manifest, traced


def externals(environment: Environment) -> Iterator[Manifest]:
    """Yield the objects that make known what somebody may call outside the mesh."""
    for external in environment.external.values():
        visible = _visible(environment, external)
        if visible and not external.namespace:
            yield _service_entry(environment, external, visible)
            yield from _destination_rules(environment, external, visible)


def _visible(environment: Environment, external: External) -> list[str]:
    callers = external_callers(environment, external)
    return sorted({environment.track_namespace(s, track) for s in callers for track in s.tracks.values()})


def _metadata(environment: Environment, name: Any) -> dict[str, Any]:
    apex = traced(environment.namespaces.apex, environment.namespaces.at("apex"))
    return {"name": name, "namespace": apex, "labels": dict(kinds.MANAGED)}


def _service_entry(environment: Environment, external: External, visible: list[str]) -> Manifest:
    addresses = {"addresses": traced(external.addresses, external.at("addresses"))} if external.addresses else {}
    spec = {
        "hosts": traced(external.hosts, external.at("hosts")),
        **addresses,
        "ports": [_port(port) for port in sorted(external.ports.values(), key=lambda each: each.number)],
        "location": "MESH_EXTERNAL",
        "resolution": "DNS" if external.is_resolved else "NONE",
        "exportTo": visible,
    }
    name = traced(external.name, external.pointer, how="its key in external")
    return Manifest.of(kinds.SERVICE_ENTRY, {"metadata": _metadata(environment, name), "spec": spec}, external.pointer)


def _port(port: ExternalPort) -> dict[str, Any]:
    how = "443 under tls, unless targetPort is said"
    target = traced(port.connected_port, port.at("targetPort" if port.target_port else "tls"), how=how)
    return {
        "number": traced(port.number, port.at("number")),
        "name": traced(port.name, port.pointer, how="its key in ports"),
        "protocol": traced(port.protocol.upper(), port.at("protocol"), how="in capitals"),
        **({"targetPort": target} if port.connected_port != port.number else {}),
    }


def _destination_rules(environment: Environment, external: External, visible: list[str]) -> Iterator[Manifest]:
    """Yield a rule for each host: one rule is about one host, and asks for that name in the handshake."""
    ports = [port for port in external.ports.values() if port.tls is not None]
    for position, host in enumerate(external.hosts if ports else ()):
        said = traced(host, external.at("hosts", position))
        levels = [{"port": {"number": traced(p.number, p.at("number"))}, "tls": _tls(p, host)} for p in ports]
        spec = {"host": said, "trafficPolicy": {"portLevelSettings": levels}, "exportTo": visible}
        metadata = _metadata(environment, traced(host, external.at("hosts", position), how="the host it is about"))
        yield Manifest.of(kinds.DESTINATION_RULE, {"metadata": metadata, "spec": spec}, external.pointer)


def _tls(port: ExternalPort, host: str) -> Any:
    tls = port.tls
    assert tls is not None
    sni = traced(tls.sni, tls.at("sni")) if tls.sni else traced(host, tls.pointer, how="the host")
    # A name asked for is verified only when it is expected in the certificate too.
    names: Any = [sni._replace(how=sni.how or "the name asked for")]
    if tls.subject_alt_names:
        names = traced(tls.subject_alt_names, tls.at("subjectAltNames"))
    files = {"clientCertificate": tls.client_certificate, "privateKey": tls.private_key}
    return {
        "mode": traced(tls.mode, tls.at("mode")),
        **{key: traced(path, tls.at(key)) for key, path in files.items() if path},
        "caCertificates": traced(tls.ca_certificates, tls.at("caCertificates")),
        "sni": sni,
        "subjectAltNames": names,
    }
