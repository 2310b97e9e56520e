"""GR459: all versions of a split let in the same callers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks.admission import action
from gitramp.checks.attached import policies
from gitramp.checks.destinations import Destination, splits
from gitramp.checks.pods import Pod
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR459",
    "versions of a split that let in different callers",
    "A caller that one version admits and the other refuses gets 403 for a share of its requests, by chance.",
    "give the pods of all versions the same rules",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/",
)
_Rules = Mapping[str, frozenset[str]]


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination whose pods are under other rules than those of the first."""
    for split in splits(manifests):
        known = [(each, _rules(manifests, pods[0])) for each in split if (pods := pods_at(manifests, each))]
        for each, rules in known[1:]:
            if rules != known[0][1]:
                yield _breach(each, known[0][0], rules, known[0][1])
                break


def _breach(each: Destination, first: Destination, rules: _Rules, other: _Rules) -> Breach:
    actions = sorted(name for name in rules.keys() | other.keys() if rules.get(name) != other.get(name))
    message = f"the pods of {show(each.host)} and {show(first.host)} are under different rules ({', '.join(actions)})"
    return Breach(message, each.at, each.manifest)


def _rules(manifests: ManifestSet, pod: Pod) -> _Rules:
    """Return the rules that hold for a pod by what they do; an action that has none refuses or admits as a whole."""
    found: dict[str, set[str]] = {}
    for policy in policies(manifests, "AuthorizationPolicy", pod):
        said = found.setdefault(action(policy), set())
        said.update(
            json.dumps(rule, sort_keys=True, default=str) for _, rule in body.items(policy.body, "spec", "rules")
        )
    return {name: frozenset(rules) for name, rules in found.items()}


RULE = ManifestRule(CODE, find)
