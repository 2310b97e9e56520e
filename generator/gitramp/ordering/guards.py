"""Who may call pods, and whom they may call: what AuthorizationPolicies and NetworkPolicies let through at a moment.

A caller is known by the words of the rule that lets it through, taken apart into single grants. So a request counts as
let through by two policies when both have the same grant; a rule that is reworded counts as another one, which errs on
the quiet side. Policies that deny are not asked: what they refuse, they refuse before and after.

Owns that comparison. Must not know where requests come from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gitramp import body
from gitramp.checks import selectors
from gitramp.checks.pods import Pod
from gitramp.ordering.routing import Target, service_of
from gitramp.ordering.surroundings import Surroundings, accounts
from gitramp.ordering.trees import Key, key_of
from gitramp.ordering.worlds import World
from gitramp.resource import Manifest

Grants = frozenset[str] | None
"""What is let through; None is everything."""

AT_PODS, AT_SERVICE, NETWORK = "AuthorizationPolicy", "AuthorizationPolicy of the address", "NetworkPolicy"


@dataclass(frozen=True, slots=True)
class Callers:
    """Whose requests are answered before and after: the grants they have, by kind of guard, and their Sidecars."""

    grants: Mapping[str, Grants] = field(default_factory=dict)
    scopes: tuple[Key, ...] = ()


def grants(world: World, around: Surroundings, target: Target, pod: Pod) -> dict[str, Grants]:
    """Return what each kind of guard lets through to a target's pod."""
    service = around.at_services.get((target.namespace, target.name), ())
    return {
        AT_PODS: _together([_allowed(m) for m in _selecting(world, around, pod, AT_PODS) if _allows(m)]),
        AT_SERVICE: _together([_allowed(m) for m in _seen(world, service) if _allows(m)]),
        NETWORK: _together([_let_in(m) for m in _selecting(world, around, pod, NETWORK) if _guards_ingress(m)]),
    }


def refusals(
    world: World, around: Surroundings, target: Target, pod: Pod, callers: Callers
) -> Iterator[tuple[str, Key]]:
    """Yield the guards that refuse a caller who is let through before and after."""
    for what, there in grants(world, around, target, pod).items():
        wanted = callers.grants.get(what, frozenset())
        if there is not None and (wanted is None or wanted - there):
            yield what, _late(around, target, pod, what)


def unnamed(world: World, around: Surroundings, pod: Pod) -> Iterator[Key]:
    """Yield the policies that do not name a pod's account at a moment, and do in the only tree that has the pod.

    What it calls would refuse it.
    """
    key, trees = key_of(pod.manifest), world.trees
    if key in trees.before and key in trees.after:
        return
    account = f"{key.namespace}/{body.text(pod.spec, 'serviceAccountName')}"
    for policy in around.naming.get(account, ()):
        there = trees.before if key in trees.before else trees.after
        if account in accounts(there[policy]) and account not in accounts(world.look(policy)):
            yield policy


def knows(sidecar: Manifest, namespace: str, name: str) -> bool:
    """Whether the pods of a Sidecar know a Service."""
    own = sidecar.id.namespace
    listeners = (listener for _, listener in body.items(sidecar.body, "spec", "egress"))
    for said in (said for listener in listeners for _, said in body.items(listener, "hosts")):
        where, _, host = str(said).partition("/")
        there = where in {"*", namespace} or (where == "." and own == namespace)
        if there and (host == "*" or service_of(host, own) == (namespace, name)):
            return True
    return False


def _seen(world: World, keys: tuple[Key, ...]) -> Iterator[Manifest]:
    yield from (m for key in keys if (m := world.look(key)) is not None)


def _selecting(world: World, around: Surroundings, pod: Pod, what: str) -> Iterator[Manifest]:
    index, path = (around.policies, "selector") if what == AT_PODS else (around.networks, "podSelector")
    for manifest in _seen(world, tuple(around.about(index, pod))):
        if body.field(manifest.body, "spec", "targetRefs") or body.field(manifest.body, "spec", "targetRef"):
            continue
        selector = body.field(manifest.body, "spec", path)
        if selector is None or selectors.label_selector(selector, pod.labels):
            yield manifest


def _allows(policy: Manifest) -> bool:
    return body.text(policy.body, "spec", "action") in {"", "ALLOW"}


def _guards_ingress(policy: Manifest) -> bool:
    types = [each for _, each in body.items(policy.body, "spec", "policyTypes")]
    return not types or "Ingress" in types


def _together(parts: list[Grants]) -> Grants:
    """Add up policies of one kind: without any, everything passes."""
    if not parts or any(part is None for part in parts):
        return None
    return frozenset().union(*(part for part in parts if part is not None))


def _allowed(policy: Manifest) -> Grants:
    found: set[str] = set()
    for _, rule in body.items(policy.body, "spec", "rules"):
        said = body.mapping(rule)
        if not said:
            return None
        sources = list(_singles(said.get("from"), "source"))
        operations = list(_singles(said.get("to"), "operation"))
        found.update(_words([s, o, said.get("when")]) for s in sources for o in operations)
    return frozenset(found)


def _singles(listed: Any, inside: str) -> Iterator[Any]:
    """Yield each source or operation with one value where it has a list of them, None where none is named."""
    named = [body.mapping(each, inside) for _, each in body.items(listed)]
    if not named:
        yield None
    for each in named:
        if len(each) == 1:
            ((key, values),) = each.items()
            yield from ({key: value} for value in values) if isinstance(values, list) else (each,)
        else:
            yield each


def _let_in(policy: Manifest) -> Grants:
    found: set[str] = set()
    for _, rule in body.items(policy.body, "spec", "ingress"):
        if not body.mapping(rule):
            return None
        peers = [peer for _, peer in body.items(rule, "from")] or [None]
        ports = [port for _, port in body.items(rule, "ports")] or [None]
        found.update(_words([peer, port]) for peer in peers for port in ports)
    return frozenset(found)


def _words(tree: Any) -> str:
    return json.dumps(tree, sort_keys=True, default=str)


def _late(around: Surroundings, target: Target, pod: Pod, what: str) -> Key:
    """Return the policy that is late or early: one that changes and names the pods, not merely all of the namespace."""
    at_pods = around.policies if what == AT_PODS else around.networks
    found = around.at_services.get((target.namespace, target.name), ()) if what == AT_SERVICE else ()
    keys: list[Key] = [*found, *(around.about(at_pods, pod) if what != AT_SERVICE else ())]
    changed = [key for key in keys if key in around.trees.changes]
    return (changed or keys)[-1]
