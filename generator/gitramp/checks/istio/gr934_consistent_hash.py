"""GR934: a consistent hash is over one thing, in a table of a size that can be."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from typing import Any

from gitramp import body
from gitramp.checks import mesh_objects, traffic_policies
from gitramp.checks.rule import Breach, ObjectRule
from gitramp.pointer import Pointer
from gitramp.problem import Code
from gitramp.resource import Manifest
from gitramp.source import show

CODE = Code(
    "GR934",
    "a consistent hash that istiod refuses",
    "A cookie and its attributes have names of their own, there is one algorithm, and the table of Maglev has a prime "
    "size below 5,000,011.",
    "name the cookie, and choose a prime such as 65537",
    source="https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
)
_BOUND = 5_000_011
_Fault = tuple[str, Pointer]


def find(manifest: Manifest) -> Iterator[Breach]:
    """Yield each cookie without a name, each second algorithm, and each table that is no prime's."""
    for at, said in traffic_policies.settings(manifest, "loadBalancer", "consistentHash"):
        for message, below in (*_cookie(body.field(said, "httpCookie")), *_algorithm(said)):
            yield Breach(message, (*at, *below), manifest)


def _cookie(cookie: Any) -> Iterator[_Fault]:
    if not isinstance(cookie, dict):
        return
    if not body.text(cookie, "name"):
        yield "the cookie has no name", ("httpCookie",)
    seen: set[str] = set()
    for at, attribute in body.items(cookie, "attributes"):
        name = body.text(attribute, "name")
        if not name or name in seen:
            fault = f"two attributes {show(name)}" if name else "an attribute without a name"
            yield f"the cookie has {fault}", ("httpCookie", *at)
        seen.add(name)


def _algorithm(said: Any) -> Iterator[_Fault]:
    algorithms = [name for name in ("ringHash", "maglev") if isinstance(said.get(name), dict)]
    if body.number(said, "minimumRingSize") and algorithms:
        yield f"minimumRingSize stands beside {algorithms[0]}", ("minimumRingSize",)
    if "maglev" in algorithms:
        size = body.number(said, "maglev", "tableSize") or 0
        if size >= _BOUND:
            yield f"tableSize {size} is not below {_BOUND}", ("maglev", "tableSize")
        elif not _is_prime(size):
            yield f"tableSize {size} is no prime", ("maglev", "tableSize")


def _is_prime(number: int) -> bool:
    """Whether Envoy takes it for a prime: 1 is one to it."""
    return number > 0 and all(number % factor for factor in range(2, isqrt(number) + 1))


RULE = ObjectRule(CODE, frozenset({mesh_objects.DESTINATION_RULE}), find)
