"""GR464: where tokens are verified, they are demanded."""

from __future__ import annotations

from collections.abc import Iterator

from gitramp import body
from gitramp.checks.attached import chosen, policies, targets
from gitramp.checks.pods import Pod
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code, Severity
from gitramp.resource import Manifest, ManifestSet

CODE = Code(
    "GR464",
    "tokens that are verified and not demanded",
    "A RequestAuthentication refuses bad tokens and lets requests without any through. It takes an AuthorizationPolicy "
    "to refuse those.",
    "add an AuthorizationPolicy that asks for requestPrincipals, or for a claim",
    Severity.WARNING,
    source="https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#require-a-valid-token",
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each RequestAuthentication some of whose pods are under no policy that asks for tokens."""
    for authentication in manifests.of_kind("RequestAuthentication"):
        if targets(authentication) or not any(body.items(authentication.body, "spec", "jwtRules")):
            continue
        for pod in chosen(manifests, authentication):
            if not any(_asks(policy) for policy in _of(manifests, pod)):
                message = f"requests without a token reach {pod.manifest.id}"
                yield Breach(message, ("spec", "jwtRules"), authentication)
                break


def _of(manifests: ManifestSet, pod: Pod) -> Iterator[Manifest]:
    return policies(manifests, "AuthorizationPolicy", pod)


def _asks(policy: Manifest) -> bool:
    for _, rule in body.items(policy.body, "spec", "rules"):
        sources = (body.field(one, "source") for _, one in body.items(rule, "from"))
        if any(body.field(s, "requestPrincipals") or body.field(s, "notRequestPrincipals") for s in sources):
            return True
        if any(body.text(condition, "key").startswith("request.auth.") for _, condition in body.items(rule, "when")):
            return True
    return False


RULE = ManifestRule(CODE, find)
