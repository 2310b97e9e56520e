"""Delivery by Flux: a GitRepository, a Kustomization for each stage, and Istio's charts as HelmReleases.

Owns how stages share one folder and wait for each other. Must not know which kind belongs to which stage, nor charts'
values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from gitramp.expand import kinds
from gitramp.expand.delivery_istio import Chart, charts, namespaces
from gitramp.expand.delivery_order import STAGES, stages_of
from gitramp.model import Delivery, Environment, Flux, IstioInstallation
from gitramp.pointer import Pointer
from gitramp.resource import GroupVersionKind, Manifest, traced
from gitramp.workspace import DELIVERY, ISTIO, folder_of

_CHARTS = "istio"
_MESH = "istio"
_RETRY = {"strategy": {"name": "RetryOnFailure", "retryInterval": "1m"}}
# Names do not count: the target says what goes.
_DELETE = "$patch: delete\napiVersion: v1\nkind: Any\nmetadata:\n  name: any\n"


def delivery(environment: Environment, said: Delivery, flux: Flux, rendered: Sequence[Manifest]) -> Iterator[Manifest]:
    """Yield what Flux needs for an environment with these objects."""
    yield _repository(environment, said, flux)
    before = ""
    if said.istio is not None:
        yield from _istio(environment, said, flux, said.istio)
        before = environment.delivered_as(_MESH)
    present = {m.id.gvk.kind for m in rendered}
    stages = stages_of(present)
    for number, name in STAGES.items():
        if stages[number] & present:
            others = frozenset().union(*(there for other, there in stages.items() if other != number))
            yield _stage(environment, said, flux, (name, before), others)
            before = environment.delivered_as(name)


def _metadata(flux: Flux, name: str) -> dict[str, Any]:
    namespace = traced(flux.namespace, flux.at("namespace"))
    return {"name": name, "namespace": namespace, "labels": dict(kinds.MANAGED)}


def _repository(environment: Environment, said: Delivery, flux: Flux) -> Manifest:
    secret = flux.secret_ref
    spec = {
        "interval": "1m",
        "url": traced(said.repo_url, said.at("repoURL")),
        "ref": {"branch": traced(said.branch, said.at("branch"))},
        **({"secretRef": {"name": traced(secret.secret, secret.at("name"))}} if secret else {}),
    }
    return _beside(
        kinds.GIT_REPOSITORY, {"metadata": _metadata(flux, environment.delivered_as()), "spec": spec}, flux.pointer
    )


def _beside(gvk: GroupVersionKind, tree: dict[str, Any], owner: Pointer) -> Manifest:
    return Manifest.of(gvk, tree, owner, beside=DELIVERY)


def _stage(
    environment: Environment, said: Delivery, flux: Flux, step: tuple[str, str], others: Collection[str]
) -> Manifest:
    """Return the Kustomization of one stage: the environment's whole folder, less the kinds of the other stages.

    All stages read one source, so that Flux also waits until the stage before has applied the same commit. `others`
    are more than what is rendered today: a commit that brings the first object of a kind reaches the stages before
    it reaches their own definitions.
    """
    name, before = step
    spec = _kustomization(environment, said, flux, "", before)
    spec |= {"timeout": "10m", "patches": [{"patch": _DELETE, "target": {"kind": "|".join(sorted(others))}}]}
    tree = {"metadata": _metadata(flux, environment.delivered_as(name)), "spec": spec}
    return _beside(kinds.KUSTOMIZATION, tree, flux.pointer)


def _kustomization(environment: Environment, said: Delivery, flux: Flux, beside: str, before: str) -> dict[str, Any]:
    folder = "/".join(part for part in (".", said.folder, folder_of(environment.name, beside)) if part)
    how = "delivery.folder, then the folder of what is rendered"
    return {
        "interval": traced(flux.interval, flux.at("interval")),
        "retryInterval": "1m",
        "path": traced(folder, said.at("folder"), how=how),
        "prune": traced(said.prune, said.at("prune")),
        # Taking a line out of an overlay must not take what runs out of the cluster.
        "deletionPolicy": "Orphan",
        "wait": True,
        "sourceRef": {"kind": kinds.GIT_REPOSITORY.kind, "name": environment.delivered_as()},
        **({"dependsOn": [{"name": before}]} if before else {}),
        **_account(flux),
    }


def _account(flux: Flux) -> dict[str, Any]:
    name = flux.service_account_name
    return {"serviceAccountName": traced(name, flux.at("serviceAccountName"))} if name else {}


def _istio(environment: Environment, said: Delivery, flux: Flux, istio: IstioInstallation) -> Iterator[Manifest]:
    """Yield a Kustomization that waits for the releases, and in its folder the releases."""
    spec = _kustomization(environment, said, flux, ISTIO, "") | {"timeout": "15m"}
    tree = {"metadata": _metadata(flux, environment.delivered_as(_MESH)), "spec": spec}
    yield _beside(kinds.KUSTOMIZATION, tree, istio.pointer)
    yield from namespaces(environment, istio)
    source = {"interval": "1h", "url": traced(istio.repository, istio.at("repository"))}
    tree = {"metadata": _metadata(flux, _CHARTS), "spec": source}
    yield Manifest.of(kinds.HELM_REPOSITORY, tree, istio.pointer, beside=ISTIO)
    for chart in charts(environment, istio):
        yield _release(flux, istio, chart)


def _release(flux: Flux, istio: IstioInstallation, chart: Chart) -> Manifest:
    spec = {
        "interval": traced(flux.interval, flux.at("interval")),
        "releaseName": chart.release,
        "targetNamespace": chart.namespace,
        "storageNamespace": chart.namespace,
        **({"dependsOn": [{"name": chart.after}]} if chart.after else {}),
        **_account(flux),
        "chart": {
            "spec": {
                "chart": chart.chart,
                "version": traced(istio.version, istio.at("version")),
                "sourceRef": {"kind": kinds.HELM_REPOSITORY.kind, "name": _CHARTS},
            }
        },
        "install": _RETRY,
        "upgrade": _RETRY,
        "driftDetection": {"mode": "enabled"},
        **({"values": chart.values} if chart.values else {}),
    }
    tree = {"metadata": _metadata(flux, chart.release), "spec": spec}
    return Manifest.of(kinds.HELM_RELEASE, tree, istio.pointer, beside=ISTIO)
