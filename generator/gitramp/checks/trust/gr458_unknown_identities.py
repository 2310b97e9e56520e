"""GR458: a service account that a policy names is there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp import body
from gitramp.checks.callers import accounts, pods_by_account, sources
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


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each account of a namespace with pods that is neither a ServiceAccount nor that of a pod or gateway."""
    known = {*pods_by_account(manifests), *_made(manifests)}
    held = {namespace for namespace, _ in pods_by_account(manifests)}
    for policy in manifests.of_kind("AuthorizationPolicy"):
        for at, source in sources(policy):
            for account in accounts(policy, at, source):
                identity = (account.namespace, account.name)
                if account.namespace in held and account.name != "default" and identity not in known:
                    near = get_close_matches(account.name, sorted(n for s, n in known if s == account.namespace), n=1)
                    remedy = f"did you mean {account.namespace}/{near[0]}?" if near else ""
                    message = f"there is no service account {show('/'.join(identity))}"
                    yield Breach(message, account.at, policy, remedy)


def _made(manifests: ManifestSet) -> Iterator[tuple[str, str]]:
    """Yield the accounts that the set makes; a Gateway of Gateway API is given one by its controller."""
    yield from ((m.id.namespace, m.id.name) for m in manifests.of_kind("ServiceAccount"))
    for gateway in manifests.of_kind("Gateway"):
        class_ = body.text(gateway.body, "spec", "gatewayClassName")
        yield gateway.id.namespace, gateway.id.name
        yield gateway.id.namespace, f"{gateway.id.name}-{class_}"


RULE = ManifestRule(CODE, find)
