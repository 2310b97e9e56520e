"""GR944: who ends TLS has its certificates from one place, and all that its mode needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, server_tls
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest

CODE = Code(
    "GR944",
    "certificates of a server that istiod refuses",
    "SIMPLE needs a certificate and its key, MUTUAL an authority for those of clients as well: in the secret of "
    "credentialName, or in files. ISTIO_MUTUAL takes those of the mesh.",
    "say credentialName, or the files that the mode needs",
    source="https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings",
)
_LISTS = ("credentialNames", "tlsCertificates")
_ALL = ("serverCertificate", "privateKey", "caCertificates", "credentialName", *_LISTS)
_OF_CLIENTS = {"MUTUAL", "OPTIONAL_MUTUAL"}
_ENDING = {"SIMPLE", *_OF_CLIENTS}
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each certificate that is missing, too much, or from a second place."""
    for at, tls in server_tls.settings(manifest):
        found = _of_mesh(tls) if server_tls.mode(tls) == "ISTIO_MUTUAL" else (*_sources(tls), *_needs(tls), *_crl(tls))
        yield from (Breach(message, (*at, *below), manifest) for message, below in found)


def _said(tls: Any, field: str) -> bool:
    return any(body.items(tls, field)) if field in _LISTS else bool(body.text(tls, field))


def _of_mesh(tls: Any) -> Iterator[_Fault]:
    yield from ((f"mode ISTIO_MUTUAL has {field}", (field,)) for field in _ALL if _said(tls, field))
    if all(tls.get(field) is not None for field in _LISTS):
        yield "there are credentialNames and tlsCertificates", ("tlsCertificates",)


def _sources(tls: Any) -> Iterator[_Fault]:
    said = [field for field in ("credentialName", *_LISTS) if tls.get(field)]
    said += ["files"] if _said(tls, "serverCertificate") and _said(tls, "privateKey") else []
    # The definitions count an empty name, too.
    also = [field for field in ("credentialName",) if tls.get(field) == "" and tls.get("credentialNames") is not None]
    if len(said) + len(also) > 1:
        yield f"certificates come from {' and '.join((*also, *said))}", ()


def _needs(tls: Any) -> Iterator[_Fault]:
    mode = server_tls.mode(tls)
    if mode not in _ENDING or _said(tls, "credentialName") or _said(tls, "credentialNames"):
        return
    if mode in _OF_CLIENTS and not _said(tls, "caCertificates"):
        yield f"mode {mode} has no caCertificates", ("mode",)
    listed = list(body.items(tls, "tlsCertificates")) or [((), tls)]
    for at, certificate in listed:
        missing = [field for field in _ALL[:2] if not body.text(certificate, field)]
        if missing:
            yield f"mode {mode} has no {' and no '.join(missing)}", at or ("mode",)


def _crl(tls: Any) -> Iterator[_Fault]:
    mode, by_name = server_tls.mode(tls), _said(tls, "credentialName")
    from_secret = by_name or _said(tls, "credentialNames")
    if not body.text(tls, "caCrl") or (mode not in server_tls.PASSED_ON and from_secret):
        return
    if by_name:
        yield "a list of revoked certificates is in the secret of credentialName", ("caCrl",)
    if mode == "SIMPLE":
        yield "mode SIMPLE looks at no list of revoked certificates", ("caCrl",)


RULE = ObjectRule(CODE, frozenset({mesh_objects.GATEWAY, mesh_objects.SIDECAR}), find)
