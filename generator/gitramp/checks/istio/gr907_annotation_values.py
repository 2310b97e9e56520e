"""GR907: an annotation of pods has a value that the injector can read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from gitramp.checks import istio_annotations, pods
from gitramp.checks.addresses import block
from gitramp.checks.istio_annotations import BOOLEANS, POD
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR907",
    "an annotation that the injector cannot read",
    "The injector refuses a pod with such a value, so that none of the workload's pods start.",
    "write the value in the form that the annotation has",
    source="https://istio.io/latest/docs/reference/config/annotations/",
)
_NUMBER = re.compile("[0-9]{1,20}")
_INTERFACE = re.compile(r"[a-zA-Z][a-zA-Z0-9_.\-]{0,14}")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each annotation of the pods whose value is not of its form."""
    for kind, at, name, value in istio_annotations.of(manifest):
        fault = _FORMS.get(name)
        if fault and kind == POD and isinstance(value, str) and (why := fault(value)):
            yield Breach(f"annotation {name} is {show(value)}, {why}", at, manifest)


def _mode(value: str) -> str:
    return "" if value in {"REDIRECT", "TPROXY", "NONE"} else "not REDIRECT, TPROXY or NONE"


def _below(limit: int) -> Callable[[str], str]:
    def fault(value: str) -> str:
        fits = _NUMBER.fullmatch(value) and int(value) < limit
        return "" if fits else f"no whole number below {limit:,}"

    return fault


def _port(value: str) -> str:
    return _below(2**16)(value.strip())


def _ports(value: str) -> str:
    listed = value.strip().split(",") if value.strip() else []
    return next((f"where {show(each)} is no port" for each in listed if _port(each)), "")


def _ports_or_all(value: str) -> str:
    return "" if value == "*" else _ports(value)


def _blocks(value: str) -> str:
    return next((f"where {show(each)} is no block" for each in value.split(",") if block(each)), "") if value else ""


def _blocks_or_all(value: str) -> str:
    return "" if value == "*" else _blocks(value)


def _interfaces(value: str) -> str:
    names = [name.strip() for name in value.split(",")] if value else []
    return next((f"where {show(name)} is no interface" for name in names if not _INTERFACE.fullmatch(name)), "")


def _boolean(value: str) -> str:
    return "" if value in BOOLEANS else "neither true nor false"


def _amount(value: str) -> str:
    odd = any(unicodedata.category(letter) == "Cc" for letter in value)
    return "no quantity" if odd or read_quantity(value) is None else ""


_FORMS: Mapping[str, Callable[[str], str]] = {
    "sidecar.istio.io/interceptionMode": _mode,
    "status.sidecar.istio.io/port": _port,
    "readiness.status.sidecar.istio.io/initialDelaySeconds": _below(2**32),
    "readiness.status.sidecar.istio.io/periodSeconds": _below(2**32),
    "readiness.status.sidecar.istio.io/failureThreshold": _below(2**32),
    "traffic.sidecar.istio.io/includeOutboundIPRanges": _blocks_or_all,
    "traffic.sidecar.istio.io/excludeOutboundIPRanges": _blocks,
    "traffic.sidecar.istio.io/includeInboundPorts": _ports_or_all,
    "traffic.sidecar.istio.io/excludeInboundPorts": _ports,
    "traffic.sidecar.istio.io/excludeOutboundPorts": _ports,
    "traffic.sidecar.istio.io/excludeInterfaces": _interfaces,
    "traffic.sidecar.istio.io/kubevirtInterfaces": _interfaces,
    "istio.io/reroute-virtual-interfaces": _interfaces,
    "prometheus.istio.io/merge-metrics": _boolean,
    "sidecar.istio.io/proxyCPU": _amount,
    "sidecar.istio.io/proxyCPULimit": _amount,
    "sidecar.istio.io/proxyMemory": _amount,
    "sidecar.istio.io/proxyMemoryLimit": _amount,
}
RULE = ObjectRule(CODE, pods.KINDS, find)
