"""Pod Security Standards: what the levels `baseline` and `restricted` refuse of a pod.

Owns each check, named as its documentation names it, and which namespace enforces what. Must not know any rule.
https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gitramp import body
from gitramp.checks.forms import Fault
from gitramp.checks.index import index
from gitramp.checks.pods import Pod, pods
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

LEVELS = ("privileged", "baseline", "restricted")
ENFORCE: Pointer = ("metadata", "labels", "pod-security.kubernetes.io/enforce")


Check = Callable[[Pod], Iterator[Fault]]

SAFE_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        *(
            f"net.ipv4.{name}"
            for name in (
                *("ip_local_port_range", "ip_local_reserved_ports", "ip_unprivileged_port_start", "ping_group_range"),
                *("tcp_fin_timeout", "tcp_keepalive_intvl", "tcp_keepalive_probes", "tcp_keepalive_time"),
                *("tcp_notsent_lowat", "tcp_rmem", "tcp_slow_start_after_idle", "tcp_syncookies", "tcp_wmem"),
            )
        ),
    }
)
_DEFAULT_CAPABILITIES = frozenset(
    {
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
        *("NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    }
)
_VOLUMES = frozenset(
    {
        *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral"),
        *("image", "persistentVolumeClaim", "projected", "secret"),
    }
)
_SELINUX_TYPES = {"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}
_PROFILES = {"RuntimeDefault", "Localhost"}
_PROBES = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)
_CONTEXT = "securityContext"


@index
def enforcing(manifests: ManifestSet) -> Mapping[str, tuple[str, Manifest]]:
    """Return the level that each namespace of the set enforces, with the Namespace that says so."""
    said = ((namespace, body.text(namespace.body, *ENFORCE)) for namespace in manifests.of_kind("Namespace"))
    return {namespace.id.name: (level, namespace) for namespace, level in said if level in LEVELS}


def pods_below(manifests: ManifestSet, level: str) -> Iterator[Pod]:
    """Yield the pods whose namespace says no level, or a lower one; of others GR370 tells.

    A namespace that says `privileged` is meant for what the levels above refuse.
    """
    enforced = enforcing(manifests)
    for pod in pods(manifests):
        found, _ = enforced.get(pod.manifest.id.namespace, ("", None))
        if found in {"", *LEVELS[1 : LEVELS.index(level)]}:
            yield pod


def _contexts(pod: Pod) -> Iterator[tuple[Pointer, Any]]:
    """Yield the security context of the pod and of each container, where one is said."""
    at = (*pod.pointer, _CONTEXT)
    yield at, body.field(pod.manifest.body, *at)
    for container in pod.containers():
        yield (*container.pointer, _CONTEXT), body.field(container.body, _CONTEXT)


def privileged(pod: Pod) -> Iterator[Fault]:
    """Yield each privileged container."""
    for container in pod.containers():
        if body.field(container.body, _CONTEXT, "privileged") is True:
            at = (*container.pointer, _CONTEXT, "privileged")
            yield Fault(f"container {show(container.name)} is privileged", at)


def host_namespaces(pod: Pod) -> Iterator[Fault]:
    """Yield each namespace of the node that a pod is in."""
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.spec.get(key) is True:
            yield Fault(f"the pod says {key}", (*pod.pointer, key))


def host_paths(pod: Pod) -> Iterator[Fault]:
    """Yield each folder of the node that a pod takes."""
    for at, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
        if body.field(volume, "hostPath") is not None:
            path = show(body.text(volume, "hostPath", "path"))
            yield Fault(f"volume {show(body.text(volume, 'name'))} is {path} of the node", (*at, "hostPath"))


def host_ports(pod: Pod) -> Iterator[Fault]:
    """Yield each port of the node that a container takes."""
    for container in pod.containers():
        for step, port in body.items(container.body, "ports"):
            if number := body.number(port, "hostPort"):
                yield Fault(f"port {number} of the node is taken", (*container.pointer, *step, "hostPort"))


def default_capabilities(pod: Pod) -> Iterator[Fault]:
    """Yield each capability that is more than containers get by default."""
    yield from _added(pod, _DEFAULT_CAPABILITIES)


def _added(pod: Pod, allowed: frozenset[str]) -> Iterator[Fault]:
    for container in pod.containers():
        for step, said in body.items(container.body, _CONTEXT, "capabilities", "add"):
            if isinstance(said, str) and said not in allowed:
                message = f"container {show(container.name)} adds the capability {show(said)}"
                yield Fault(message, (*container.pointer, *step))


def profiles(pod: Pod) -> Iterator[Fault]:
    """Yield each seccomp or AppArmor profile that confines nothing."""
    for at, context in _contexts(pod):
        for kind in ("seccompProfile", "appArmorProfile"):
            said = body.text(context, kind, "type")
            if body.field(context, kind) is not None and said not in _PROFILES:
                yield Fault(f"{kind} {show(said)} confines nothing", (*at, kind))


def selinux(pod: Pod) -> Iterator[Fault]:
    """Yield SELinux options that are not a container's."""
    for at, context in _contexts(pod):
        options = (*at, "seLinuxOptions")
        if body.text(context, "seLinuxOptions", "type") not in _SELINUX_TYPES:
            yield Fault("seLinuxOptions type is none of a container", (*options, "type"))
        for key in ("user", "role"):
            if body.text(context, "seLinuxOptions", key):
                yield Fault(f"seLinuxOptions says a {key}", (*options, key))


