"""GR271: whom a service admits, knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.attached import chosen, targets
from gitramp.checks.callers import Account, accounts, pods_by_account, sources
from gitramp.checks.destinations import destinations
from gitramp.checks.index import index
from gitramp.checks.registry import Host, Key, Registry, key
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.scopes import Scope, scopes, sidecar_of
from gitramp.checks.serving import services_of
from gitramp.problem import Code, Severity
from gitramp.resource import Elsewhere, Manifest, ManifestSet

CODE = Code(
    "GR271",
    "an admitted caller whose Sidecar hides the service",
    "The policy names the caller, and the caller's proxy does not know the host: the call fails before it is sent.",
    "name the service's host under egress of the caller's Sidecar, or take the caller out of the policy",
    Severity.WARNING,
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each account that a policy admits and whose pods know no host of the policy's pods."""
    for policy in manifests.of_kind("AuthorizationPolicy"):
        if targets(policy) or body.text(policy.body, "spec", "action") not in {"", "ALLOW"}:
            continue
        hosts = _hosts(manifests, policy)
        for at, source in sources(policy) if hosts else ():
            for account in accounts(policy, at, source):
                yield from _blind(manifests, policy, account, hosts)


def _blind(manifests: ManifestSet, policy: Manifest, account: Account, hosts: tuple[Host, ...]) -> Iterator[Breach]:
    for pod in pods_by_account(manifests).get((account.namespace, account.name), ()):
        sidecar = sidecar_of(manifests, pod)
        scope = scopes(sidecar) if sidecar is not None else ()
        if sidecar is not None and scope and not _knows(manifests, scope, hosts):
            message = f"{sidecar.id} hides {hosts[0].manifest.id} from {account.namespace}/{account.name}"
            related = (Elsewhere("the scope", ("spec", "egress"), sidecar),)
            yield Breach(message, account.at, policy, related=related)
            return


def _knows(manifests: ManifestSet, scope: tuple[Scope, ...], hosts: tuple[Host, ...]) -> bool:
    """Whether the scope has one of the hosts, or one that is routed to them."""
    for name, space in {(h.manifest.id.name, h.manifest.id.namespace) for h in hosts}:
        declared = [(space, f"{name}.{space}.svc.cluster.local"), *_addresses(manifests).get((name, space), ())]
        if any(_holds(one, namespace, host) for one in scope for namespace, host in declared):
            return True
    return False


@index
def _addresses(manifests: ManifestSet) -> Mapping[Key, list[tuple[str, str]]]:
    """Return, for each host that routes of the mesh lead to, the hosts they are for, with who declares those."""
    found: dict[Key, list[tuple[str, str]]] = {}
    for each in destinations(manifests):
        own = each.manifest.id.namespace
        for _, host in routes.texts(each.manifest, "spec", "hosts") if routes.MESH in each.gateways else ():
            meant, service = key(host, own), Registry.of(manifests).service(host, own)
            where = service.manifest.id.namespace if service else own
            full = f"{meant[0]}.{meant[1]}.svc.cluster.local" if len(meant) == 2 else meant[0]
            found.setdefault(key(each.host, own), []).append((where, full))
    return found


def _holds(scope: Scope, namespace: str, host: str) -> bool:
    """Whether a scope has a host, whatever the cluster's domain."""
    said = key(scope.host, scope.namespace)
    full = f"{said[0]}.{said[1]}.svc.cluster.local" if len(said) == 2 else scope.host
    return Scope(scope.at, scope.namespace, full).holds(namespace, host)


def _hosts(manifests: ManifestSet, policy: Manifest) -> tuple[Host, ...]:
    found: dict[int, Host] = {}
    for pod in chosen(manifests, policy):
        found |= {id(host): host for host in services_of(manifests).get(id(pod.manifest), ())}
    return tuple(found.values())


RULE = ManifestRule(CODE, find)
