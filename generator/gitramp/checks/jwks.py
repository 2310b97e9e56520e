"""Sets of keys for tokens, as RequestAuthentications hold them: https://www.rfc-editor.org/rfc/rfc7517.

Owns the notation, as far as istiod's parser refuses one. Must not know any rule, and never yields a key.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from gitramp import body

_PARTS: Mapping[str, tuple[str, ...]] = {"RSA": ("n", "e"), "EC": ("x", "y"), "OKP": ("x",), "oct": ("k",)}
_CURVES = {"EC": {"P-256", "P-384", "P-521"}, "OKP": {"Ed25519", "X25519"}}
_SECRET_PARTS = ("d", "k")


def fault(written: str) -> str:
    """Say why a set of keys cannot be read; "" when it can."""
    try:
        tree = json.loads(written)
    except (ValueError, RecursionError):
        return "is no JSON"
    if not isinstance(tree, dict):
        return "is no mapping"
    return next((f"has a key that {why}" for each in _keys(tree) if (why := _key(each))), "")


def private(written: str) -> list[int]:
    """Return the positions of the keys that are secret."""
    try:
        keys = _keys(json.loads(written))
    except (ValueError, RecursionError):
        return []
    return [position for position, each in enumerate(keys) if any(body.text(each, part) for part in _SECRET_PARTS)]


def _keys(tree: Any) -> list[Any]:
    listed = body.field(tree, "keys")
    return listed if isinstance(listed, list) else [tree]


def _key(key: Any) -> str:
    kind = body.text(key, "kty")
    if kind not in _PARTS:
        return "has no type that istiod knows"
    if kind in _CURVES and body.text(key, "crv") not in _CURVES[kind]:
        return "is on no curve that istiod knows"
    missing = next((part for part in _PARTS[kind] if not _is_base64(body.text(key, part))), "")
    return f"has no {missing}" if missing else ""


def _is_base64(written: str) -> bool:
    try:
        return bool(base64.urlsafe_b64decode(written.rstrip("=") + "=" * (-len(written.rstrip("=")) % 4)))
    except (binascii.Error, ValueError):
        return False
