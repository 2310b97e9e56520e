"""GR462: rules about requests are for ports that carry requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.admission import action, http_attributes
from gitramp.checks.attached import chosen, targets
from gitramp.checks.protocols import BYTES
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import services_of, target_port
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet

CODE = Code(
    "GR462",
    "a rule about requests for a port of bytes",
    "On a TCP port no method, path or token is seen. A rule that allows by them never fits, and one that denies "
    "by them refuses every connection.",
    "ask for identities and ports only, or say appProtocol: http at the Service's port",
    Severity.WARNING,
    source="https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each rule with an attribute of HTTP all of whose ports are TCP."""
    for policy in manifests.of_kind("AuthorizationPolicy"):
        asked = [(at, rule) for at, rule in body.items(policy.body, "spec", "rules") if any(http_attributes(rule))]
        spoken = _protocols(manifests, policy) if asked and not targets(policy) else {}
        for at, rule in asked if spoken else ():
            ports = _ports(rule) & spoken.keys() or spoken.keys()
            if all(spoken[port] <= BYTES for port in ports):
                where, name = next(http_attributes(rule))
                effect = "every connection is refused" if action(policy) == "DENY" else "the rule never fits"
                said = ", ".join(str(port) for port in sorted(ports))
                yield Breach(f"{name} is asked on port {said}, which is TCP: {effect}", (*at, *where), policy)


def _protocols(manifests: ManifestSet, policy: Manifest) -> dict[int, set[str]]:
    """Return what the ports of the policy's pods speak, as the Services in front of them say."""
    spoken: dict[int, set[str]] = {}
    for pod in chosen(manifests, policy):
        for service in services_of(manifests).get(id(pod.manifest), ()):
            for port in service.ports:
                number = target_port(port, pod)
                if number is not None:
                    spoken.setdefault(number, set()).add(port.protocol)
    return spoken


def _ports(rule: Any) -> set[int]:
    said = (port for at, _ in body.items(rule, "to") for _, port in body.items(rule, *at, "operation", "ports"))
    return {int(port) for port in said if isinstance(port, str) and port.isdecimal() and len(port) < 6}


RULE = ManifestRule(CODE, find)
