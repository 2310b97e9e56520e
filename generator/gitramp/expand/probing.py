"""How the kubelet looks at a container, and what is done when it starts and stops.

Owns probes and lifecycle hooks. Must not know the container around them.
"""

from __future__ import annotations

from typing import Any

from gitramp.model import Probe, Probes
from gitramp.model.container import Hook, Lifecycle
from gitramp.resource import Traced, traced


def probing(probes: Probes, name: Traced, number: Traced) -> dict[str, Any]:
    """Return the probes of a container, as fields of it; `name` and `number` are its own port."""
    said = {"startupProbe": probes.startup, "livenessProbe": probes.liveness, "readinessProbe": probes.readiness}
    return {field: _probe(probe, name, number) for field, probe in said.items() if probe is not None}


def _probe(probe: Probe, name: Traced, number: Traced) -> dict[str, Any]:
    delay = {"initialDelaySeconds": traced(probe.initial_delay_seconds, probe.at("initialDelaySeconds"))}
    return {
        **_look(probe, name, number),
        **(delay if probe.initial_delay_seconds else {}),
        "periodSeconds": traced(probe.period_seconds, probe.at("periodSeconds")),
        "timeoutSeconds": traced(probe.timeout_seconds, probe.at("timeoutSeconds")),
        "failureThreshold": traced(probe.failure_threshold, probe.at("failureThreshold")),
    }


def _look(probe: Probe, name: Traced, number: Traced) -> dict[str, Any]:
    # The port is a number when it was said: a name would hide from the reader which port is asked.
    port = name if probe.port is None else traced(probe.port, probe.at("port"))
    if probe.path is not None:
        headers = [{"name": h, "value": traced(v, probe.at("headers", h))} for h, v in sorted(probe.headers.items())]
        asked = {"path": traced(probe.path, probe.at("path")), "port": port}
        return {"httpGet": {**asked, **({"httpHeaders": headers} if headers else {})}}
    if probe.grpc is not None:
        # Kubernetes takes only a number here.
        service = {"service": traced(probe.grpc, probe.at("grpc"))} if probe.grpc else {}
        return {"grpc": {"port": number if probe.port is None else port, **service}}
    if probe.exec:
        return {"exec": {"command": traced(list(probe.exec), probe.at("exec"))}}
    return {"tcpSocket": {"port": port}}


def lifecycle(said: Lifecycle, name: Traced) -> dict[str, Any]:
    """Return the hooks of a container, as a field of it."""
    hooks = {"postStart": said.post_start, "preStop": said.pre_stop}
    written = {moment: _hook(hook, name) for moment, hook in hooks.items() if hook is not None}
    return {"lifecycle": written} if written else {}


def _hook(hook: Hook, name: Traced) -> dict[str, Any]:
    if hook.sleep is not None:
        return {"sleep": {"seconds": traced(hook.sleep, hook.at("sleep"))}}
    if hook.path is not None:
        return {"httpGet": {"path": traced(hook.path, hook.at("path")), "port": name}}
    return {"exec": {"command": traced(list(hook.exec), hook.at("exec"))}}
