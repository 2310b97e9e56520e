"""The bodies of direct responses, by size: istiod keeps each in what it sends to every proxy.

Owns the bounds. Must not know any rule.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from gitramp import body

LARGE = 100 * 1024
LARGEST = 1024 * 1024


def size(response: Any) -> int:
    """Return how many bytes the body has; what is no base64 has none."""
    written = body.text(response, "body", "string")
    encoded = body.text(response, "body", "bytes")
    try:
        return len(written.encode("utf-8", "replace")) or len(base64.b64decode(encoded))
    except (binascii.Error, ValueError):
        return 0
