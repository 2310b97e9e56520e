"""GR378: the files of a ConfigMap or Secret can be told apart, and are what its type promises."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping

from gitramp import body
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR378",
    "a ConfigMap or Secret that the API server refuses",
    "A file is text or binary, not both, binary files are base64, and a Secret of a type has the keys of that type.",
    "keep one of the two files, encode binary ones, and add the keys that the type asks for",
    source="https://kubernetes.io/docs/concepts/configuration/secret/#secret-types",
)
_ENCODED = {"ConfigMap": "binaryData", "Secret": "data"}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_ACCOUNT = "kubernetes.io/service-account.name"


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each file that is there as text and binary, each that is no base64, and each that a type lacks."""
    part = _ENCODED[manifest.id.gvk.kind]
    encoded = body.mapping(manifest.body, part)
    for key, value in encoded.items():
        if isinstance(value, str) and not _is_base64(value):
            yield Breach(f"{part} {show(key)} is no base64", (part, key), manifest)
    if part == "binaryData":
        for key in body.mapping(manifest.body, "data").keys() & encoded.keys():
            yield Breach(f"file {show(key)} is in data and in binaryData", ("data", key), manifest)
    else:
        yield from _lacking(manifest)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except (ValueError, binascii.Error):
        return False
    return True


def _lacking(manifest: Manifest) -> Iterator[Breach]:
    kind = body.text(manifest.body, "type")
    keys = {**body.mapping(manifest.body, "data"), **body.mapping(manifest.body, "stringData")}.keys()
    for key in _NEEDED.get(kind, ()):
        if key not in keys:
            yield Breach(f"a Secret of type {kind} has no {key}", ("type",), manifest)
    if kind == "kubernetes.io/basic-auth" and not keys & {"username", "password"}:
        yield Breach(f"a Secret of type {kind} has neither username nor password", ("type",), manifest)
    account = body.text(manifest.body, "metadata", "annotations", _ACCOUNT)
    if kind == "kubernetes.io/service-account-token" and not account:
        yield Breach(f"a Secret of type {kind} has no annotation {_ACCOUNT}", ("type",), manifest)


RULE = ObjectRule(CODE, frozenset({"/ConfigMap", "/Secret"}), find)
