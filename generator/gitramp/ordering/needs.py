"""What a request needs on its way: a way in, a Service with its port, pods behind it, leave to call them.

Owns what is missing at a moment, as the first `Fault` found on the way. It asks the moment for nothing that it does not
need. Must not know which moments there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from gitramp import body
from gitramp.checks import selectors
from gitramp.checks.pods import Pod, pods_among
from gitramp.ordering.guards import Callers, knows, refusals, unnamed
from gitramp.ordering.routing import Target, service_of
from gitramp.ordering.surroundings import Surroundings
from gitramp.ordering.trees import Key, key_of
from gitramp.ordering.worlds import World
from gitramp.resource import Manifest


class Lack(Enum):
    """What a request finds wanting."""

    DESTINATION = "destination"
    LEAVE = "leave"
    CALLS = "calls of its own"
    KNOWLEDGE = "knowledge"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request is not answered at a moment: `what` is not there, and the object that would have it."""

    lack: Lack
    what: str
    key: Key


_MOST_ALIASES = 3


def missing(
    world: World, around: Surroundings, target: Target, callers: Callers, aliases: int = _MOST_ALIASES
) -> Fault | None:
    """Return the first thing that a target lacks at a moment; what no tree has is taken to be there."""
    service = Key("", "Service", target.namespace, target.name)
    if not any(world.trees.both(service)):
        return _unlisted(world, around, target)
    found = world.look(service)
    if found is None:
        return Fault(Lack.DESTINATION, "Service", service)
    if alias := body.text(found.body, "spec", "externalName"):
        namespace, name = service_of(alias, "")
        meant = target._replace(host=alias, namespace=namespace, name=name, port=None)
        return missing(world, around, meant, callers, aliases - 1) if aliases else None
    if target.port is not None and target.port not in _ports(found):
        return Fault(Lack.DESTINATION, f"port {target.port}", service)
    return _behind(world, around, target, found, callers)


def _unlisted(world: World, around: Surroundings, target: Target) -> Fault | None:
    """Ask for the ServiceEntry of a host that is no Service of the trees."""
    listed = around.entries.get(target.host, ())
    if not listed or any(world.look(key) for key in listed):
        return None
    return Fault(Lack.DESTINATION, "ServiceEntry", listed[0])


def _ports(service: Manifest) -> set[int | None]:
    return {body.number(port, "port") for _, port in body.items(service.body, "spec", "ports")}


def _behind(world: World, around: Surroundings, target: Target, service: Manifest, callers: Callers) -> Fault | None:
    selector = body.mapping(service.body, "spec", "selector")
    if not selector:
        return None  # its addresses are kept by somebody else
    labels = _subset(world, around, target)
    if labels is None:
        return Fault(Lack.DESTINATION, f"subset {target.subset}", around.rules.get(target.host, (key_of(service),))[0])
    behind = _chosen(world, around, service, labels, target.port)
    if not behind:
        return Fault(Lack.DESTINATION, "pods", key_of(service))
    if target.granted and not _is_granted(world, around, target):
        return Fault(Lack.LEAVE, "ReferenceGrant", key_of(service))
    return _refused(world, around, target, behind, callers)


def _subset(world: World, around: Surroundings, target: Target) -> Any:
    """Return the labels of a target's subset, None when no DestinationRule has it."""
    if not target.subset:
        return {}
    for key in around.rules.get(target.host, ()):
        rule = world.look(key)
        for _, subset in body.items(rule.body if rule else None, "spec", "subsets"):
            if body.text(subset, "name") == target.subset:
                return body.mapping(subset, "labels")
    return None


def _target_ports(service: Manifest, port: int | None) -> list[Any]:
    """Return what pods must offer: one of the ports, by number or name, that the Service sends on to."""
    listed = [each for _, each in body.items(service.body, "spec", "ports")]
    meant = [each for each in listed if port in {None, body.number(each, "port")}]
    return [body.field(each, "targetPort") for each in meant]


def _chosen(world: World, around: Surroundings, service: Manifest, subset: Any, port: int | None) -> list[Pod]:
    """Return the pods, of all or of a subset's labels, that a Service sends to at a moment."""
    selector, wanted = body.mapping(service.body, "spec", "selector"), _target_ports(service, port)
    seen = (world.look(key) for key in around.workloads(service.id.namespace, selector))
    running = (workload for workload in seen if workload is not None and around.runs(workload))
    return [
        pod for workload in running for pod in pods_among((workload,)) if _is_behind(pod, (selector, subset), wanted)
    ]


def _is_behind(pod: Pod, wanted: tuple[Any, Any], ports: list[Any]) -> bool:
    selector, subset = wanted
    if not selectors.equal(selector, pod.labels) or (subset and not selectors.equal(subset, pod.labels)):
        return False
    named = {name for container in pod.containers() for name, _ in container.ports}
    return not ports or any(not isinstance(port, str) or port in named for port in ports)


def _is_granted(world: World, around: Surroundings, target: Target) -> bool:
    for key in around.grants.get(target.namespace, ()):
        grant = world.look(key)
        if grant is not None and _grants(grant, target):
            return True
    return False


def _grants(grant: Manifest, target: Target) -> bool:
    from_ = (each for _, each in body.items(grant.body, "spec", "from"))
    to = (each for _, each in body.items(grant.body, "spec", "to"))
    asked = any(body.text(e, "kind") == "HTTPRoute" and body.text(e, "namespace") == target.granted for e in from_)
    return asked and any(body.text(e, "kind") == "Service" and body.text(e, "name") in {"", target.name} for e in to)


def _refused(world: World, around: Surroundings, target: Target, behind: list[Pod], callers: Callers) -> Fault | None:
    for pod in behind:
        for what, key in refusals(world, around, target, pod, callers):
            return Fault(Lack.LEAVE, what, key)
        for key in unnamed(world, around, pod):
            return Fault(Lack.CALLS, key.kind, key)
    for key in callers.scopes:
        scope = world.look(key)
        if scope is not None and not knows(scope, target.namespace, target.name):
            return Fault(Lack.KNOWLEDGE, "Sidecar", key)
    return None


def served(world: World, around: Surroundings, target: Target) -> list[Pod]:
    """Return the pods that answer for a target at a moment."""
    service = world.look(Key("", "Service", target.namespace, target.name))
    labels = _subset(world, around, target)
    if service is None or labels is None:
        return []
    return _chosen(world, around, service, labels, target.port)
