"""The Services that lead to a pod, and the pods and ports that a host leads to.

Owns both directions of a Service's selector and the reading of `targetPort`. Must not know any rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from gitramp import body
from gitramp.checks.attached import chooses
from gitramp.checks.destination_rules import host_rules
from gitramp.checks.destinations import Destination
from gitramp.checks.index import index
from gitramp.checks.pods import Pod
from gitramp.checks.registry import Host, HostPort, Registry, key
from gitramp.checks.workloads import Workloads
from gitramp.resource import ManifestSet


@index
def services_of(manifests: ManifestSet) -> Mapping[int, tuple[Host, ...]]:
    """Return the Services that choose the pods of each workload, by the identity of its object."""
    found: dict[int, list[Host]] = {}
    for hosts in Registry.of(manifests).hosts.values():
        for host in hosts:
            for pod in pods_of(manifests, host):
                found.setdefault(id(pod.manifest), []).append(host)
    return {workload: tuple(of) for workload, of in found.items()}


def pods_of(manifests: ManifestSet, host: Host) -> tuple[Pod, ...]:
    """Return the pods that a Service chooses, none for a ServiceEntry."""
    if not host.is_service:
        return ()
    wanted = body.field(host.manifest.body, "spec", "selector")
    return tuple(Workloads.of(manifests).served(host.manifest.id.namespace, wanted))


def pods_at(manifests: ManifestSet, each: Destination) -> tuple[Pod, ...]:
    """Return the pods that a destination leads to: those of its Service, of its subset where one is said."""
    namespace = each.manifest.id.namespace
    service = Registry.of(manifests).service(each.host, namespace)
    found = pods_of(manifests, service) if service is not None else ()
    if not each.subset:
        return found
    rules = host_rules(manifests).get(key(each.host, namespace), ())
    at = next(((rule, rule.subsets[each.subset]) for rule in rules if each.subset in rule.subsets), None)
    wanted = body.mapping(at[0].manifest.body, *at[1], "labels") if at else {}
    return tuple(pod for pod in found if chooses(wanted, pod.labels)) if at else ()


def target_port(port: HostPort, pod: Pod) -> int | None:
    """Return the port of a pod that a port of a Service leads to, None where the pod does not name it."""
    if isinstance(port.target, str):
        named = (n for container in pod.containers() for name, n in container.ports if name == port.target)
        return next(named, int(port.target) if port.target.isdecimal() and len(port.target) < 6 else None)
    return body.number(port.target) or port.number
