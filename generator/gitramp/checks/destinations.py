"""Where VirtualServices send requests: each destination with its rule, its weight and what it names.

Owns the walk over routes and mirrors. Must not know any rule, nor which hosts there are.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gitramp import body
from gitramp.checks import routes
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet

PROTOCOLS = ("http", "tls", "tcp")


@dataclass(frozen=True, slots=True)
class Destination:
    """A place requests go to; `rule` leads to the route rule, `at` to the destination in it.

    `weight` is None where none is said; `gateways` are the names, in full, that the VirtualService is bound to.
    """

    manifest: Manifest
    rule: Pointer
    at: Pointer
    body: Any
    weight: int | None
    gateways: tuple[str, ...]

    @property
    def host(self) -> str:
        """The host as it is written."""
        return body.text(self.body, "host")

    @property
    def subset(self) -> str:
        """The subset, "" for none."""
        return body.text(self.body, "subset")

    @property
    def port(self) -> int | None:
        """The port, None where none is said."""
        return body.number(self.body, "port", "number")

    @property
    def is_copy(self) -> bool:
        """Whether it gets copies of requests."""
        return self.at[-1] != "destination" or self.at[-3:-2] == ("mirrors",)


@functools.lru_cache(maxsize=4)
def destinations(manifests: ManifestSet) -> tuple[Destination, ...]:
    """Return every destination of every VirtualService, copies included."""
    return tuple(each for found in routes.virtual_services(manifests) for each in _of(found))


@functools.lru_cache(maxsize=4)
def splits(manifests: ManifestSet) -> tuple[tuple[Destination, ...], ...]:
    """Return the destinations of each rule that share its requests: two or more that get some."""
    rules: dict[tuple[int, Pointer], list[Destination]] = {}
    for each in destinations(manifests):
        if not each.is_copy and (each.weight or 0) > 0:
            rules.setdefault((id(each.manifest), each.rule), []).append(each)
    return tuple(tuple(of) for of in rules.values() if len(of) > 1)


def _of(manifest: Manifest) -> Iterator[Destination]:
    bound = tuple(name for _, name in routes.gateway_names(manifest))
    for protocol in PROTOCOLS:
        for rule, found in body.items(manifest.body, "spec", protocol):
            for step in ("route", "mirrors"):
                for at, one in body.items(found, step):
                    said = body.field(one, "destination")
                    yield Destination(
                        manifest, rule, (*rule, *at, "destination"), said, body.number(one, "weight"), bound
                    )
            if isinstance(mirror := body.field(found, "mirror"), dict):
                yield Destination(manifest, rule, (*rule, "mirror"), mirror, None, bound)
