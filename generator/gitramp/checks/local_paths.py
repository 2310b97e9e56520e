"""Paths below a mount: relative, and never upwards.

Owns the wording; "" means that a path is fine. Must not know what the path is of.
https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
"""

from __future__ import annotations


def path_fault(path: str) -> str:
    """Say why the API server refuses a path that has to stay below another."""
    if path.startswith("/"):
        return "is not relative"
    if ".." in path.split("/"):
        return "has .. in it"
    return "starts with .." if path.startswith("..") else ""
