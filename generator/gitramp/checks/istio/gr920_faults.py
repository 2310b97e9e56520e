"""GR920: an injected fault is one that the proxies can make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.checks.statuses import GRPC_STATUSES, answer
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR920",
    "a fault that istiod refuses",
    "A fault delays requests by a fixed time, answers them with a status of HTTP or gRPC, or both, for a share of them "
    "from 0.0001 to 100 percent.",
    "say fixedDelay, httpStatus or grpcStatus, and a percentage",
    source="https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection",
)
_LEAST = 0.0001


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each fault that is none, of a share that is none, or of a kind that the proxies do not have."""
    for at, fault in mappings(manifest.body, "spec", "http", EACH, "fault"):
        if not any(isinstance(fault.get(kind), dict) for kind in ("abort", "delay")):
            yield Breach("the fault has neither abort nor delay", at, manifest)
        for message, below in (*_shares(fault), *_kinds(fault)):
            yield Breach(message, (*at, *below), manifest)


def _shares(fault: Any) -> Iterator[tuple[str, Pointer]]:
    for kind in ("abort", "delay"):
        value = body.field(fault, kind, "percentage", "value")
        if isinstance(value, (int, float)) and value != 0 and not _LEAST <= value <= 100:
            yield f"a share of {body.shown(value)} percent is neither 0 nor from {_LEAST} to 100", (kind, "percentage")


def _kinds(fault: Any) -> Iterator[tuple[str, Pointer]]:
    if body.field(fault, "delay", "exponentialDelay") is not None:
        yield "a delay is fixed, not exponential", ("delay", "exponentialDelay")
    abort = body.field(fault, "abort")
    if body.field(abort, "http2Error") is not None:
        yield "no proxy aborts with an error of HTTP/2", ("abort", "http2Error")
    status = body.number(abort, "httpStatus")
    if status is not None and (why := answer(status)):
        yield f"httpStatus {status} {why}", ("abort", "httpStatus")
    grpc = body.field(abort, "grpcStatus")
    if isinstance(grpc, str) and grpc not in GRPC_STATUSES:
        yield f"grpcStatus {show(grpc)} is none, as NOT_FOUND is", ("abort", "grpcStatus")


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)
