"""Whom the AuthorizationPolicies of a pod let in, as far as identities go.

Owns how policies join: of those that allow, one must fit; those that deny are asked first. What else a rule asks for,
such as paths, is left open. Must not know who calls.
https://istio.io/latest/docs/reference/config/security/authorization-policy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks.attached import policies
from gitramp.checks.callers import admits_account
from gitramp.checks.pods import Pod
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

HTTP_OPERATIONS = ("methods", "notMethods", "paths", "notPaths", "hosts", "notHosts")
_HTTP_SOURCES = ("requestPrincipals", "notRequestPrincipals")


def action(policy: Manifest) -> str:
    """Return what a policy does; ALLOW where it does not say."""
    return body.text(policy.body, "spec", "action") or "ALLOW"


def allowing(manifests: ManifestSet, pod: Pod) -> tuple[Manifest, ...]:
    """Return the policies that allow requests to a pod; with none of them everybody is let in."""
    return tuple(each for each in policies(manifests, "AuthorizationPolicy", pod) if action(each) == "ALLOW")


def lets_in(policies_: tuple[Manifest, ...], namespace: str, account: str) -> bool:
    """Whether one of these policies may let in a pod of an account."""
    return any(
        _may_be(rule, namespace, account, policy.id.namespace)
        for policy in policies_
        for _, rule in body.items(policy.body, "spec", "rules")
    )


def denying_all(manifests: ManifestSet, pod: Pod) -> Manifest | None:
    """Return a policy that refuses every request to a pod, whatever it is."""
    for policy in policies(manifests, "AuthorizationPolicy", pod):
        if action(policy) == "DENY":
            for _, rule in body.items(policy.body, "spec", "rules"):
                if isinstance(rule, dict) and not any(rule.values()):
                    return policy
    return None


def http_attributes(rule: Any) -> Iterator[tuple[Pointer, str]]:
    """Yield what a rule asks of a request that only who reads HTTP can tell, with the pointers from the rule."""
    for at, one in body.items(rule, "to"):
        yield from (((*at, "operation", name), name) for name in HTTP_OPERATIONS if body.field(one, "operation", name))
    for at, one in body.items(rule, "from"):
        yield from (((*at, "source", name), name) for name in _HTTP_SOURCES if body.field(one, "source", name))
    for at, condition in body.items(rule, "when"):
        if body.text(condition, "key").startswith("request."):
            yield (*at, "key"), body.text(condition, "key")


def _may_be(rule: Any, namespace: str, account: str, own: str) -> bool:
    sources = [body.field(one, "source") for _, one in body.items(rule, "from")]
    return not sources or any(admits_account(source, namespace, account, own) for source in sources)