def proc_mount(pod: Pod) -> Iterator[Fault]:
    """Yield each container that sees all of /proc; in a user namespace of its own a pod may."""
    for at, context in _contexts(pod):
        if body.text(context, "procMount") not in {"", "Default"}:
            yield Fault("procMount is not Default", (*at, "procMount"))


def sysctls(pod: Pod) -> Iterator[Fault]:
    """Yield each setting of the kernel that is not safe for its neighbours."""
    for at, said in body.items(pod.manifest.body, *pod.pointer, _CONTEXT, "sysctls"):
        if (name := body.text(said, "name")) not in SAFE_SYSCTLS:
            yield Fault(f"sysctl {show(name)} is not a safe one", (*at, "name"))


def host_process(pod: Pod) -> Iterator[Fault]:
    """Yield each Windows container that is a process of the node."""
    for at, context in _contexts(pod):
        if body.field(context, "windowsOptions", "hostProcess") is True:
            yield Fault("windowsOptions says hostProcess", (*at, "windowsOptions", "hostProcess"))


def probed_hosts(pod: Pod) -> Iterator[Fault]:
    """Yield each probe and hook that asks another host than its pod."""
    for container in pod.containers():
        for probe in _PROBES:
            for way in ("httpGet", "tcpSocket"):
                at = (*probe, way, "host")
                if body.text(container.body, *at):
                    yield Fault(f"{probe[-1]} asks another host", (*container.pointer, *at))


def volume_types(pod: Pod) -> Iterator[Fault]:
    """Yield each volume that is of no type which `restricted` takes."""
    for at, volume in body.items(pod.manifest.body, *pod.pointer, "volumes"):
        for kind, said in body.mapping(volume).items():
            if kind not in _VOLUMES and kind not in {"name", "hostPath"} and said is not None:
                yield Fault(f"volume {show(body.text(volume, 'name'))} is of the type {show(kind)}", (*at, kind))


def escalation(pod: Pod) -> Iterator[Fault]:
    """Yield each container that may get more privileges than it starts with."""
    for container in pod.containers():
        if body.field(container.body, _CONTEXT, "allowPrivilegeEscalation") is not False:
            message = f"container {show(container.name)} does not say allowPrivilegeEscalation: false"
            yield Fault(message, container.pointer)


def not_root(pod: Pod) -> Iterator[Fault]:
    """Yield each container that may run as root."""
    everywhere = body.field(pod.spec, _CONTEXT, "runAsNonRoot")
    for container in pod.containers():
        said = body.field(container.body, _CONTEXT, "runAsNonRoot")
        if (everywhere if said is None else said) is not True or everywhere is False:
            yield Fault(f"container {show(container.name)} does not say runAsNonRoot: true", container.pointer)


def root_user(pod: Pod) -> Iterator[Fault]:
    """Yield each runAsUser that is root."""
    for at, context in _contexts(pod):
        if body.number(context, "runAsUser") == 0:
            yield Fault("runAsUser 0 is root", (*at, "runAsUser"))


def seccomp_said(pod: Pod) -> Iterator[Fault]:
    """Yield each container without a seccomp profile; one that confines nothing is told of by `profiles`."""
    everywhere = body.field(pod.spec, _CONTEXT, "seccompProfile")
    for container in pod.containers():
        if body.field(container.body, _CONTEXT, "seccompProfile") is None and everywhere is None:
            yield Fault(f"container {show(container.name)} has no seccompProfile", container.pointer)


def dropped(pod: Pod) -> Iterator[Fault]:
    """Yield each container that keeps capabilities, or adds one that is not to bind low ports."""
    for container in pod.containers():
        said = body.field(container.body, _CONTEXT, "capabilities", "drop")
        if not (isinstance(said, list) and "ALL" in said):
            yield Fault(f"container {show(container.name)} does not drop ALL capabilities", container.pointer)
    for message, at in _added(pod, frozenset({"NET_BIND_SERVICE"})):
        if body.field(pod.manifest.body, *at) in _DEFAULT_CAPABILITIES:  # others are told of by `default_capabilities`
            yield Fault(message, at)


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "baseline": {
        "privileged": privileged,
        "hostNamespaces": host_namespaces,
        "hostPathVolumes": host_paths,
        "hostPorts": host_ports,
        "capabilities": default_capabilities,
        "profiles": profiles,
        "seLinuxOptions": selinux,
        "procMount": proc_mount,
        "sysctls": sysctls,
        "windowsHostProcess": host_process,
        "hostProbesAndHostLifecycle": probed_hosts,
    },
    "restricted": {
        "restrictedVolumes": volume_types,
        "allowPrivilegeEscalation": escalation,
        "runAsNonRoot": not_root,
        "runAsUser": root_user,
        "seccompProfile": seccomp_said,
        "capabilities": dropped,
    },
}
_IN_OWN_USER_NAMESPACE = {"runAsNonRoot", "runAsUser"}
_OF_LINUX = {"allowPrivilegeEscalation", "seccompProfile", "capabilities"}


def violations(pod: Pod, level: str) -> Iterator[tuple[str, Fault]]:
    """Yield the name of each check of a level that refuses the pod, with what it refuses."""
    windows = body.text(pod.spec, "os", "name") == "windows"
    own_users = pod.spec.get("hostUsers") is False
    for name, check in CHECKS["baseline"].items() if level in LEVELS[1:] else ():
        if not (name == "procMount" and own_users and level == "baseline"):
            yield from ((name, found) for found in check(pod))
    for name, check in CHECKS["restricted"].items() if level == "restricted" else ():
        if not ((own_users and name in _IN_OWN_USER_NAMESPACE) or (windows and name in _OF_LINUX)):
            yield from ((name, found) for found in check(pod))
