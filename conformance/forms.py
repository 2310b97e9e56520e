"""All objects by hand that are asked about.

Owns the list. Must not know who is asked.
"""

from __future__ import annotations

from conformance import forms_of_gateway_api as gateway_api
from conformance import forms_of_istio as istio
from conformance.form import Form

ALL = 10_000
"""More requests than any of these asks."""


def forms() -> list[Form]:
    """Return all of them."""
    found = [
        istio.matches(),
        istio.expressions(),
        istio.schemes(),
        istio.rewrites(),
        istio.actions(),
        istio.headers_twice(),
    ]
    found += [istio.hosts_of_gateways(), istio.names_in_the_mesh()]
    return [*found, gateway_api.http_routes(), gateway_api.whole_prefixes(), gateway_api.listeners()]
