"""Objects of Gateway API as an API server stores them, for istiod reads no others.

Owns the defaults, which are those of the definitions of their kinds, and that every Gateway is one of Istio's. Must not
know what is routed.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from conformance import upstream
from gitramp import body

Body = Mapping[str, Any]
CLASS = "istio"
"""The class of Gateways that istiod serves; others are asked as if they were of it."""


def stored(found: Body) -> Body:
    """Return an object with what is not said in it."""
    group, _, version = found["apiVersion"].partition("/")
    full = _defaulted(found, _schemas().get((group, version, found["kind"]), {}))
    return {**full, "spec": {**full["spec"], "gatewayClassName": CLASS}} if full["kind"] == "Gateway" else full


@functools.cache
def _schemas() -> Mapping[tuple[str, str, str], Any]:
    return {
        (each["spec"]["group"], version["name"], each["spec"]["names"]["kind"]): version["schema"]["openAPIV3Schema"]
        for each in upstream.definitions("sigs.k8s.io/gateway-api")
        for version in each["spec"]["versions"]
    }


def _defaulted(value: Any, schema: Any) -> Any:
    """Return a value with the defaults of its schema: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting."""
    if isinstance(value, list):
        return [_defaulted(each, body.mapping(schema, "items")) for each in value]
    if not isinstance(value, Mapping):
        return value
    known = body.mapping(schema, "properties")
    missing = {name: each["default"] for name, each in known.items() if name not in value and "default" in each}
    return {name: _defaulted(each, known.get(name, {})) for name, each in {**value, **missing}.items()}
