"""GR347: a probe looks in one way, a hook does one thing, and their numbers are ones that count."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import names
from gitramp.checks.forms import Fault, breaches, chosen, whole, word
from gitramp.checks.pods import KINDS, Container, Pod, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR347",
    "a probe or hook that the API server refuses",
    "It has to say exactly one way, a port where it asks one, and numbers from 0 on; a liveness or startup probe is "
    "passed by one success.",
    "say exactly one of httpGet, tcpSocket, grpc and exec (of a hook: httpGet, exec and sleep), and mend its numbers",
    source="https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
)
_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_WAYS = ("httpGet", "tcpSocket", "grpc", "exec")
_HOOKS = ("httpGet", "tcpSocket", "exec", "sleep")
_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_GRACE = 30  # seconds, Kubernetes' own default


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with the form of each probe and hook."""
    pod = pod_of(manifest)
    for container in pod.lasting_containers():
        for probe in _PROBES:
            if body.field(container.body, probe) is not None:
                yield from breaches(manifest, _of_probe(container, probe))
        yield from breaches(manifest, _of_hooks(container, pod))


def _of_probe(container: Container, probe: str) -> Iterator[Fault]:
    tree, at = container.manifest.body, (*container.pointer, probe)
    yield from _of_action(tree, at, _WAYS)
    for number in _NUMBERS:
        yield from whole(tree, (*at, number))
    successes, grace = body.number(tree, *at, "successThreshold"), (*at, "terminationGracePeriodSeconds")
    if probe == "readinessProbe" and body.field(tree, *grace) is not None:
        yield Fault("a readinessProbe has no terminationGracePeriodSeconds; it stops nothing", grace)
    elif probe != "readinessProbe":
        yield from whole(tree, grace, 1)
        if successes is not None and successes > 1:
            yield Fault(f"successThreshold {successes} of a {probe} is not 1", (*at, "successThreshold"))


def _of_hooks(container: Container, pod: Pod) -> Iterator[Fault]:
    said = body.number(pod.spec, "terminationGracePeriodSeconds")
    grace = _GRACE if said is None else said
    for hook in ("postStart", "preStop"):
        at = (*container.pointer, "lifecycle", hook)
        if body.field(pod.manifest.body, *at) is not None:
            yield from _of_action(pod.manifest.body, at, _HOOKS)
            if grace >= 0:
                yield from whole(pod.manifest.body, (*at, "sleep", "seconds"), 0, grace)


def _of_action(tree: object, at: Pointer, ways: tuple[str, ...]) -> Iterator[Fault]:
    said = chosen(tree, at, ways)
    if len(said) != 1:
        yield Fault(f"{at[-1]} says {' and '.join(said) or 'none of ' + ', '.join(ways)}", at)
        return
    way = (*at, said[0])
    if said[0] == "exec":
        if not body.field(tree, *way, "command"):
            yield Fault(f"{at[-1]}: exec has no command", way)
    elif said[0] != "sleep":
        yield from _of_port(tree, (*way, "port"), at)
        yield from word(tree, (*way, "scheme"), ("HTTP", "HTTPS"))
        for step, header in body.items(tree, *way, "httpHeaders"):
            if fault := names.token(body.text(header, "name")):
                yield Fault(f"{at[-1]}: header {show(body.text(header, 'name'))} {fault}", (*step, "name"))


def _of_port(tree: object, at: Pointer, of: Pointer) -> Iterator[Fault]:
    said = body.field(tree, *at)
    yield from whole(tree, at, 1, 65535)
    if said is None:
        yield Fault(f"{of[-1]}: {at[-2]} has no port", at[:-1])
    elif isinstance(said, str) and (fault := names.port_name(said)):
        yield Fault(f"{of[-1]}: port {show(said)} {fault}", at)


RULE = ObjectRule(CODE, KINDS, find)
