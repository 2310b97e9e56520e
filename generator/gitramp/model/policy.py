"""What an environment or the layers beneath it demand of everything that is rendered, and how findings are rated.

Owns the vocabulary of policy: data, no language of its own. `x_tighter` says how a layer above may change what a layer
beneath says (`gitramp.weakening` lists the ways); without it, entries may be added and nothing else. Must not know the
rules that read it, nor any finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gitramp.model.key import Named, Placed, key
from gitramp.model.step_policy import StepPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredLabels(Placed):
    """Labels that must be there; each with a pattern of the values that are allowed, `*` for any."""

    workloads: Mapping[str, str] = key(
        "Labels on the pods of every workload.", example={"team": "*"}, default={}, x_tighter="beneath"
    )
    namespaces: Mapping[str, str] = key(
        "Labels on every namespace.", example={"cost-centre": "cc-*"}, default={}, x_tighter="beneath"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimants(Named):
    """Who may offer a host from outside: any of those named, everybody when nobody is."""

    services: tuple[str, ...] = key(
        "Names of services; patterns with `*`.", example=["search", "checkout"], default=(), uniqueItems=True
    )
    namespaces: tuple[str, ...] = key(
        "Namespaces of objects of one's own that offer the host; patterns with `*`.",
        example=["shop-*"],
        default=(),
        uniqueItems=True,
    )
    labels: Mapping[str, str] = key(
        "Labels, all of which the service or the object of one's own carries, each with a pattern of its value.",
        example={"team": "shop"},
        default={},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(StepPolicy):
    """What everything that is rendered must keep to, patches and `manifests` included."""

    registries: tuple[str, ...] = key(
        "Where images may come from: a registry or a path in one, with all that is beneath it. Unless said, anywhere.",
        example=["ghcr.io/acme", "docker.io/library"],
        default=(),
        uniqueItems=True,
        x_tighter="beneath",
    )
    digest: Literal["required", "optional"] = key(
        "Whether an image must be pinned by its digest.", example="required", default="optional", x_tighter="required"
    )
    labels: RequiredLabels = key(
        "Labels that must be there.", example={"workloads": {"team": "*"}}, default=RequiredLabels()
    )
    forbidden_kinds: Mapping[str, str] = key(
        "Kinds that may not be rendered, as kind.group or kind alone for the core group, patterns with `*`; each with "
        "the reason.",
        example={"EnvoyFilter.networking.istio.io": "breaks at upgrades; ask the platform team"},
        default={},
        x_tighter="any",
    )
    namespaces: tuple[str, ...] = key(
        "Namespaces that objects may be in; patterns with `*`. Unless said, any.",
        example=["services", "services-*"],
        default=(),
        uniqueItems=True,
        x_tighter="beneath",
    )
    hosts: Mapping[str, Claimants] = key(
        "Host or `*.domain` -> who may offer it from outside; the longest that fits a host counts. Once one is said, "
        "a host that fits none is nobody's. Unless said, any host is anybody's.",
        example={"*.shop.example.com": {"services": ["search", "checkout"]}},
        default={},
        x_tighter="never",
    )
    min_replicas: int = key(
        "The fewest pods of every Deployment and StatefulSet; an autoscaler's own minimum counts where there is one.",
        example=2,
        default=0,
        minimum=0,
        x_tighter="larger",
    )
    severity: Mapping[str, Literal["error", "warning", "info"]] = key(
        "Code -> how bad its findings are. What stops an environment from being rendered stays an error.",
        example={"GR412": "warning"},
        default={},
    )
    no_exceptions: tuple[str, ...] = key(
        "Codes that no comment may allow.",
        example=["GR160", "GR325"],
        default=(),
        uniqueItems=True,
        x_tighter="longer",
    )
    overridable: tuple[str, ...] = key(
        "Keys of `policy` that layers above may loosen or remove; one entry of a key as `severity.GR412`.",
        example=["minReplicas", "severity.GR307"],
        default=(),
        uniqueItems=True,
    )
