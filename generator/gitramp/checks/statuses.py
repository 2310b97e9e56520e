"""The statuses of answers, of HTTP and of gRPC, as istiod knows them.

Owns the lists: https://www.iana.org/assignments/http-status-codes and
https://github.com/grpc/grpc/blob/master/doc/statuscodes.md. Must not know any rule.
"""

from __future__ import annotations

from http import HTTPStatus

_GRPC = """
    OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED
    RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS
    UNAUTHENTICATED
"""
GRPC_STATUSES = frozenset(_GRPC.split())
HTTP_STATUSES = frozenset(map(int, HTTPStatus))
"""The statuses that have a name."""


def answer(status: int) -> str:
    """Fault of the status of an answer; istiod takes 600 too."""
    return "" if 200 <= status <= 600 else "is not from 200 to 599"
