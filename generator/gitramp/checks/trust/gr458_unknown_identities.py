"""GR458: a service account that a policy names is there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp import body
from gitramp.checks.callers import Account, accounts, pods_by_account, sources
from gitramp.checks.registry import Registry
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR458",
    "an identity that nobody has",
    "No pod of the namespace runs under this account: the rule lets in nobody, or refuses nobody, and who was meant "
    "is treated as a stranger.",
    "name an account under which pods run, as <namespace>/<account>",
    Severity.WARNING,
    source="https://istio.io/latest/docs/concepts/security/#istio-identity",
)
_NEAR = 0.8


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each account that neither a ServiceAccount nor a pod or gateway has, where one is known to be meant."""
    known = frozenset({*pods_by_account(manifests), *_made(manifests)})
    held = {namespace for namespace, _ in pods_by_account(manifests)}
    for policy in manifests.of_kind("AuthorizationPolicy"):
        for at, source in sources(policy):
            for account in accounts(policy, at, source):
                identity = (account.namespace, account.name)
                if account.namespace not in held:
                    meant = _misspelt(Registry.of(manifests), account, known)
                    message = f"the tree has no namespace of service account {show('/'.join(identity))}"
                    yield from (Breach(message, account.at, policy, f"did you mean {each}?") for each in meant)
                elif account.name != "default" and identity not in known:
                    near = get_close_matches(account.name, sorted(n for s, n in known if s == account.namespace), n=1)
                    remedy = f"did you mean {account.namespace}/{near[0]}?" if near else ""
                    message = f"there is no service account {show('/'.join(identity))}"
                    yield Breach(message, account.at, policy, remedy)


def _misspelt(registry: Registry, account: Account, known: frozenset[tuple[str, str]]) -> Iterator[str]:
    """Yield the account of the same name in the namespace that is nearest to one which the tree does not have."""
    there = registry.namespaces | registry.held | {namespace for namespace, _ in known}
    if registry.namespaces and account.namespace not in there:
        with_it = sorted(namespace for namespace, name in known if name == account.name)
        yield from (f"{near}/{account.name}" for near in get_close_matches(account.namespace, with_it, 1, _NEAR))


def _made(manifests: ManifestSet) -> Iterator[tuple[str, str]]:
    """Yield the accounts that the set makes; a Gateway of Gateway API is given one by its controller."""
    yield from ((m.id.namespace, m.id.name) for m in manifests.of_kind("ServiceAccount"))
    for gateway in manifests.of_kind("Gateway"):
        class_ = body.text(gateway.body, "spec", "gatewayClassName")
        yield gateway.id.namespace, gateway.id.name
        yield gateway.id.namespace, f"{gateway.id.name}-{class_}"


RULE = ManifestRule(CODE, find)
