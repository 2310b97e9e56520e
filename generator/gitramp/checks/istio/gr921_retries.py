"""GR921: retries are ones that the proxies make."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp import body
from gitramp.checks import mesh_objects
from gitramp.checks.fields import EACH, mappings
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.checks.statuses import HTTP_STATUSES
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR921",
    "retries that istiod refuses",
    "retryOn lists, with commas and no spaces, conditions that Envoy knows and statuses of HTTP; and whoever says how "
    "to retry says how often, for without attempts there are none.",
    "say attempts above 0, and conditions that Envoy knows",
    source="https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on",
)
_CONDITIONS = """
    5xx gateway-error reset reset-before-request connect-failure retriable-4xx refused-stream retriable-status-codes
    retriable-headers envoy-ratelimited http3-post-connect-failure cancelled deadline-exceeded internal
    resource-exhausted unavailable
"""
_KNOWN = frozenset(_CONDITIONS.split())
_STATUS = re.compile("[-+]?[0-9]{1,18}")
_MOST = 2**31 - 1
_HOW = ("perTryTimeout", "retryOn", "retryRemoteLocalities")


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each number of retries below 0, each way to retry without retries, and each unknown condition."""
    for at, retries in mappings(manifest.body, "spec", "http", EACH, "retries"):
        attempts = body.number(retries, "attempts") or 0
        if not 0 <= attempts <= _MOST:
            yield Breach(f"{attempts} attempts are not from 0 to {_MOST}", (*at, "attempts"), manifest)
        for field in _HOW if attempts == 0 else ():
            if retries.get(field) not in (None, ""):
                yield Breach(f"{field} is said, and no attempts are", (*at, field), manifest)
        written = body.text(retries, "retryOn")
        for condition in written.split(",") if written else ():
            if condition not in _KNOWN and not _is_status(condition):
                yield Breach(f"retryOn lists {show(condition)}, no condition", (*at, "retryOn"), manifest)


def _is_status(condition: str) -> bool:
    return bool(_STATUS.fullmatch(condition)) and int(condition) in HTTP_STATUSES


RULE = ObjectRule(CODE, frozenset({mesh_objects.VIRTUAL_SERVICE}), find)
