"""GR463: a gateway that routes by claims reads tokens."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks import routes
from gitramp.checks.attached import of_namespace, policies, selector
from gitramp.checks.ingress import gateway_pods, gateways
from gitramp.checks.registry import ROOT_NAMESPACE
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR463",
    "a route by a claim at a gateway that reads no tokens",
    "Claims are known only where a RequestAuthentication verifies the token. Without one the match never fits.",
    "write a RequestAuthentication that selects the gateway's pods, in their namespace",
    source="https://istio.io/latest/docs/reference/config/analysis/ist0149/",
)
_CLAIMS = "@request.auth.claims"


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each match of a claim whose gateway of the set no RequestAuthentication is for."""
    for manifest in routes.virtual_services(manifests):
        claim = next(_claims(manifest), None)
        for _, name in routes.gateway_names(manifest) if claim else ():
            gateway = gateways(manifests).get(name)
            if claim and gateway is not None and not _verified(manifests, name, gateway):
                yield Breach(f"no RequestAuthentication is for the pods of gateway {show(name)}", claim, manifest)
                break


def _claims(manifest: Manifest) -> Iterator[Pointer]:
    for rule, _ in body.items(manifest.body, "spec", "http"):
        for at, _ in body.items(manifest.body, *rule, "match"):
            for name in ("headers", "withoutHeaders"):
                said = body.mapping(manifest.body, *at, name)
                yield from ((*at, name, header) for header in said if header.startswith(_CLAIMS))


def _verified(manifests: ManifestSet, name: str, gateway: Manifest) -> bool:
    kind, pods = "RequestAuthentication", gateway_pods(manifests).get(name, ())
    if pods:
        return all(any(policies(manifests, kind, pod)) for pod in pods)
    run_by = body.mapping(gateway.body, "spec", "selector")
    return bool(of_namespace(manifests, kind, ROOT_NAMESPACE)) or any(
        selector(each).items() <= run_by.items() or run_by.items() <= selector(each).items()
        for each in manifests.of_kind(kind)
    )


RULE = ManifestRule(CODE, find)
