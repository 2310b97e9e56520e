"""GR457: the pods behind a route let in who follows it."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.admission import allowing, denying_all, lets_in
from gitramp.checks.callers import account_of
from gitramp.checks.destinations import Destination, all_destinations
from gitramp.checks.ingress import pods_behind
from gitramp.checks.pods import Pod
from gitramp.checks.routes import MESH
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.checks.serving import pods_at
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR457",
    "a route to pods that refuse who follows it",
    "As soon as one policy allows something, all else is refused, and a policy that denies is asked first: requests on "
    "the route are answered 403.",
    "let an ALLOW policy of these pods name the gateway's service account, or take the host from the gateway",
    source="https://istio.io/latest/docs/concepts/security/#implicit-enablement",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination whose pods refuse everybody, or by every policy the gateway's account."""
    for each in all_destinations(manifests):
        if not each.is_copy and each.weight != 0:
            for pod in pods_at(manifests, each)[:1]:
                yield from _refused(manifests, each, pod)


def _refused(manifests: ManifestSet, each: Destination, pod: Pod) -> Iterator[Breach]:
    host, policies = show(each.host), allowing(manifests, pod)
    denying = denying_all(manifests, pod)
    if denying is not None:
        yield _breach(f"{denying.id} refuses every request to {host}", each, denying)
    elif not policies or all(name == MESH for name in each.gateways):
        return
    elif not any(next(body.items(policy.body, "spec", "rules"), None) for policy in policies):
        yield _breach(f"{policies[0].id} lets nobody in to {host}", each, policies[0])
    else:
        yield from _locked_out(manifests, each, policies)


def _locked_out(manifests: ManifestSet, each: Destination, policies: tuple[Manifest, ...]) -> Iterator[Breach]:
    for gateway in pods_behind(manifests, each.gateways):
        namespace, account = account_of(gateway)
        if not lets_in(policies, namespace, account):
            named = ", ".join(str(policy.id) for policy in policies if body.field(policy.body, "spec", "rules"))
            who = f"{namespace}/{account}, the gateway's account"
            yield _breach(f"{named} does not let in {who}, to {show(each.host)}", each, policies[0])
            return


def _breach(message: str, each: Destination, policy: Manifest) -> Breach:
    return Breach(message, each.host_at, each.manifest, related=(Elsewhere("the policy", ("spec",), policy),))


RULE = ManifestRule(CODE, find)
