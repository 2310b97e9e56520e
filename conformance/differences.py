"""What gitramp refuses and a cluster takes, with the reason.

Owns the list, by code or by fixture. A code that is not in it is expected to be refused by the API server or by
istiod's webhook, and an entry without a difference fails the target. Must not know how anything is asked.
"""

from __future__ import annotations

from collections.abc import Mapping

_LUCK = "the cluster takes it, and it fails, or does what nobody meant, when it runs: "
_OVERLAY = "a fault in the words of the overlay, which objects can no longer show: "
_ADVICE = "advice, and no rule of the cluster: "

CODES: Mapping[str, str] = {
    "GR305": _LUCK + "probes may ask any port",
    "GR307": _ADVICE + "a tag may move",
    "GR308": _ADVICE + "two tracks may share a namespace, which separates nothing then",
    "GR312": _LUCK + "the autoscaler finds no amount to compare with, and says so in its status",
    "GR313": _ADVICE + "root is refused where the namespace asks for it; the sidecar's user is Istio's convention",
    "GR314": _ADVICE + "the controller cuts the names of pods",
    "GR315": _LUCK + "an image reference is text to the API server; the node cannot pull it",
    "GR316": _LUCK + "an eviction waits for ever",
    "GR318": _ADVICE + "the cluster's own namespaces are open to its administrators",
    "GR320": _OVERLAY + "what is expanded names an image",
    "GR322": _LUCK + "the pod is killed before its hooks are done",
    "GR325": _ADVICE + "any text may be a secret",
    "GR326": _OVERLAY + "no object comes of the job",
    "GR328": _OVERLAY + "the key is not rendered",
    "GR330": _OVERLAY + "the file's content cannot be in an object",
    "GR331": _OVERLAY + "nothing is rendered into the namespace, so its limits bound nothing",
    "GR334": _LUCK + "objects are not compared, and the pod waits for the key",
    "GR360": _LUCK + "without injection the names are free; istiod's injector meets them later",
    "GR361": "the second object replaces the first, without a word",
}

FIXTURES: Mapping[str, str] = {
    "GR301/bad": "Kubernetes 1.36 and later take a Service whose name starts with a digit; 1.35, which is supported, "
    "does not",
    "GR301/bad-4": _OVERLAY + "a gateway without hosts is not rendered",
    "GR301/bad-7": _OVERLAY + "nothing is rendered into the namespace of the gateway's pods",
    "GR301/bad-9": _LUCK + "istiod takes host names that end with a dot, and the mesh has no such host",
    "GR301/bad-route": _OVERLAY + "the route's name is free text in a VirtualService",
    "GR302/bad-5": _LUCK + "istiod does not read the keys of a Gateway's selector as labels; it chooses no pod",
    "GR302/bad-6": _LUCK + "istiod does not read the values of a Gateway's selector as labels; it chooses no pod",
    "GR302/bad-17": "Kubernetes 1.36 and later take a Service whose name starts with a digit; 1.35, which is "
    "supported, does not",
    "GR302/bad-stateful-set": _LUCK + "the controller cannot label the pods with a revision of that length",
    "GR306/bad-6": "the API server rounds processors up to a thousandth, so 0.9999 is 1; gitramp compares as written",
    "GR309/bad-5": _LUCK + "istiod takes capital letters, and hosts are compared as they are written",
    "GR309/bad-6": _LUCK + "istiod takes a dot at the end, and no request has it",
    "GR309/bad-11": _ADVICE + "the name is taken for one of the cluster's own",
    "GR309/bad-12": _ADVICE + "istiod takes an address for a name",
    "GR309/bad-address": _ADVICE + "the host is the address of another service in the mesh",
    "GR309/bad-wildcard": _ADVICE + "istiod takes a wildcard over a whole top-level domain",
    "GR310/bad-2": _LUCK + "a disruption budget without a bound is taken, and bounds nothing",
    "GR310/bad-3": _LUCK + "a disruption budget without a bound is taken, and bounds nothing",
    "GR311/bad-2": _LUCK + "/etc/app and /etc/app/ are two paths to the API server, and one to the node",
    "GR317/bad-4": _LUCK + "the names of target ports are not compared with the pods'",
    "GR317/bad-5": _LUCK + "the names of target ports are not compared with the pods'",
    "GR317/bad-6": "the API server reads a target port of 0 as none, that is as the port; gitramp reads as written",
    "GR321/bad": _OVERLAY + "what is expanded says one of them",
    "GR321/bad-2": _OVERLAY + "what is expanded says one of them",
    "GR321/bad-4": _OVERLAY + "what is expanded says one of them",
    "GR321/bad-6": _OVERLAY + "what is expanded says one of them",
    "GR321/bad-8": _OVERLAY + "what is expanded says one of them",
    "GR321/bad-config-file": _OVERLAY + "what is expanded says one of them",
    "GR321/bad-patch": _OVERLAY + "what is expanded says one of them",
    "GR324/bad": _ADVICE + "the label is one by which gitramp finds its objects",
    "GR324/bad-2": _ADVICE + "the annotation is one that gitramp writes",
    "GR324/bad-gateway": _OVERLAY + "a gateway without hosts is not rendered",
    "GR324/bad-namespace": _OVERLAY + "a namespace without workloads is not rendered",
    "GR327/bad-4": _LUCK + "31 February can be written; the job never runs",
    "GR327/bad-9": "the API server overlooks an empty entry between two commas; gitramp takes it for a slip",
    "GR327/bad-10": "a step beyond the range chooses the first of it; gitramp takes it for a slip",
    "GR329/bad-2": _LUCK + "the controller replaces the volume by the claim of its name",
    "GR329/bad-3": _OVERLAY + "the key is not rendered for a Deployment",
    "GR332/bad": "a rollout starts one pod more than the quota has room for; only the wanted number is started here",
    "GR335/bad-service": _LUCK + "a Service that chooses no pods is taken; its callers get 503",
}


def reason(code: str, fixture: str) -> str:
    """Return why a fixture may differ, or nothing."""
    return FIXTURES.get(fixture) or CODES.get(code, "")
