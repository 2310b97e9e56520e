"""What a service's sidecars know and reach: the egress scope of each track.

Owns Sidecar. It names the address of a service and all its tracks, so a switch from one track to another changes no
caller. Must not know what may be refused at the other end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.workload import headless_name, metadata
from gitramp.model import Environment, Service, Track, called, called_externals
from gitramp.resource import Manifest, traced


def sidecar(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the scope of a track's pods and its jobs', where the service says what it calls."""
    if service.calls is None or environment.platform.mesh != "sidecar":
        return
    named = metadata(environment, service, track)
    yield _scope(environment, service, named, kinds.selector(environment, service, track))
    if service.jobs_of(track):
        of_jobs = kinds.with_suffix(named, "jobs")
        yield _scope(environment, service, of_jobs, kinds.job_selector(environment, service, track))


def _scope(environment: Environment, service: Service, named: dict[str, Any], pods: dict[str, Any]) -> Manifest:
    mode = traced(environment.trust.outbound_traffic, environment.trust.at("outboundTraffic"))
    spec = {
        "workloadSelector": {"labels": pods},
        "egress": [{"hosts": list(_hosts(environment, service))}],
        "outboundTrafficPolicy": {"mode": mode},
    }
    return Manifest.of(kinds.SIDECAR, {"metadata": named, "spec": spec}, service.at("calls"), service.name)


def _hosts(environment: Environment, service: Service) -> Iterator[Any]:
    """Yield each `namespace/host` once: callees, externals, and what every sidecar needs."""
    assert service.calls is not None
    apex = environment.namespaces.apex
    said = {name: service.at("calls", position) for position, name in enumerate(service.calls)}
    for callee in called(environment, service):
        by = said.get(callee.name) or callee.at("callers", service.name)
        yield traced(f"{apex}/{environment.host_of(callee)}", by, how=f"the address of {callee.name}")
        for track in callee.tracks.values():
            host = f"{environment.track_namespace(callee, track)}/{environment.host_of(callee, track)}"
            yield traced(host, by, how=f"track {track.name} of {callee.name}")
    yield from _single_pods(environment, called(environment, service))
    for external in called_externals(environment, service):
        for host in external.hosts:
            where = external.namespace or apex
            yield traced(f"{where}/{host}", said[external.name], how=f"a host of {external.name}")
    # A sidecar's own connection to istiod is not its scope's to decide, but the collectors named in the mesh's
    # configuration are; and name look-ups over TCP pass through the sidecar.
    everyone = {key: getattr(environment.trust, key) for key in ("dns", "monitoring")}
    everyone["controlPlane"] = environment.trust.control_plane
    for namespace in sorted({namespace for namespace in everyone.values() if namespace}):
        keys = [environment.trust.at(key) for key, said_there in everyone.items() if said_there == namespace]
        yield traced(f"{namespace}/*", *keys, how="every host of the namespace")


def _single_pods(environment: Environment, services: Iterable[Service]) -> Iterator[Any]:
    """Yield the hosts under which each pod of a StatefulSet is called, by its peers too."""
    for service in services:
        for track in service.tracks.values():
            if track.kind == "StatefulSet":
                namespace = environment.track_namespace(service, track)
                name = f"{headless_name(environment, service, track)}.{namespace}.svc"
                host = f"{namespace}/{name}.{environment.platform.cluster_domain}"
                yield traced(host, track.at("kind"), how=f"the pods of track {track.name} of {service.name}")
