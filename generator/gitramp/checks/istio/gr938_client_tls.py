"""GR938: a proxy that opens TLS has its certificates from one place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, traffic_policies
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR938",
    "TLS to a service that istiod refuses",
    "Certificates come from files or from the secret that credentialName names; MUTUAL needs a certificate and its "
    "key; and who does not verify the other side has nothing to verify it with.",
    "say credentialName, or the files, and no insecureSkipVerify beside what verifies",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings",
)
_CONFIG_MAP = "configmap://"
_FILES = ("clientCertificate", "privateKey", "caCertificates", "caCrl")
_Fault = tuple[str, str]
"""What is wrong, and the field that is."""


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each certificate that is missing or comes from two places, and each that is not used."""
    for at, tls in traffic_policies.settings(manifest, "tls"):
        found = (*_config_map(manifest, body.text(tls, "credentialName")), *_unverified(tls), *_sources(tls))
        yield from (Breach(message, (*at, field), manifest) for message, field in found)


def _config_map(manifest: Manifest, name: str) -> Iterator[_Fault]:
    if name.startswith(_CONFIG_MAP):
        namespace, _, rest = name.removeprefix(_CONFIG_MAP).partition("/")
        if not namespace or not rest.partition("/")[0]:
            yield f"credentialName {show(name)} is not {_CONFIG_MAP}namespace/name", "credentialName"
        elif namespace != manifest.id.namespace and manifest.id.namespace:
            yield f"credentialName {show(name)} is in another namespace", "credentialName"


def _unverified(tls: Any) -> Iterator[_Fault]:
    mode = body.text(tls, "mode")
    verifying = {"SIMPLE": ("caCertificates", "credentialName"), "MUTUAL": ("caCertificates",)}.get(mode, ())
    if body.field(tls, "insecureSkipVerify") is not True or not verifying:
        return
    said = [*(field for field in verifying if body.text(tls, field))]
    said += ["subjectAltNames"] if any(body.items(tls, "subjectAltNames")) else []
    yield from ((f"insecureSkipVerify stands beside {field}", field) for field in said)


def _sources(tls: Any) -> Iterator[_Fault]:
    mode, by_name = body.text(tls, "mode"), body.text(tls, "credentialName")
    if mode in {"SIMPLE", "MUTUAL"} and by_name:
        yield from ((f"credentialName stands beside {file}", file) for file in _FILES if body.text(tls, file))
    elif mode == "MUTUAL":
        for file in _FILES[:2]:
            if not body.text(tls, file):
                yield f"mode MUTUAL has no {file}", "mode"


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE}), find)
