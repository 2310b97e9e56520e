"""What is asked again after an edit: only what the edit can have an effect on.

A rule finds nothing wrong in the same objects twice, so what it was content with is known by a digest of what it looked
at: of one object for all rules over one object, of all objects of the kinds it reads for a rule over objects together.
Where a digest is not known the rule is asked, and so a verdict is the same whatever was known before. Owns these
digests; must not know where they are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a set of objects, and the digests of all that they were content with."""

    breaches: tuple[tuple[Code, Breach], ...]
    sound: frozenset[bytes]


def digest(*parts: bytes) -> bytes:
    """Return what stands for some bytes."""
    found = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        found.update(len(part).to_bytes(8))
        found.update(part)
    return found.digest()


def of_object(content: bytes) -> bytes:
    """Return the digest under which an object is known to the rules over one object."""
    return digest(b"object", content)


def of_rules(
    rules: Sequence[ManifestRule], manifests: ManifestSet, contents: Sequence[bytes]
) -> Iterator[tuple[ManifestRule, bytes]]:
    """Yield each rule over objects together with the digest of what it reads."""
    kinds = _by_kind(manifests, contents)
    elsewhere = "\n".join(sorted(map(repr, manifests.elsewhere))).encode()
    for rule in rules:
        read = sorted(rule.reads or kinds)
        yield rule, digest(rule.code.number.encode(), elsewhere, *(kinds.get(kind, b"") for kind in read))


def _by_kind(manifests: ManifestSet, contents: Sequence[bytes]) -> Mapping[str, bytes]:
    found: dict[str, list[bytes]] = {}
    for manifest, content in zip(manifests, contents, strict=True):
        found.setdefault(manifest.id.gvk.kind, []).append(content)
    return {kind: digest(kind.encode(), *listed) for kind, listed in found.items()}
