"""What can go wrong between two states although both are right: GR550 to GR557.

Owns the texts. Must not know how a hole is found.
"""

from __future__ import annotations

from gitramp.problem import Code, Severity

_SPLIT = (
    "make it two commits (on a branch two pull requests), and let the first one settle before the second; "
    "`gitramp plan` shows them"
)

ROUTE_FIRST = Code(
    "GR550",
    "a route that may come before its destination",
    "Objects of one commit are applied in no order but the one that the controller promises. Until the destination has "
    "pods, requests on such a route are answered 503.",
    _SPLIT,
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes",
)
ROUTE_LAST = Code(
    "GR551",
    "a destination that may go before its route",
    "Objects of one commit are applied and deleted in no order but the one that the controller promises. While the "
    "route still leads to what is gone, requests are answered 503.",
    "take the traffic away in one commit and remove the destination in the next; `gitramp plan` shows them",
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes",
)
APART = Code(
    "GR552",
    "a Service and its pods that change apart",
    "A Service and the pods behind it are two objects. When both change so that the old one does not fit the new one, "
    "there is a moment at which nothing is behind the address, whichever comes first.",
    "bring the new pods or port beside the old ones in one commit, and take the old ones away in the next",
    source="https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service",
)
NO_WAY_IN = Code(
    "GR553",
    "a host that may have no way in for a while",
    "A host that moves from one route, Gateway or Service to another is taken from the first and given to the second "
    "in no order but the one that the controller promises. In between, requests are answered 404 or 503.",
    "let both have the host for one commit, or move it with the route that has it",
    source="https://istio.io/latest/docs/ops/best-practices/traffic-management/#avoid-503-errors-while-reconfiguring-service-routes",
)
REFUSED = Code(
    "GR554",
    "a call that may be refused for a while",
    "A policy comes after the pods that need it, or goes before the route has left them. In between, calls that are "
    "let through before and after are refused.",
    _SPLIT,
    source="https://istio.io/latest/docs/reference/config/security/authorization-policy/",
)
UNKNOWN = Code(
    "GR555",
    "a caller that may not know its destination for a while",
    "A sidecar that a Sidecar object narrows reaches nothing that the object does not list, so what a route names must "
    "be listed before the route names it, and as long as it does.",
    _SPLIT,
    source="https://istio.io/latest/docs/reference/config/networking/sidecar/",
)
CONFIG_FIRST = Code(
    "GR556",
    "config that may go before the pods that need it",
    "A pod of the old version that starts again after its ConfigMap, Secret or ServiceAccount is gone, does not start.",
    "remove it in the commit after the one that makes the pods do without it",
    severity=Severity.WARNING,
    source="https://kubernetes.io/docs/concepts/configuration/configmap/",
)
POLICIES_APART = Code(
    "GR557",
    "policies that refuse before others allow",
    "What refuses everybody and what lets callers in are two objects. When both are new, calls are refused for as long "
    "as the controller takes from the first to the second.",
    "name the `callers` of each service in one commit, and turn `trust.defaultDeny` on in the next",
    severity=Severity.WARNING,
    source="https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns",
)

EVERY = (ROUTE_FIRST, ROUTE_LAST, APART, NO_WAY_IN, REFUSED, UNKNOWN, CONFIG_FIRST, POLICIES_APART)
