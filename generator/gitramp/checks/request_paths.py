"""The paths of authorisation rules and of matches, read as the mesh reads them.

Owns the wording; "" means that a path is fine. Must not know which rule a path is for.
https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
"""

from __future__ import annotations

import re

_LITERAL = re.compile(r"[A-Za-z0-9._~!$&'()+,;=:@%-]*")


def path_fault(path: str) -> str:
    """Say why a path would match nothing, or other requests than it seems to."""
    if fault := never_asked(path, "*"):
        return fault
    if "{" in path or "}" in path:
        return _template_fault(path)
    inner = path[1:-1] if path.startswith("*") and path != "*" else path[:-1]
    return "has a * that is not at one end" if "*" in inner or (len(path) > 1 and path[0] == path[-1] == "*") else ""


def never_asked(path: str, other: str = "") -> str:
    """Say why no request has this path, which may start with `other` as well as with /."""
    if not path.startswith(("/", other) if other else "/"):
        return f"starts with neither / nor {other}" if other else "does not start with /"
    return "has a query or fragment; only the path is compared" if "?" in path or "#" in path else ""


def _template_fault(path: str) -> str:
    segments = path.strip("/").split("/")
    if "{**}" in segments[:-1]:
        return "has {**} before its last segment"
    strange = (s for s in segments if s not in {"{*}", "{**}"} and not _LITERAL.fullmatch(s))
    return f"has the segment {bad!a} beside {{*}} or {{**}}" if (bad := next(strange, "")) else ""
