"""References to container images: https://github.com/distribution/reference/blob/main/reference.go.

Owns their grammar, and which of them name one image for ever. Must not know any rule.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gitramp.source import show

_LABEL = r"[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?"
_PART = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_REGISTRY = re.compile(rf"({_LABEL}(\.{_LABEL})*|\[[a-fA-F0-9:]+\])(:[0-9]+)?")
_PATH = re.compile(rf"{_PART}(/{_PART})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


class Image(NamedTuple):
    """A reference in its parts; a part that was not said is None, "" when only its separator was."""

    repository: str
    tag: str | None
    digest: str | None


def read_image(reference: str) -> Image:
    """Take a reference apart, well-formed or not."""
    named, at, digest = reference.partition("@")
    # A colon before the last slash belongs to the registry's port.
    colon = named.find(":", named.rfind("/") + 1)
    repository, tag = (named, None) if colon < 0 else (named[:colon], named[colon + 1 :])
    return Image(repository, tag, digest if at else None)


def in_full(repository: str) -> str:
    """Write a repository with its registry: Docker Hub's, and there the official images', where none is said."""
    first, slash, rest = repository.partition("/")
    registry, path = (first, rest) if slash and _names_registry(first) else ("docker.io", repository)
    return f"{registry}/{'' if registry != 'docker.io' or '/' in path else 'library/'}{path}"


def _names_registry(first: str) -> bool:
    return "." in first or ":" in first or first == "localhost"


def mutable(reference: str) -> str:
    """Say how the image of a well-formed reference can change under its name, "" when it cannot."""
    if not reference or fault(reference):
        return ""
    _, tag, digest = read_image(reference)
    if digest is not None:
        return ""
    if tag is None:
        return "has neither a tag nor a digest"
    return "has the tag latest" if tag == "latest" else ""


def fault(reference: str) -> str:
    """Say what is wrong with the form of a reference, as words that follow it; "" when nothing is."""
    repository, tag, digest = read_image(reference)
    if any(c.isspace() for c in reference):
        return "has a space in it"
    if tag is not None and not _TAG.fullmatch(tag):
        return f"has the malformed tag {show(tag)}" if tag else "has an empty tag"
    if digest is not None and not _DIGEST.fullmatch(digest):
        return "has a digest that is not sha256: and 64 digits of 0-9 and a-f"
    return _repository_fault(repository)


def _repository_fault(repository: str) -> str:
    first, slash, rest = repository.partition("/")
    registry = bool(slash) and _names_registry(first)
    path = rest if registry else repository
    if registry and not _REGISTRY.fullmatch(first):
        return f"has a registry {show(first)} that is no host name"
    if _PATH.fullmatch(path):
        return "" if len(repository) <= 255 else f"has a repository of {len(repository)} characters, 255 at most"
    what = "upper case in its" if path.lower() != path else "a malformed"
    return f"has {what} repository {show(path)}" if path else "has no repository"
