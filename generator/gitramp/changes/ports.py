"""The ports on which requests for a host come in, where a change opens, closes or turns one.

Owns where Gateways and Services say them. Must not know who answers.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from gitramp import body, router
from gitramp.changes.state import Compared
from gitramp.resource import Manifest, ManifestSet

Door = tuple[int, str]
"""A port, and how it is spoken to: what is asked there is one question for all doors that stay as they are."""


def ports(compared: Compared, way_in: str, host: str) -> tuple[int, ...]:
    """Return the ports to ask at one way in: 0, which is any, unless they differ."""
    if compared.before is None or compared.after is None:
        return (0,)
    was, is_ = (frozenset(_doors(each.manifests, way_in, host)) for each in (compared.before, compared.after))
    if was == is_ or not was or not is_:
        return (0,)
    return tuple(sorted({port for port, _ in was | is_}))


def is_closed(manifests: ManifestSet, request: router.Request) -> bool:
    """Whether a caller in the mesh asks for a port that the Service does not have."""
    if request.way_in != router.MESH or not request.port:
        return False
    doors = {port for port, _ in _doors(manifests, request.way_in, request.host)}
    return bool(doors) and request.port not in doors


def _doors(manifests: ManifestSet, way_in: str, host: str) -> Iterator[Door]:
    if way_in == router.MESH:
        service = router.service_of(manifests, host)
        for _, port in body.items(service.body, "spec", "ports") if service is not None else ():
            yield body.number(port, "port") or 0, ""
        return
    names = {*router.covering(host)}
    for hosts, door in _gateways(manifests).get(way_in, ()):
        if not names.isdisjoint(hosts):
            yield door


@functools.lru_cache(maxsize=8)
def _gateways(manifests: ManifestSet) -> Mapping[str, Sequence[tuple[frozenset[str], Door]]]:
    """Return the doors of Gateways, each with its hosts: a thousand services are asked one after the other."""
    found = manifests.of_kind("Gateway")
    return {f"{each.id.namespace}/{each.id.name}": tuple(_of_gateway(each)) for each in found}


def _of_gateway(gateway: Manifest) -> Iterator[tuple[frozenset[str], Door]]:
    """Yield Istio's servers and Gateway API's listeners; without a host, one is for all."""
    for _, server in body.items(gateway.body, "spec", "servers"):
        listed = (body.text(server, *at).rpartition("/")[2].lower() for at, _ in body.items(server, "hosts"))
        how = f"{body.text(server, 'port', 'protocol')} {body.field(server, 'tls', 'httpsRedirect')}"
        yield frozenset(listed), (body.number(server, "port", "number") or 0, how)
    for _, listener in body.items(gateway.body, "spec", "listeners"):
        host = body.text(listener, "hostname").lower() or "*"
        yield frozenset({host}), (body.number(listener, "port") or 0, body.text(listener, "protocol"))
