"""GR341: the ports of a pod do not collide."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.forms import Fault, breaches, whole, word
from gitramp.checks.pods import KINDS, Container, Pod, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR341",
    "ports of a pod that collide",
    "The API server refuses a name or a port of the node that is said twice, and a port of the node that is not the "
    "container's own when both share a network.",
    "give each port a name of its own, and leave hostPort out",
    source="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports",
)
_PROTOCOLS = ("TCP", "UDP", "SCTP")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each port name and each port of the node that is said twice, and each that cannot be."""
    pod = pod_of(manifest)
    return breaches(manifest, _faults(pod))


def _faults(pod: Pod) -> Iterator[Fault]:
    shared = pod.spec.get("hostNetwork") is True
    taken: set[tuple[str, str, int]] = set()
    for container in pod.containers():
        yield from _names(container)
        for step, port in body.items(container.body, "ports"):
            at = (*container.pointer, *step)
            yield from word(pod.manifest.body, (*at, "protocol"), _PROTOCOLS)
            yield from whole(pod.manifest.body, (*at, "hostPort"), 1, 65535)
            yield from _on_node(port, at, taken if container.pointer[-2] == "containers" else set(), shared=shared)


def _names(container: Container) -> Iterator[Fault]:
    seen: set[str] = set()
    for step, port in body.items(container.body, "ports"):
        name = body.text(port, "name")
        if name and name in seen:
            yield Fault(f"port {show(name)} is there twice", (*container.pointer, *step, "name"))
        seen.add(name)


def _on_node(port: object, at: Pointer, taken: set[tuple[str, str, int]], *, shared: bool) -> Iterator[Fault]:
    own, said = body.number(port, "containerPort"), body.number(port, "hostPort")
    on_node = said or (own if shared else None)
    if not on_node:
        return
    if shared and own is not None and on_node != own:
        yield Fault(f"hostPort {on_node} is not containerPort {own}, and the pod is in the node's network", at)
    key = (body.text(port, "protocol") or "TCP", body.text(port, "hostIP"), on_node)
    if key in taken:
        yield Fault(f"port {on_node} of the node is taken twice", at)
    taken.add(key)


RULE = ObjectRule(CODE, KINDS, find)
