"""GR349: amounts are not finer than what is counted: a byte, and a thousandth of a CPU."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.pods import KINDS, pod_of
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest

CODE = Code(
    "GR349",
    "an amount finer than what is counted",
    'The suffix m means thousandths: "128m" of memory is a seventh of a byte, and with that limit no container '
    "starts. Less than a thousandth of a CPU is rounded up.",
    "write Mi for memory, as in 128Mi, and whole thousandths for a CPU, as in 250m",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory",
)
_PARTS = ("m", "u", "n")
_BYTES = ("memory", "ephemeral-storage")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each amount of memory or storage in parts of a byte, and of CPU in parts of a thousandth."""
    for container in pod_of(manifest).containers():
        for kind in ("requests", "limits"):
            for name, written in body.mapping(container.body, "resources", kind).items():
                if fault := _fault(name, written):
                    at = (*container.pointer, "resources", kind, name)
                    yield Breach(f"{kind} {name} {body.shown(written)} {fault}", at, manifest)


def _fault(name: str, written: Any) -> str:
    if (amount := read_quantity(written)) is None:
        return ""
    if name == "cpu":
        return "is finer than 1m" if (amount * 1000).denominator != 1 else ""
    in_parts = isinstance(written, str) and written.endswith(_PARTS)
    return "is in parts of a byte" if in_parts and name in _BYTES else ""


RULE = ObjectRule(CODE, KINDS, find)
