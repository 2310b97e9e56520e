"""GR508: the service account of an ingress gateway is the one that its release makes."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gitramp import body
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest, ManifestSet

CODE = Code(
    "GR508",
    "a gateway's service account that its installation does not make",
    "Policies know the gateway by its account: with another one every request from outside is refused with 403.",
    "say the account that the chart makes: `istio-ingress/` and the name of the release",
    source="https://istio.io/latest/docs/setup/additional-setup/gateway/",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each account in an AuthorizationPolicy that belongs to a gateway, and that no release of one makes."""
    made = dict.fromkeys((*_of_flux(manifests), *_of_argocd(manifests)))
    for manifest in manifests.of_kind("AuthorizationPolicy") if made else ():
        for at, rule in body.items(manifest.body, "spec", "rules"):
            for source, said in body.items(rule, "from"):
                for position, account in body.items(said, "source", "serviceAccounts"):
                    where = (*at, *source, *position)
                    if isinstance(account, str) and account not in made and _is_a_gateways(manifest, where):
                        near = get_close_matches(account, made, n=1, cutoff=0) or sorted(made)[:1]
                        yield Breach(f"no release makes the account {account}", where, manifest, f"say {near[0]}")


def _is_a_gateways(manifest: Manifest, where: Pointer) -> bool:
    """Whether an account is there because a gateway says it, and not a caller."""
    return any(pointer[:1] == ("gateways",) for pointer in manifest.origin(where).pointers)


def _of_flux(manifests: ManifestSet) -> Iterator[str]:
    for release in manifests.of_kind("HelmRelease"):
        if body.text(release.body, "spec", "chart", "spec", "chart") == "gateway":
            namespace = body.text(release.body, "spec", "targetNamespace")
            yield f"{namespace}/{body.text(release.body, 'spec', 'releaseName')}"


def _of_argocd(manifests: ManifestSet) -> Iterator[str]:
    for application in manifests.of_kind("Application"):
        for _, source in body.items(application.body, "spec", "sources"):
            if body.text(source, "chart") == "gateway":
                yield f"{body.text(source, 'helm', 'namespace')}/{body.text(source, 'helm', 'releaseName')}"


RULE = ManifestRule(CODE, find)
