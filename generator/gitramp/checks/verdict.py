"""What is asked again after an edit: only what the edit can have an effect on.

A rule finds nothing wrong in the same objects twice. What it was content with is known by a digest: of one object for
the rules over one object; for a rule over objects together, of all objects of the kinds that it looked at, as the set
noted them. When those are what they were, the rule would look at them again and find what it found. So a verdict is the
same whatever was known before. Owns these digests; must not know where they are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gitramp.problem import Code
from gitramp.resource import ALL, Breach, ManifestSet
from gitramp.sound import Sound

DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a set of objects, and what is known of it now."""

    breaches: tuple[tuple[Code, Breach], ...]
    sound: Sound


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


@dataclass(frozen=True, slots=True)
class Kinds:
    """The digests of all objects of each kind in a set; `elsewhere` is part of every one of them."""

    digests: Mapping[str, bytes]
    elsewhere: bytes

    @classmethod
    def of(cls, manifests: ManifestSet, contents: Sequence[bytes]) -> Kinds:
        """Digest a set; `contents` has what stands for each object, in the set's order."""
        found: dict[str, list[bytes]] = {}
        for manifest, content in zip(manifests, contents, strict=True):
            found.setdefault(manifest.id.gvk.kind, []).append(content)
        digests = {kind: digest(*listed) for kind, listed in found.items()}
        whole = digest(*(part for kind in sorted(digests) for part in (kind.encode(), digests[kind])))
        elsewhere = digest(*sorted(repr(each).encode() for each in manifests.elsewhere))
        return cls({**digests, ALL: whole}, elsewhere)

    def together(self, kinds: Iterable[str]) -> bytes:
        """Return the digest of all objects of some kinds."""
        return digest(self.elsewhere, *(self.digests.get(kind, b"") for kind in kinds))
