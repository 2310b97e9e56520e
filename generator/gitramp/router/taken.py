"""What a VirtualService's rule does with a request that it takes.

Owns shares, redirects and rewrites. Must not know how the rule was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from gitramp import body
from gitramp.pointer import Pointer
from gitramp.resource import Manifest, ManifestSet
from gitramp.router.answer import Answer, Share
from gitramp.router.request import Request
from gitramp.router.services import service_of, track_of


class Rule(NamedTuple):
    """A rule that takes a request, and the entry of its match that fitted."""

    manifest: Manifest
    at: Pointer
    body: Any
    entry: Pointer | None


def taken(manifests: ManifestSet, rule: Rule, request: Request) -> Answer:
    """Say what the rule does: who answers, or what the proxy answers by itself."""
    answer = Answer(rule.manifest, rule.at, body.text(rule.body, "name"), rule.entry)
    if redirect := body.mapping(rule.body, "redirect"):
        status = body.number(redirect, "redirectCode") or 301
        to = (body.text(redirect, "scheme"), body.text(redirect, "authority"), body.number(redirect, "port"))
        return answer.redirected(status, request.elsewhere(*to, body.text(redirect, "uri")))
    if response := body.mapping(rule.body, "directResponse"):
        return replace(answer, status=body.number(response, "status") or 0, says="the proxy's own answer")
    return replace(answer, shares=tuple(_shares(manifests, rule)), path=_rewritten(rule, request))


def _shares(manifests: ManifestSet, rule: Rule) -> Iterator[Share]:
    destinations = list(body.items(rule.body, "route"))
    weights = [body.number(destination, "weight") or 0 for _, destination in destinations]
    total = sum(weights)
    for (at, destination), weight in zip(destinations, weights, strict=True):
        host = body.text(destination, "destination", "host")
        service = service_of(manifests, host, rule.manifest.id.namespace)
        probability = Fraction(weight, total) if total and len(destinations) > 1 else Fraction(1, len(destinations))
        if probability:
            port = body.number(destination, "destination", "port", "number")
            yield Share(host, port, track_of(service) if service else "", probability, (*rule.at, *at))


def _rewritten(rule: Rule, request: Request) -> str:
    """Return the path that the track sees: https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite."""
    regex = body.mapping(rule.body, "rewrite", "uriRegexRewrite")
    if regex:
        return re.sub(body.text(regex, "match"), body.text(regex, "rewrite"), request.path)
    target = body.text(rule.body, "rewrite", "uri")
    if not target:
        return request.path
    prefix = body.text(rule.manifest.body, *rule.entry, "uri", "prefix") if rule.entry else ""
    return target + request.path[len(prefix) :] if prefix else target  # the rule fits, in other letters perhaps
