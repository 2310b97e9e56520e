"""Faults that the API server refuses, or that never run.

Owns the list. Must not know how they are planted.
"""

from __future__ import annotations

from collections.abc import Iterator

from faults.planting import Fault, add, both, change, drop, put, repeat

FAMILY = "Kubernetes"
_POD = "spec.template.spec"
_CONTAINER = f"{_POD}.containers.*"
_TEMPLATE_LABELS = "spec.template.metadata.labels"


def _of(kind: str, *named: tuple[str, object]) -> Iterator[Fault]:
    yield from (Fault(name, FAMILY, kind, edit) for name, edit in named)  # type: ignore[arg-type]


def faults() -> list[Fault]:
    """Return the faults of this family."""
    return [*_names(), *_workloads(), *_pods(), *_containers(), *_probes(), *_services(), *_others()]


def _names() -> Iterator[Fault]:
    kinds = ("apps/Deployment", "/Service", "/ServiceAccount", "policy/PodDisruptionBudget")
    for kind in kinds:
        yield from _of(
            kind,
            ("a capital letter in the name", change("metadata.name", lambda name: name.capitalize())),
            ("a name that ends with a dash", change("metadata.name", lambda name: f"{name}-")),
            ("an underscore in the name", change("metadata.name", lambda name: f"{name}_x")),
            ("a label with a space", put("metadata.labels.team", "the shop")),
            ("a label that is too long", put("metadata.labels.team", "x" * 64)),
            ("a label key with two slashes", put("metadata.labels.a/b/c", "x")),
            ("a namespace with a dot", put("metadata.namespace", "a.b")),
        )
    yield from _of(
        "/Service", ("a name of a Service that starts with a digit", change("metadata.name", lambda n: f"1{n}"))
    )


def _workloads() -> Iterator[Fault]:
    rolling = "spec.strategy.rollingUpdate"
    yield from _of(
        "apps/Deployment",
        ("a selector that its pods do not have", put("spec.selector.matchLabels.app", "another")),
        ("pods without the selected label", put(f"{_TEMPLATE_LABELS}.app\\.kubernetes\\.io/name", "another")),
        ("no selector", put("spec.selector", {})),
        ("a negative number of pods", put("spec.replicas", -1)),
        (
            "an update that may neither add nor take away",
            both(put(f"{rolling}.maxSurge", 0), put(f"{rolling}.maxUnavailable", 0)),
        ),
        ("more than all pods away", put(f"{rolling}.maxUnavailable", "150%")),
        ("Recreate with a rolling update", put("spec.strategy.type", "Recreate")),
        ("pods that are never restarted", put(f"{_POD}.restartPolicy", "Never")),
        (
            "ready later than the deadline",
            both(put("spec.minReadySeconds", 600), put("spec.progressDeadlineSeconds", 300)),
        ),
        ("a negative history", put("spec.revisionHistoryLimit", -1)),
    )


def _pods() -> Iterator[Fault]:
    yield from _of(
        "apps/Deployment",
        ("a container's name twice", repeat(f"{_POD}.containers")),
        ("a volume's name twice", repeat(f"{_POD}.volumes")),
        ("a volume of two sources", put(f"{_POD}.volumes.*.hostPath", {"path": "/tmp"})),
        ("a pod without containers", put(f"{_POD}.containers", [])),
        ("an account with a capital letter", put(f"{_POD}.serviceAccountName", "Search")),
        ("root by number", put(f"{_POD}.securityContext.runAsUser", 0)),
        ("root by leave", put(f"{_POD}.securityContext.runAsNonRoot", False)),
        ("the host's network", put(f"{_POD}.hostNetwork", True)),
        ("the host's processes", put(f"{_POD}.hostPID", True)),
        ("no seccomp profile", put(f"{_POD}.securityContext.seccompProfile", {"type": "Unconfined"})),
        ("an unsafe sysctl", put(f"{_POD}.securityContext.sysctls", [{"name": "kernel.msgmax", "value": "65536"}])),
        ("a folder of the host", add(f"{_POD}.volumes", {"name": "host", "hostPath": {"path": "/etc"}})),
        ("a spread without skew", put(f"{_POD}.topologySpreadConstraints.*.maxSkew", 0)),
    )


