"""The same knowledge one layer beneath: NetworkPolicies that let through what the mesh's policies would, and no more.

Besides callers and calls they leave open what every pod of a mesh needs: the name server, istiod (15012), the tunnel
of ambient mode (HBONE, 15008), scrapes (15020 merged, 15090 the proxy's own) and probes. Traffic from the kubelet of
the pod's own node always passes: https://kubernetes.io/docs/concepts/services-networking/network-policies/

Owns ports and addresses of the network. Must not know identities.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.workload import metadata
from gitramp.model import (
    Caller,
    Environment,
    External,
    Gateway,
    Service,
    Track,
    called,
    called_externals,
    callers_of,
    is_guarded,
)
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, traced

_NAMESPACE = "kubernetes.io/metadata.name"
_HBONE, _ISTIOD, _SCRAPES = 15008, 15012, (15020, 15090)
# Where ambient mode says that probes come from: https://istio.io/latest/docs/ambient/usage/networkpolicy/
_AMBIENT_PROBES = ("169.254.7.127/32", "fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128")
# NodeLocal DNSCache: https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
_NODE_LOCAL_DNS = "169.254.20.10/32"


def closed_namespaces(environment: Environment) -> Iterator[Manifest]:
    """Yield, for each namespace, the policy that lets nothing in or out: others add to it."""
    if not environment.trust.network_policies:
        return
    owner = environment.trust.at("networkPolicies")
    spec = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for namespace in environment.rendered_namespaces():
        name = {"name": "default.deny", "namespace": namespace, "labels": dict(kinds.MANAGED)}
        yield Manifest.of(kinds.NETWORK_POLICY, {"metadata": name, "spec": spec}, owner)


def network_policy(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield what a track's pods may receive and send; nobody calls its jobs."""
    if not environment.trust.network_policies:
        return
    spec = {
        "podSelector": {"matchLabels": kinds.selector(environment, service, track)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [*_callers(environment, service, track), *_watchers(environment)],
        "egress": traced(
            list(_egress(environment, service)), service.at("calls"), how="open where `calls` is not said"
        ),
    }
    named = metadata(environment, service, track)
    owner = environment.trust.at("networkPolicies")
    yield Manifest.of(kinds.NETWORK_POLICY, {"metadata": named, "spec": spec}, owner, service.name)
    if service.jobs_of(track):
        pods = {"matchLabels": kinds.job_selector(environment, service, track)}
        spec |= {"podSelector": pods, "ingress": list(_watchers(environment))}
        tree = {"metadata": kinds.with_suffix(named, "jobs"), "spec": spec}
        yield Manifest.of(kinds.NETWORK_POLICY, tree, owner, service.name)


def _callers(environment: Environment, service: Service, track: Track) -> Iterator[dict[str, Any]]:
    ports = _workload_ports(track)
    if not is_guarded(environment, service):
        yield {"ports": ports}
    else:
        for gateway in environment.gateways_of(service):
            yield {"from": [_gateway_pods(environment, gateway)], "ports": ports}
        for caller in callers_of(service):
            said = [(port, caller.at("ports", position)) for position, port in enumerate(caller.ports)]
            yield {"from": _peers(environment, caller), "ports": _ports(said) if said else ports}
    exceptions = sorted(service.port_level_mtls.values(), key=lambda each: int(each.name))
    if exceptions:
        yield {"ports": [_port(int(each.name), each.pointer, how="as a number") for each in exceptions]}


def _gateway_pods(environment: Environment, gateway: Gateway) -> dict[str, Any]:
    if environment.platform.ingress == "gateway-api":
        # https://gateway-api.sigs.k8s.io/reference/spec/#gatewayinfrastructure
        namespace, _, name = environment.gateway_object(gateway).partition("/")
        return _pods(namespace, {"gateway.networking.k8s.io/gateway-name": name}, gateway.pointer)
    namespace, said = gateway.service_account.partition("/")[0], gateway.at("serviceAccount")
    if not gateway.selector:  # somebody else's, and its pods' labels are not known
        return _namespace(namespace, said)
    return _pods(namespace, traced(gateway.selector, gateway.at("selector")), said)


def _watchers(environment: Environment) -> Iterator[dict[str, Any]]:
    monitoring = environment.trust.monitoring
    scraper = _namespace(monitoring, environment.trust.at("monitoring")) if monitoring else {"namespaceSelector": {}}
    yield {"from": [scraper], "ports": [_port(port) for port in _SCRAPES]}
    yield {"from": [_addresses(cidr) for cidr in _AMBIENT_PROBES]}


def _egress(environment: Environment, service: Service) -> Iterator[dict[str, Any]]:
    if service.calls is None or environment.trust.outbound_traffic == "ALLOW_ANY":
        yield {}
        return
    trust = environment.trust
    dns = [_port(53, protocol="UDP"), _port(53)]
    yield {"to": [_namespace(trust.dns, trust.at("dns")), _addresses(_NODE_LOCAL_DNS)], "ports": dns}
    yield {"to": [_namespace(trust.control_plane, trust.at("controlPlane"))], "ports": [_port(_ISTIOD)]}
    if trust.monitoring:
        yield {"to": [_namespace(trust.monitoring, trust.at("monitoring"))]}
    for callee in called(environment, service):
        for track in callee.tracks.values():
            yield {"to": [_track(environment, callee, track, service.at("calls"))], "ports": _workload_ports(track)}
    for external in called_externals(environment, service):
        yield _to_external(external)


def _to_external(external: External) -> dict[str, Any]:
    """Let through to addresses where they are known; a network policy knows no names."""
    ports = [_port(p.connected_port, p.pointer) for p in external.ports.values()]
    if external.namespace:
        return {"to": [_namespace(external.namespace, external.at("namespace"))], "ports": ports}
    known = [_addresses(str(ipaddress.ip_network(each)), external.at("addresses")) for each in external.addresses]
    everywhere = [_addresses("0.0.0.0/0", external.at("hosts")), _addresses("::/0", external.at("hosts"))]
    return {"to": known or everywhere, "ports": ports}


def _peers(environment: Environment, caller: Caller) -> list[dict[str, Any]]:
    if caller.namespace:
        return [_namespace(caller.namespace, caller.at("namespace"))]
    service = environment.services[caller.name]
    peers = [_track(environment, service, track, caller.pointer) for track in service.tracks.values()]
    for track in service.tracks.values():
        if service.jobs_of(track):
            labels = kinds.job_selector(environment, service, track)
            peers.append(_pods(environment.track_namespace(service, track), labels, caller.pointer))
    return peers


def _track(environment: Environment, service: Service, track: Track, said: Pointer) -> dict[str, Any]:
    return _pods(environment.track_namespace(service, track), kinds.selector(environment, service, track), said)


def _namespace(name: str, said: Pointer) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {_NAMESPACE: traced(name, said, how="the namespace")}}}


def _pods(namespace: str, labels: Any, said: Pointer) -> dict[str, Any]:
    return {**_namespace(namespace, said), "podSelector": {"matchLabels": labels}}


def _addresses(cidr: str, *said: Pointer) -> dict[str, Any]:
    return {"ipBlock": {"cidr": traced(cidr, *said, how="as a range") if said else cidr}}


def _workload_ports(track: Track) -> list[dict[str, Any]]:
    return _ports((port.port, port.at("port")) for port in track.every_port)


def _ports(said: Iterable[tuple[int, Pointer]]) -> list[dict[str, Any]]:
    return [*(_port(number, pointer) for number, pointer in said), _port(_HBONE)]


def _port(number: int, *said: Pointer, protocol: str = "TCP", how: str = "") -> dict[str, Any]:
    return {"protocol": protocol, "port": traced(number, *said, how=how) if said else number}
