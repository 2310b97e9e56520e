"""Who an AuthorizationPolicy admits, as far as the set has the pods that run under those accounts.

Owns the three ways to write an identity, and the index of accounts. Must not know any rule.
https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gitramp import body
from gitramp.checks.index import index
from gitramp.checks.pods import Pod, pods
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet


class Account(NamedTuple):
    """A service account that a policy names, and where."""

    at: Pointer
    namespace: str
    name: str


@index
def pods_by_account(manifests: ManifestSet) -> Mapping[tuple[str, str], tuple[Pod, ...]]:
    """Return the pods that run under each service account, by namespace and name."""
    found: dict[tuple[str, str], list[Pod]] = {}
    for pod in pods(manifests):
        found.setdefault(account_of(pod), []).append(pod)
    return {account: tuple(of) for account, of in found.items()}


def account_of(pod: Pod) -> tuple[str, str]:
    """Return namespace and name of the account that a pod runs under."""
    return pod.manifest.id.namespace, body.text(pod.spec, "serviceAccountName") or "default"


def sources(policy: Manifest) -> Iterator[tuple[Pointer, Any]]:
    """Yield every source of every rule."""
    for rule, found in body.items(policy.body, "spec", "rules"):
        for at, one in body.items(found, "from"):
            yield (*rule, *at, "source"), body.field(one, "source")


def accounts(policy: Manifest, at: Pointer, source: Any) -> Iterator[Account]:
    """Yield the accounts that a source names in full; wildcards are none."""
    for where, said in body.items(source, "principals"):
        parts = said.split("/") if isinstance(said, str) and "*" not in said else []
        if len(parts) == 5 and parts[1] == "ns" and parts[3] == "sa":
            yield Account((*at, *where), parts[2], parts[4])
    for where, said in body.items(source, "serviceAccounts"):
        namespace, slash, name = said.partition("/") if isinstance(said, str) else ("", "", "")
        if slash:
            yield Account((*at, *where), namespace, name)
        elif isinstance(said, str):
            yield Account((*at, *where), policy.id.namespace, said)


def admits_account(source: Any, namespace: str, account: str, own: str) -> bool:
    """Whether a source may be a pod of this account: what else it asks for is left open.

    `own` is the policy's namespace. A source that names nobody is everybody.
    """
    tests = {
        "principals": (f"cluster.local/ns/{namespace}/sa/{account}", f"/ns/{namespace}/sa/{account}"),
        "namespaces": (namespace,),
        "serviceAccounts": (f"{namespace}/{account}", *((account,) if namespace == own else ())),
    }
    for name, spellings in tests.items():
        said = [each for _, each in body.items(source, name) if isinstance(each, str)]
        if said and not any(_fits(each, text) for each in said for text in spellings):
            return False
        refused = [each for _, each in body.items(source, _negated(name)) if isinstance(each, str)]
        if any(_fits(each, spellings[0]) for each in refused):
            return False
    return True


def _negated(name: str) -> str:
    return f"not{name[0].upper()}{name[1:]}"


def _fits(pattern: str, text: str) -> bool:
    if pattern.startswith("*"):
        return text.endswith(pattern[1:])
    if pattern.endswith("*"):
        return text.startswith(pattern[:-1])
    # another trust domain is written out: compare what comes after it
    return pattern == text or (text.startswith("/ns/") and pattern.endswith(text))
