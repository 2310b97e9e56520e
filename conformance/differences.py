"""What gitramp refuses and a cluster takes, with the reason.

Owns the list, by code or by fixture. A code that is not in it is expected to be refused by the API server or by
istiod's webhook, and an entry without a difference fails the target. Must not know how anything is asked.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple


class Why(enum.Enum):
    """What the differences have in common; the value is said above their table."""

    LUCK = "It is taken, and fails, or does what nobody meant, when it runs"
    OVERLAY = "It is a fault in the words of the overlay, which the objects can no longer show"
    ADVICE = "It is advice, and no rule of a cluster"
    READING = "It is read in another way, or depends on more than one object at rest"


class Difference(NamedTuple):
    """Why a cluster takes what gitramp refuses."""

    why: Why
    reason: str


CODES: Mapping[str, Difference] = {
    "GR305": Difference(Why.LUCK, "probes may ask any port"),
    "GR307": Difference(Why.ADVICE, "a tag may move"),
    "GR308": Difference(Why.ADVICE, "two tracks may share a namespace, which separates nothing then"),
    "GR312": Difference(Why.LUCK, "the autoscaler finds no amount to compare with, and says so in its status"),
    "GR313": Difference(
        Why.ADVICE, "root is refused where the namespace asks for it; the sidecar's user is Istio's convention"
    ),
    "GR314": Difference(Why.ADVICE, "the controller cuts the names of pods"),
    "GR315": Difference(Why.LUCK, "an image reference is text to the API server; the node cannot pull it"),
    "GR316": Difference(Why.LUCK, "an eviction waits for ever"),
    "GR318": Difference(Why.ADVICE, "the cluster's own namespaces are open to its administrators"),
    "GR320": Difference(Why.OVERLAY, "what is expanded names an image"),
    "GR322": Difference(Why.LUCK, "the pod is killed before its hooks are done"),
    "GR325": Difference(Why.ADVICE, "any text may be a secret"),
    "GR326": Difference(Why.OVERLAY, "no object comes of the job"),
    "GR328": Difference(Why.OVERLAY, "the key is not rendered"),
    "GR330": Difference(Why.OVERLAY, "the file's content cannot be in an object"),
    "GR331": Difference(Why.OVERLAY, "nothing is rendered into the namespace, so its limits bound nothing"),
    "GR334": Difference(Why.LUCK, "objects are not compared, and the pod waits for the key"),
    "GR340": Difference(Why.LUCK, "replicas and the autoscaler undo each other"),
    "GR354": Difference(Why.LUCK, "no port is allocated in a trial run; the second Service is refused in earnest"),
    "GR355": Difference(Why.LUCK, "no port is allocated in a trial run; in earnest one out of the range is refused"),
    "GR356": Difference(Why.LUCK, "a Service that chooses no pods is taken; its callers get 503"),
    "GR358": Difference(Why.LUCK, "autoscalers are not compared; both report AmbiguousSelector and stand still"),
    "GR359": Difference(Why.LUCK, "the target of an autoscaler is looked for when it scales"),
    "GR363": Difference(Why.LUCK, "budgets are not compared; a pod with two cannot be evicted"),
    "GR365": Difference(Why.LUCK, "rules of a direction that is not decided are kept and do nothing"),
    "GR367": Difference(Why.LUCK, "references are followed when the pod starts"),
    "GR368": Difference(Why.LUCK, "the namespace of an object of the whole cluster is dropped, without a word"),
    "GR369": Difference(Why.ADVICE, "somebody else may make the namespace"),
    "GR374": Difference(Why.LUCK, "the kind is not there at all, which the trial calls unknown"),
    "GR379": Difference(Why.LUCK, "the Service of a StatefulSet is looked for by its pods alone"),
    "GR360": Difference(Why.LUCK, "without injection the names are free; istiod's injector meets them later"),
    "GR361": Difference(Why.LUCK, "the second object replaces the first, without a word"),
    "GR906": Difference(
        Why.LUCK, "annotations are free text to the API server, and the webhook sees Istio's kinds alone"
    ),
    "GR907": Difference(Why.LUCK, "the injector, which is not asked here, refuses the pods when they start"),
    "GR939": Difference(Why.ADVICE, "a proxy may be told to verify nobody"),
}

FIXTURES: Mapping[str, Difference] = {
    "GR301/bad": Difference(
        Why.READING,
        "Kubernetes 1.36 and later take a Service whose name starts with a digit; 1.35, which is supported, does not",
    ),
    "GR301/bad-4": Difference(Why.OVERLAY, "a gateway without hosts is not rendered"),
    "GR301/bad-7": Difference(Why.OVERLAY, "nothing is rendered into the namespace of the gateway's pods"),
    "GR301/bad-9": Difference(Why.LUCK, "istiod takes host names that end with a dot, and the mesh has no such host"),
    "GR301/bad-route": Difference(Why.OVERLAY, "the route's name is free text in a VirtualService"),
    "GR302/bad-5": Difference(
        Why.LUCK, "istiod does not read the keys of a Gateway's selector as labels; it chooses no pod"
    ),
    "GR302/bad-6": Difference(
        Why.LUCK, "istiod does not read the values of a Gateway's selector as labels; it chooses no pod"
    ),
    "GR302/bad-17": Difference(
        Why.READING,
        "Kubernetes 1.36 and later take a Service whose name starts with a digit; 1.35, which is supported, does not",
    ),
    "GR302/bad-stateful-set": Difference(
        Why.LUCK, "the controller cannot label the pods with a revision of that length"
    ),
    "GR309/bad-5": Difference(Why.ADVICE, "istiod takes capital letters, which names in DNS do not tell apart"),
    "GR309/bad-6": Difference(Why.LUCK, "istiod takes a dot at the end, which clients do not send"),
    "GR309/bad-11": Difference(Why.ADVICE, "the name is taken for one of the cluster's own"),
    "GR309/bad-12": Difference(Why.ADVICE, "istiod takes an address for a name"),
    "GR309/bad-address": Difference(Why.ADVICE, "the host is the address of another service in the mesh"),
    "GR309/bad-wildcard": Difference(Why.ADVICE, "istiod takes a wildcard over a whole top-level domain"),
    "GR310/bad-2": Difference(Why.LUCK, "a disruption budget without a bound is taken, and bounds nothing"),
    "GR310/bad-3": Difference(Why.LUCK, "a disruption budget without a bound is taken, and bounds nothing"),
    "GR311/bad-2": Difference(Why.LUCK, "/etc/app and /etc/app/ are two paths to the API server, and one to the node"),
    "GR317/bad-4": Difference(Why.LUCK, "the names of target ports are not compared with the pods'"),
    "GR317/bad-5": Difference(Why.LUCK, "the names of target ports are not compared with the pods'"),
    "GR317/bad-6": Difference(
        Why.READING, "the API server reads a target port of 0 as none, that is as the port; gitramp reads as written"
    ),
    "GR321/bad": Difference(Why.OVERLAY, "what is expanded says one of them"),
    "GR321/bad-2": Difference(Why.OVERLAY, "what is expanded says one of them"),
    "GR321/bad-4": Difference(Why.OVERLAY, "what is expanded says one of them"),
    "GR321/bad-6": Difference(Why.OVERLAY, "what is expanded says one of them"),
    "GR321/bad-8": Difference(Why.OVERLAY, "what is expanded says one of them"),
    "GR321/bad-config-file": Difference(Why.OVERLAY, "what is expanded says one of them"),
    "GR321/bad-patch": Difference(Why.OVERLAY, "what is expanded says one of them"),
    "GR324/bad": Difference(Why.ADVICE, "the label is one by which gitramp finds its objects"),
    "GR324/bad-2": Difference(Why.ADVICE, "the annotation is one that gitramp writes"),
    "GR324/bad-gateway": Difference(Why.OVERLAY, "a gateway without hosts is not rendered"),
    "GR324/bad-namespace": Difference(Why.OVERLAY, "a namespace without workloads is not rendered"),
    "GR327/bad-4": Difference(Why.LUCK, "31 February can be written; the job never runs"),
    "GR327/bad-9": Difference(
        Why.READING, "the API server overlooks an empty entry between two commas; gitramp takes it for a slip"
    ),
    "GR327/bad-10": Difference(
        Why.READING, "a step beyond the range chooses the first of it; gitramp takes it for a slip"
    ),
    "GR329/bad-2": Difference(Why.LUCK, "the controller replaces the volume by the claim of its name"),
    "GR329/bad-3": Difference(Why.OVERLAY, "the key is not rendered for a Deployment"),
    "GR332/bad": Difference(
        Why.READING, "a rollout starts one pod more than the quota has room for; only the wanted number is started here"
    ),
    "GR349/bad-finer": Difference(Why.READING, "less than a thousandth of a processor is rounded up to one"),
    "GR363/bad-nobody": Difference(Why.LUCK, "a budget that is for no pod is taken, and bounds nothing"),
    "GR979/bad": Difference(Why.LUCK, "istiod passes over operations that the kind of object does not have"),
    "GR979/bad-2": Difference(Why.LUCK, "istiod passes over operations that the kind of object does not have"),
    "GR335/bad-service": Difference(Why.LUCK, "a Service that chooses no pods is taken; its callers get 503"),
}


def found(code: str, fixture: str) -> Difference | None:
    """Return why a fixture may differ, or nothing."""
    return FIXTURES.get(fixture) or CODES.get(code)
