"""GR351: the settings of a pod and its containers are ones that there are, and go together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from gitramp import body
from gitramp.checks import names
from gitramp.checks.cluster_addresses import read_address
from gitramp.checks.forms import Fault, breaches, whole, word
from gitramp.checks.pods import KINDS, Container, Pod, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR351",
    "a setting of a pod that the API server refuses",
    "Words that Kubernetes does not know, times below 0, and settings that contradict each other are refused.",
    "mend the value, or remove what contradicts",
    source="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/",
)
_SECCOMP = ("RuntimeDefault", "Localhost", "Unconfined")
_POD_WORDS: Mapping[Pointer, Collection[str]] = {
    ("dnsPolicy",): ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    ("preemptionPolicy",): ("PreemptLowerPriority", "Never"),
    ("securityContext", "fsGroupChangePolicy"): ("OnRootMismatch", "Always"),
    ("securityContext", "seccompProfile", "type"): _SECCOMP,
    ("securityContext", "appArmorProfile", "type"): _SECCOMP,
    ("securityContext", "supplementalGroupsPolicy"): ("Merge", "Strict"),
    ("os", "name"): ("linux", "windows"),
}
_CONTAINER_WORDS: Mapping[Pointer, Collection[str]] = {
    ("imagePullPolicy",): ("Always", "IfNotPresent", "Never"),
    ("terminationMessagePolicy",): ("File", "FallbackToLogsOnError"),
    ("restartPolicy",): ("Always", "OnFailure", "Never"),
    ("securityContext", "procMount"): ("Default", "Unmasked"),
    ("securityContext", "seccompProfile", "type"): _SECCOMP,
    ("securityContext", "appArmorProfile", "type"): _SECCOMP,
}
_LARGEST_ID = 2**31 - 1
_IDS = ("runAsUser", "runAsGroup")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each setting that there is not, and each two that exclude each other."""
    pod = pod_of(manifest)
    yield from breaches(manifest, _of_pod(pod))
    for container in pod.containers():
        yield from breaches(manifest, _of_container(container))


def _of_pod(pod: Pod) -> Iterator[Fault]:
    tree, at = pod.manifest.body, pod.pointer
    for step, known in _POD_WORDS.items():
        yield from word(tree, (*at, *step), known)
    yield from whole(tree, (*at, "activeDeadlineSeconds"), 1, _LARGEST_ID)
    for name in (*_IDS, "fsGroup"):
        yield from whole(tree, (*at, "securityContext", name), 0, _LARGEST_ID)
    yield from _profile(tree, (*at, "securityContext"))
    yield from _names_of_pod(pod)
    if pod.spec.get("shareProcessNamespace") is True and pod.spec.get("hostPID") is True:
        yield Fault("shareProcessNamespace and hostPID exclude each other", (*at, "shareProcessNamespace"))
    yield from _resolution(pod)


def _names_of_pod(pod: Pod) -> Iterator[Fault]:
    for key, fault_of in (
        ("hostname", names.label),
        ("subdomain", names.label),
        ("serviceAccountName", names.subdomain),
        ("priorityClassName", names.subdomain),
        ("runtimeClassName", names.subdomain),
    ):
        said = body.text(pod.spec, key)
        if said and (fault := fault_of(said)):
            yield Fault(f"{key} {show(said)} {fault}", (*pod.pointer, key))


def _resolution(pod: Pod) -> Iterator[Fault]:
    tree, at = pod.manifest.body, (*pod.pointer, "dnsConfig")
    servers = list(body.items(tree, *at, "nameservers"))
    if body.text(pod.spec, "dnsPolicy") == "None" and not servers:
        yield Fault("dnsPolicy None needs a nameserver in dnsConfig", (*pod.pointer, "dnsPolicy"))
    if len(servers) > 3:
        yield Fault(f"dnsConfig has {len(servers)} nameservers, 3 at most", (*at, "nameservers"))
    aliases = ((*step, "ip") for step, _ in body.items(tree, *pod.pointer, "hostAliases"))
    for place in (*(step for step, _ in servers), *aliases):
        said = body.text(tree, *place)
        if said and read_address(said) is None:
            yield Fault(f"{show(said)} is no IP address", place)


def _profile(tree: object, at: Pointer) -> Iterator[Fault]:
    for kind in ("seccompProfile", "appArmorProfile"):
        local = body.text(tree, *at, kind, "type") == "Localhost"
        said = body.text(tree, *at, kind, "localhostProfile")
        if local != bool(said):
            fault = "Localhost names no localhostProfile" if local else "localhostProfile counts only beside Localhost"
            if body.field(tree, *at, kind) is not None:
                yield Fault(f"{kind}: {fault}", (*at, kind))


def _of_container(container: Container) -> Iterator[Fault]:
    tree, at = container.manifest.body, (*container.pointer, "securityContext")
    for step, known in _CONTAINER_WORDS.items():
        yield from word(tree, (*container.pointer, *step), known)
    for name in _IDS:
        yield from whole(tree, (*at, name), 0, _LARGEST_ID)
    yield from _profile(tree, at)
    if body.field(tree, *at, "privileged") is True and body.field(tree, *at, "allowPrivilegeEscalation") is False:
        where = (*at, "allowPrivilegeEscalation")
        yield Fault("a privileged container cannot do without privilege escalation", where)


RULE = ObjectRule(CODE, KINDS, find)
