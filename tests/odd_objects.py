"""Objects with something odd deep inside, to ask of rules whether they raise: the keys that rules look at, and trees.

Owns how they are made. Must not know what is asked of them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from gitramp import overlays
from gitramp.pipeline import build
from gitramp.pointer import Pointer
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId

TESTS = Path(__file__).parent
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6)
_KEYS = """
    metadata spec name namespace labels selector matchLabels template containers initContainers ports port number
    targetPort http route destination host weight hosts gateways servers resources requests limits cpu env image
    volumes volumeMounts mountPath minReplicas maxReplicas metrics scaleTargetRef minAvailable maxUnavailable data
    livenessProbe httpGet securityContext runAsUser replicas exportTo workloadSelector targetRefs annotations match
    uri headers prefix regex exact request set redirect rewrite delegate fault abort delay percentage value retries
    retryOn corsPolicy tls tcp sniHosts mode credentialName subsets subset trafficPolicy portLevelSettings
    loadBalancer consistentHash localityLbSetting distribute from to outlierDetection connectionPool tunnel bind
    protocol addresses endpoints address resolution ingress egress defaultEndpoint rules source operation when key
    values action provider jwtRules jwks jwksUri tracing accessLogging filter expression tagOverrides url
    configPatches patch applyTo mirror principals podSelector namespaceSelector portLevelMtls parentRefs backendRefs
    listeners allowedRoutes strategy updateStrategy rollingUpdate maxSurge restartPolicy minReadySeconds hostPort
    hostNetwork valueFrom fieldRef envFrom emptyDir configMap projected items subPath lifecycle readinessProbe exec
    tolerations affinity topologySpreadConstraints dnsConfig nodePort clusterIP type target behavior policies
    ipBlock except policyTypes verbs roleRef subjects kind paths backend accessModes volumeClaimTemplates
    podFailurePolicy matchExpressions operator binaryData filters matches requestMirror capabilities add
    seccompProfile sysctls hostPath
"""
KEYS = st.sampled_from(_KEYS.split())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)


def objects(folder: Path) -> ManifestSet:
    """Return the objects of a fixture."""
    files = sorted((folder / "manifests").glob("*.yaml"))
    bodies = [body for file in files for body in yaml.load_all(file.read_text(), yaml.CSafeLoader) if body]
    return ManifestSet.of(manifest(body) for body in bodies)


def manifest(body: dict[str, Any]) -> Manifest:
    """Return a body as the object that it says to be."""
    group, _, version = body["apiVersion"].rpartition("/")
    metadata = body["metadata"]
    gvk = GroupVersionKind(group, version, body["kind"])
    return Manifest(ResourceId(gvk, metadata.get("namespace", ""), metadata["name"]), body, {}, ())


@functools.cache
def whole() -> tuple[Manifest, ...]:
    """Objects of every kind that a rule reads, so that one odd value stands deep among sound ones."""
    built = build(overlays.snapshot(TESTS.parent), ["production"])[0]
    found = list(built.manifests)
    deployment = next(m for m in found if m.id.gvk.kind == "Deployment").body
    job = {"jobTemplate": {"spec": deployment["spec"]}}
    for api, kind, spec in (
        ("apps/v1", "StatefulSet", deployment["spec"]),
        ("batch/v1", "CronJob", job),
        ("v1", "Pod", deployment["spec"]["template"]["spec"]),
    ):
        found.append(manifest({"apiVersion": api, "kind": kind, "metadata": deployment["metadata"], "spec": spec}))
    return (*found, *sound_istio_objects())


def sound_istio_objects() -> list[Manifest]:
    """Return an object of each kind of Istio, as istiod takes it."""
    return [manifest(each) for each in yaml.load_all((TESTS / "istio" / "objects.yaml").read_text(), yaml.CSafeLoader)]


def places(tree: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Yield the pointers into a tree."""
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, child in children:
        yield (*at, step)
        yield from places(child, (*at, step))


def replaced(tree: Any, at: Pointer, value: Any) -> Any:
    """Return a tree with another value at a place."""
    if not at:
        return value
    step: Any = at[0]
    copy = tree.copy()
    copy[step] = replaced(tree[step], at[1:], value)
    return copy


def with_odd(sound: Sequence[Manifest], drawn: Sequence[tuple[tuple[int, Pointer], Any]]) -> ManifestSet:
    """Return a set of objects, some of which have another value at a place."""
    odd: Mapping[int, Any] = {i: replaced(sound[i].body, at, value) for (i, at), value in drawn}
    return ManifestSet.of(Manifest(each.id, odd.get(i, each.body), {}, ()) for i, each in enumerate(sound))


SPOTS = st.deferred(
    lambda: st.sampled_from([(position, at) for position, each in enumerate(whole()) for at in places(each.body)])
)