def _containers() -> Iterator[Fault]:
    env = f"{_CONTAINER}.env"
    yield from _of(
        "apps/Deployment",
        ("no image", put(f"{_CONTAINER}.image", " ")),
        ("an image with a space", change(f"{_CONTAINER}.image", lambda image: f"{image} ")),
        ("a container's name with a dot", put(f"{_CONTAINER}.name", "a.b")),
        ("a port above 65535", put(f"{_CONTAINER}.ports.*.containerPort", 70000)),
        ("a port's name without a letter", put(f"{_CONTAINER}.ports.*.name", "8080")),
        ("a port's name that is too long", put(f"{_CONTAINER}.ports.*.name", "a-name-of-a-port-too-long")),
        ("a port's name twice", repeat(f"{_CONTAINER}.ports", containerPort=9999)),
        ("a port of the host", put(f"{_CONTAINER}.ports.*.hostPort", 8080)),
        ("a mount without its volume", add(f"{_CONTAINER}.volumeMounts", {"name": "nowhere", "mountPath": "/nowhere"})),
        ("a mount path twice", repeat(f"{_CONTAINER}.volumeMounts")),
        ("a request above its limit", put(f"{_CONTAINER}.resources.requests.memory", "64Gi")),
        ("an amount that is none", put(f"{_CONTAINER}.resources.requests.cpu", "half")),
        ("a negative amount", put(f"{_CONTAINER}.resources.requests.cpu", "-1")),
        ("a variable without a name", put(env, [{"name": "", "value": "x"}])),
        ("a variable with a value and a source", put(env, [{"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}])),
        ("a variable with = in its name", put(env, [{"name": "A=B", "value": "x"}])),
        ("a privileged container", put(f"{_CONTAINER}.securityContext.privileged", True)),
        ("rights that may grow", put(f"{_CONTAINER}.securityContext.allowPrivilegeEscalation", True)),
        ("a capability more", put(f"{_CONTAINER}.securityContext.capabilities.add", ["SYS_ADMIN"])),
        ("capabilities that stay", put(f"{_CONTAINER}.securityContext.capabilities.drop", ["NET_RAW"])),
        ("a mount of /proc as it is", put(f"{_CONTAINER}.securityContext.procMount", "Unmasked")),
        ("a pull policy that is none", put(f"{_CONTAINER}.imagePullPolicy", "Sometimes")),
    )  # fmt: skip


def _probes() -> Iterator[Fault]:
    live, ready = f"{_CONTAINER}.livenessProbe", f"{_CONTAINER}.readinessProbe"
    yield from _of(
        "apps/Deployment",
        ("a probe that asks nothing", drop(f"{live}.httpGet")),
        ("a probe that asks in two ways", put(f"{live}.tcpSocket", {"port": 8080})),
        ("a liveness probe that must succeed twice", put(f"{live}.successThreshold", 2)),
        ("a probe at a port that is not there", put(f"{ready}.httpGet.port", "nowhere")),
        ("a probe at port 0", put(f"{ready}.httpGet.port", 0)),
        ("a probe without patience", put(f"{ready}.timeoutSeconds", -1)),
        ("a probe that never fails", put(f"{ready}.failureThreshold", -1)),
        ("a grace period of readiness", put(f"{ready}.terminationGracePeriodSeconds", 10)),
    )


def _services() -> Iterator[Fault]:
    port = {"name": "other", "port": 81}
    yield from _of(
        "/Service",
        ("a port of a Service above 65535", put("spec.ports.*.port", 70000)),
        ("a port of a Service twice", repeat("spec.ports", name="again")),
        ("a port's name of a Service twice", repeat("spec.ports", port=4711)),
        ("two ports, one without a name", both(add("spec.ports", port), drop("spec.ports.0.name"))),
        ("a port's name with a capital letter", put("spec.ports.*.name", "HTTP")),
        ("a target port above 65535", put("spec.ports.*.targetPort", 70000)),
        ("a node port of a ClusterIP", put("spec.ports.*.nodePort", 30080)),
        ("an external name that is none", both(put("spec.type", "ExternalName"), put("spec.externalName", "-x-"))),
        ("an affinity that is too long", both(put("spec.sessionAffinity", "ClientIP"), put("spec.sessionAffinityConfig", {"clientIP": {"timeoutSeconds": 90000}}))),
        ("no ports", put("spec.ports", [])),
    )  # fmt: skip
    yield Fault(
        "a target port that the pods do not have", FAMILY, "/Service", put("spec.ports.*.targetPort", "nowhere"),
        where=lambda body: bool(body["spec"].get("selector")),
    )  # fmt: skip
    yield Fault(
        "a selector that chooses nothing", FAMILY, "/Service", change("spec.selector", lambda _: {"app": "nobody"}),
        where=lambda body: bool(body["spec"].get("selector")),
    )  # fmt: skip


def _others() -> Iterator[Fault]:
    scaler, budget = "autoscaling/HorizontalPodAutoscaler", "policy/PodDisruptionBudget"
    network = "networking.k8s.io/NetworkPolicy"
    yield from _of(
        scaler,
        ("fewer at most than at least", put("spec.maxReplicas", 1)),
        ("a maximum of none", put("spec.maxReplicas", 0)),
        ("an aim of nothing", put("spec.metrics.*.containerResource.target.averageUtilization", 0)),
        ("a metric of another source", put("spec.metrics.*.type", "Pods")),
        ("a target that is not there", put("spec.scaleTargetRef.name", "nobody")),
    )
    yield from _of(
        budget,
        ("a budget said in two ways", put("spec.minAvailable", 1)),
        ("a negative budget", put("spec.maxUnavailable", -1)),
        ("a budget above all", put("spec.maxUnavailable", "110%")),
        ("a budget without room", both(drop("spec.maxUnavailable"), put("spec.minAvailable", "100%"))),
    )
    yield from _of(
        network,
        ("a range of ports that ends before it starts", put("spec.ingress.*.ports", [{"port": 80, "endPort": 79}])),
        ("a block of addresses that is none", put("spec.ingress.*.from", [{"ipBlock": {"cidr": "10.0.0.0/33"}}])),
        ("an exception outside of its block", put("spec.ingress.*.from", [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}}])),
    )  # fmt: skip
    yield from _of("/ConfigMap", ("a key that is no file name", put("data.a/b", "x")))
