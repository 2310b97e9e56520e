"""GR342: a container says each port and each variable once."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.forms import Fault, breaches
from gitramp.checks.pods import KINDS, Container, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR342",
    "a port or variable that a container says twice",
    "The last one counts. With server-side apply, as Argo CD and Flux do it, changes of such a list get lost.",
    "keep the one that is meant",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy",
)


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each port and each variable that its container has said already."""
    for container in pod_of(manifest).containers():
        yield from breaches(manifest, [*_ports(container), *_variables(container)])


def _ports(container: Container) -> Iterator[Fault]:
    seen: set[tuple[int, str]] = set()
    for step, port in body.items(container.body, "ports"):
        number, protocol = body.number(port, "containerPort"), body.text(port, "protocol") or "TCP"
        if number is not None and (number, protocol) in seen:
            yield Fault(f"port {number} ({protocol}) is there twice", (*container.pointer, *step, "containerPort"))
        seen.add((number or 0, protocol))


def _variables(container: Container) -> Iterator[Fault]:
    seen: set[str] = set()
    for step, variable in body.items(container.body, "env"):
        name = body.text(variable, "name")
        if name and name in seen:
            yield Fault(f"variable {show(name)} is there twice", (*container.pointer, *step, "name"))
        seen.add(name)


RULE = ObjectRule(CODE, KINDS, find)
