"""GR457: the pods behind a route let its gateway in."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.admission import allowing, denying_all, lets_in
from gitramp.checks.callers import account_of
from gitramp.checks.destinations import Destination, destinations
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
    "a route to pods that refuse its gateway",
    "As soon as one policy allows something, all else is refused: requests from outside are answered 403.",
    "let an ALLOW policy of these pods name the gateway's service account, or take the host from the gateway",
    source="https://istio.io/latest/docs/concepts/security/#implicit-enablement",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each destination of a gateway's route whose pods let the gateway's account in by no policy."""
    for each in destinations(manifests):
        if not each.is_copy and any(name != MESH for name in each.gateways):
            for pod in pods_at(manifests, each)[:1]:
                yield from _refused(manifests, each, pod)


def _refused(manifests: ManifestSet, each: Destination, pod: Pod) -> Iterator[Breach]:
    host, at = show(each.host), (*each.at, "host")
    denying, policies = denying_all(manifests, pod), allowing(manifests, pod)
    if denying is not None:
        yield _breach(f"{denying.id} refuses every request to {host}", each, denying)
        return
    if policies and not any(next(body.items(p.body, "spec", "rules"), None) for p in policies):
        yield _breach(f"{policies[0].id} lets nobody in to {host}", each, policies[0])
        return
    for gateway in pods_behind(manifests, each.gateways) if policies else ():
        namespace, account = account_of(gateway)
        if not lets_in(policies, namespace, account):
            named = ", ".join(str(policy.id) for policy in policies if body.field(policy.body, "spec", "rules"))
            message = f"{named} does not let in {namespace}/{account}, the gateway's account, to {host}"
            yield Breach(message, at, each.manifest, related=(Elsewhere("the policy", ("spec",), policies[0]),))
            return


def _breach(message: str, each: Destination, policy: Manifest) -> Breach:
    return Breach(message, (*each.at, "host"), each.manifest, related=(Elsewhere("the policy", ("spec",), policy),))


RULE = ManifestRule(CODE, find)
