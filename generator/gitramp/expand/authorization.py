"""Who may call whom: AuthorizationPolicies at the pods of every track, made from what a service says once.

Owns identities: a caller is known by its service accounts, whatever the trust domain. Must not know how tokens or
mutual TLS prove them.

Probes and metrics need no rule: the kubelet's probes are rewritten to port 15020, metrics are merged there, and the
sidecar takes 15020, 15021 and 15090 past every policy (https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.gateway_api import WAYPOINT
from gitramp.expand.workload import metadata
from gitramp.model import Caller, Environment, Service, Track, callers_of, is_guarded
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, traced

_MOST_ACCOUNTS = (
    16  # of one source: https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source
)


def default_deny(environment: Environment) -> Iterator[Manifest]:
    """Yield, for each namespace, the policy that allows nothing: what no other policy allows is refused."""
    if not environment.trust.default_deny:
        return
    owner = environment.trust.at("defaultDeny")
    for namespace in environment.rendered_namespaces():
        # No service is named so: a service's name has no dot.
        name = {"name": "default.deny", "namespace": namespace, "labels": dict(kinds.MANAGED)}
        yield Manifest.of(kinds.AUTHORIZATION_POLICY, {"metadata": name, "spec": {}}, owner)


def callers(environment: Environment, service: Service, track: Track) -> Iterator[Manifest]:
    """Yield the policy of a track's pods: the same for every track, at the apex and at a track's own address."""
    if not is_guarded(environment, service) or environment.platform.mesh == "none":
        return
    rules = list(_rules(environment, service))
    if not rules and service.callers is None:
        return  # the namespace's own policy refuses everybody already
    spec = {
        "selector": {"matchLabels": kinds.selector(environment, service, track)},
        "action": "ALLOW",
        **({"rules": rules} if rules else {}),
    }
    owner = service.at("callers") if service.callers is not None else environment.trust.at("defaultDeny")
    tree = {"metadata": metadata(environment, service, track), "spec": spec}
    yield Manifest.of(kinds.AUTHORIZATION_POLICY, tree, owner, service.name)


def at_waypoint(environment: Environment, service: Service) -> Iterator[Manifest]:
    """Yield, in ambient mode, the policy of a service's address.

    The waypoint sends requests on in its own name, so who may call has to be decided there.
    https://istio.io/latest/docs/ambient/usage/waypoint/
    """
    if environment.platform.mesh != "ambient" or not is_guarded(environment, service):
        return
    rules = [{"from": _from(environment, caller), **_to(caller)} for caller in callers_of(service)]
    spec = {
        "targetRefs": [{"group": "", "kind": "Service", "name": service.name}],
        "action": "ALLOW",
        **({"rules": rules} if rules else {}),
    }
    owner = service.at("callers") if service.callers is not None else environment.trust.at("defaultDeny")
    apex = traced(environment.namespaces.apex, environment.namespaces.at("apex"))
    named = {"name": service.name, "namespace": apex, "labels": kinds.service_labels(service)}
    yield Manifest.of(kinds.AUTHORIZATION_POLICY, {"metadata": named, "spec": spec}, owner, service.name)


def identity(environment: Environment, service: Service, track: Track) -> str:
    """Return the service account of a track's pods, as namespace/name."""
    named = metadata(environment, service, track)
    return f"{named['namespace'].value}/{named['name'].value}"


def _rules(environment: Environment, service: Service) -> Iterator[dict[str, Any]]:
    gateways = {g.service_account: g.at("serviceAccount") for g in environment.gateways_of(service)}
    if gateways:
        yield {"from": _sources([traced(account, gateways[account]) for account in sorted(gateways)])}
    if environment.platform.mesh == "ambient":
        waypoint = f"{environment.namespaces.apex}/{WAYPOINT}"
        yield {"from": _sources([traced(waypoint, environment.platform.at("mesh"), how="the waypoint's account")])}
    for caller in callers_of(service):
        yield {"from": _from(environment, caller), **_to(caller)}
    exceptions = sorted(service.port_level_mtls.values(), key=lambda each: int(each.name))
    if exceptions:
        # Plain text has no identity that a rule could name: without this one, the exception would end in a 403.
        how = "an exception in portLevelMtls"
        yield {"to": [{"operation": {"ports": [traced(each.name, each.pointer, how=how) for each in exceptions]}}]}


def _from(environment: Environment, caller: Caller) -> list[dict[str, Any]]:
    if not caller.namespace:
        tracks = environment.services[caller.name].tracks.values()
        how = f"the service account of each track of {caller.name}"
        accounts = (identity(environment, environment.services[caller.name], track) for track in tracks)
        return _sources([traced(account, caller.pointer, how=how) for account in accounts])
    if caller.service_account:
        account = f"{caller.namespace}/{caller.service_account}"
        return _sources([traced(account, *_said(caller, "namespace", "serviceAccount"), how="namespace/name")])
    return [{"source": {"namespaces": [traced(caller.namespace, caller.at("namespace"))]}}]


def _said(caller: Caller, *keys: str) -> tuple[Pointer, ...]:
    return tuple(caller.at(key) for key in keys)


def _sources(accounts: list[Any]) -> list[dict[str, Any]]:
    starts = range(0, len(accounts), _MOST_ACCOUNTS)
    return [{"source": {"serviceAccounts": accounts[start : start + _MOST_ACCOUNTS]}} for start in starts]


def _to(caller: Caller) -> dict[str, Any]:
    ports = [
        traced(str(port), caller.at("ports", position), how="as text") for position, port in enumerate(caller.ports)
    ]
    said = {
        "methods": traced(caller.methods, caller.at("methods")) if caller.methods else (),
        "paths": traced(caller.paths, caller.at("paths")) if caller.paths else (),
        "ports": ports,
    }
    operation = {name: values for name, values in said.items() if values}
    return {"to": [{"operation": operation}]} if operation else {}
