"""GR350: what a pod says about its nodes is what the scheduler understands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import names
from gitramp.checks.forms import Fault, breaches, whole, word
from gitramp.checks.pods import KINDS, Pod, pod_of
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR350",
    "a wish for nodes that the API server refuses",
    "Tolerations, affinities and spreading have words and bounds of their own, which no schema says.",
    "mend the value; weights run from 1 to 100, and a toleration that Exists has no value",
    source="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
)
_EFFECTS = ("", "NoSchedule", "PreferNoSchedule", "NoExecute")
_WHEN = ("DoNotSchedule", "ScheduleAnyway")
_REQUIRED, _PREFERRED = (f"{w}DuringSchedulingIgnoredDuringExecution" for w in ("required", "preferred"))


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield what is wrong with a pod's tolerations, affinities, spreading and node selector."""
    pod = pod_of(manifest)
    for faults in (_tolerations(pod), _spread(pod), _affinity(pod), _node_selector(pod)):
        yield from breaches(manifest, faults)


def _tolerations(pod: Pod) -> Iterator[Fault]:
    for at, said in body.items(pod.manifest.body, *pod.pointer, "tolerations"):
        operator, effect = body.text(said, "operator") or "Equal", body.text(said, "effect")
        yield from word(pod.manifest.body, (*at, "operator"), ("", "Equal", "Exists", "Lt", "Gt"))
        yield from word(pod.manifest.body, (*at, "effect"), _EFFECTS)
        if operator == "Exists" and body.text(said, "value"):
            yield Fault("a toleration that Exists has no value", (*at, "value"))
        if operator != "Exists" and not body.text(said, "key"):
            yield Fault("a toleration without a key is one that Exists", at)
        if body.field(said, "tolerationSeconds") is not None and effect != "NoExecute":
            yield Fault("tolerationSeconds counts only beside effect: NoExecute", (*at, "tolerationSeconds"))


def _spread(pod: Pod) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for at, said in body.items(pod.manifest.body, *pod.pointer, "topologySpreadConstraints"):
        key, when = body.text(said, "topologyKey"), body.text(said, "whenUnsatisfiable")
        yield from whole(pod.manifest.body, (*at, "maxSkew"), 1)
        yield from whole(pod.manifest.body, (*at, "minDomains"), 1)
        yield from word(pod.manifest.body, (*at, "whenUnsatisfiable"), _WHEN)
        for policy in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            yield from word(pod.manifest.body, (*at, policy), ("Honor", "Ignore"))
        if body.field(said, "minDomains") is not None and when != "DoNotSchedule":
            yield Fault("minDomains counts only beside whenUnsatisfiable: DoNotSchedule", (*at, "minDomains"))
        yield from _topology(key, (*at, "topologyKey"))
        if (key, when) in seen:
            yield Fault(f"spreading over {show(key)} is there twice", at)
        seen.add((key, when))
        yield from _label_keys(said, at)


def _label_keys(said: Any, at: Pointer) -> Iterator[Fault]:
    selected = body.mapping(said, "labelSelector", "matchLabels")
    for step, key in body.items(said, "matchLabelKeys"):
        if isinstance(key, str) and key in selected:
            yield Fault(f"label {show(key)} is in matchLabelKeys and in the selector", (*at, *step))
    if body.field(said, "matchLabelKeys") and body.field(said, "labelSelector") is None:
        yield Fault("matchLabelKeys counts only beside a labelSelector", (*at, "matchLabelKeys"))


def _affinity(pod: Pod) -> Iterator[Fault]:
    tree, at = pod.manifest.body, (*pod.pointer, "affinity")
    if body.field(tree, *at) is None:
        return
    nodes = (*at, "nodeAffinity", _REQUIRED)
    if body.field(tree, *nodes) is not None and not body.field(tree, *nodes, "nodeSelectorTerms"):
        yield Fault("a required nodeAffinity has no nodeSelectorTerms", nodes)
    for step, _ in body.items(tree, *at, "nodeAffinity", _PREFERRED):
        yield from whole(tree, (*step, "weight"), 1, 100)
    for kind in ("podAffinity", "podAntiAffinity"):
        for step, term in body.items(tree, *at, kind, _REQUIRED):
            yield from _topology(body.text(term, "topologyKey"), (*step, "topologyKey"))
        for step, _ in body.items(tree, *at, kind, _PREFERRED):
            yield from whole(tree, (*step, "weight"), 1, 100)
            inner = (*step, "podAffinityTerm")
            yield from _topology(body.text(tree, *inner, "topologyKey"), (*inner, "topologyKey"))


def _topology(key: str, at: Pointer) -> Iterator[Fault]:
    if fault := names.label_key(key):
        yield Fault(f"topologyKey {show(key)} {fault}", at)


def _node_selector(pod: Pod) -> Iterator[Fault]:
    at = (*pod.pointer, "nodeSelector")
    for key, value in body.mapping(pod.manifest.body, *at).items():
        fault = names.label_key(key) or (names.label_value(value) if isinstance(value, str) else "")
        if fault:
            yield Fault(f"nodeSelector {show(key)}: {body.shown(value)} {fault}", (*at, key))


RULE = ObjectRule(CODE, KINDS, find)
