"""GR264: the certificate of a Gateway is in the namespace of the gateway's pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks.index import index
from gitramp.checks.ingress import gateway_pods, gateways
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import Elsewhere, Manifest, ManifestSet
from gitramp.source import show

CODE = Code(
    "GR264",
    "a certificate in another namespace than the gateway's pods",
    "The pods read the Secret in their own namespace, not in that of the Gateway. Without it the port is not opened.",
    "write the Secret, or what makes it, in the namespace of the gateway's pods",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-credential_name",
)
_MAKERS = {
    "Secret": ("metadata", "name"),
    "SealedSecret": ("metadata", "name"),
    "Certificate": ("spec", "secretName"),
    "ExternalSecret": ("spec", "target", "name"),
}


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each credential that the set makes, and nowhere that the gateway's pods run."""
    for name, pods in gateway_pods(manifests).items():
        gateway, run_in = gateways(manifests)[name], sorted({pod.manifest.id.namespace for pod in pods})
        for at, server in body.items(gateway.body, "spec", "servers"):
            wanted = body.text(server, "tls", "credentialName")
            found = _secrets(manifests).get(wanted, {}) if wanted else {}
            if found and run_in and not set(run_in) & found.keys():
                message = (
                    f"Secret {show(wanted)} is made in {', '.join(found)}, the gateway runs in {', '.join(run_in)}"
                )
                maker = next(iter(found.values()))
                related = (Elsewhere("made here", ("metadata", "namespace"), maker),)
                yield Breach(message, (*at, "tls", "credentialName"), gateway, related=related)


@index
def _secrets(manifests: ManifestSet) -> Mapping[str, Mapping[str, Manifest]]:
    """Return by name and namespace what makes Secrets."""
    found: dict[str, dict[str, Manifest]] = {}
    for kind, path in _MAKERS.items():
        for manifest in manifests.of_kind(kind):
            name = body.text(manifest.body, *path) or manifest.id.name
            found.setdefault(name, {})[manifest.id.namespace] = manifest
    return found


RULE = ManifestRule(CODE, find)
