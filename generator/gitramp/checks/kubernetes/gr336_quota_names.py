"""GR336: a quota is of a resource that there is, in an amount that counts it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitramp import body
from gitramp.checks.quantity import read_quantity
from gitramp.checks.rule import Breach, ManifestRule
from gitramp.problem import Code
from gitramp.resource import ManifestSet
from gitramp.source import show

CODE = Code(
    "GR336",
    "a quota that the API server refuses",
    "A quota of something that Kubernetes does not count, or of half an object, is refused as a whole.",
    "write a resource such as requests.cpu, limits.memory, pods or count/jobs.batch, and an amount of it",
    source="https://kubernetes.io/docs/concepts/policy/resource-quotas/",
)
_AMOUNTS = re.compile(
    r"(requests\.|limits\.)?(cpu|memory|ephemeral-storage)|requests\.storage|(requests\.|limits\.)?hugepages-.+"
    r"|.+\.storageclass\.storage\.k8s\.io/requests\.storage"
)
_COUNTED = re.compile(
    "pods|services|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims"
    r"|services\.nodeports|services\.loadbalancers|count/.+|requests\..+/.+"
    r"|.+\.storageclass\.storage\.k8s\.io/persistentvolumeclaims|.+\.deviceclass\.resource\.k8s\.io/devices"
)


def find(manifests: ManifestSet) -> Iterator[Breach]:
    """Yield each bound with a name or an amount that no quota takes."""
    for manifest in manifests.of_kind("ResourceQuota"):
        for name, written in body.mapping(manifest.body, "spec", "hard").items():
            amount, at = read_quantity(written), ("spec", "hard", name)
            if not (_AMOUNTS.fullmatch(name) or _COUNTED.fullmatch(name)):
                yield Breach(f"there is no quota of {show(name)}", at, manifest)
            elif amount is None or amount < 0:
                yield Breach(f"{name} {body.shown(written)} is no amount", at, manifest)
            elif _COUNTED.fullmatch(name) and amount.denominator != 1:
                yield Breach(f"{name} {body.shown(written)} is no whole number", at, manifest)


RULE = ManifestRule(CODE, find)
