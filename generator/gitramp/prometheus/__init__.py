"""A Prometheus, or what speaks as one: Thanos, Mimir, VictoriaMetrics.

Owns the network, and that credentials reach the server and nothing else: no message, no other host. Must not know what
is asked, nor which numbers are good.
"""

from gitramp.prometheus.codes import FAILING, FORBIDDEN, REFUSED, STRANGE, TIMEOUT, UNREACHABLE
from gitramp.prometheus.query import ask, read
from gitramp.prometheus.server import HEADERS, TOKEN, Server, server

__all__ = [
    "FAILING",
    "FORBIDDEN",
    "HEADERS",
    "REFUSED",
    "STRANGE",
    "TIMEOUT",
    "TOKEN",
    "UNREACHABLE",
    "Server",
    "ask",
    "read",
    "server",
]
