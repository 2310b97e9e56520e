"""Patterns mean what they say, and no layer loosens a policy unnoticed."""

from __future__ import annotations

import fnmatch
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import checks, patterns
from gitramp.checks import image
from gitramp.model import Claimants, Policy, RequiredLabels, key_info
from gitramp.overlays import snapshot
from gitramp.pipeline import build
from gitramp.pointer import Pointer
from gitramp.problem import Finding, InputRejected
from gitramp.source import Snapshot
from gitramp.weakening import _TIGHTER
from odd_objects import SPOTS, TREES, whole, with_odd

TEXTS = st.text(alphabet="ab.-", max_size=8)
PATTERNS = st.text(alphabet="ab.-*", max_size=6)


@given(PATTERNS, TEXTS)
def test_star_stands_for_any_text(pattern: str, text: str) -> None:
    assert patterns.fits(pattern, text) == fnmatch.fnmatchcase(text, pattern)


@given(PATTERNS, PATTERNS, st.lists(TEXTS, max_size=4))
def test_what_fits_a_narrower_pattern_fits_the_wider(wide: str, narrow: str, fill: list[str]) -> None:
    if patterns.fits(wide, narrow):
        parts = narrow.split("*")
        texts = (*fill, *[""] * len(parts))
        text = parts[0] + "".join(texts[i] + part for i, part in enumerate(parts[1:]))
        assert patterns.fits(wide, text)


def test_pattern_of_many_stars_is_quick() -> None:
    assert not patterns.fits("*a" * 200 + "b", "a" * 5000)


@pytest.mark.parametrize(
    ("allowed", "repository", "verdict"),
    [
        ("ghcr.io/acme", "ghcr.io/acme/search", True),
        ("ghcr.io/acme/", "ghcr.io/acme/search", True),
        ("ghcr.io/acme", "ghcr.io/acme", True),
        ("ghcr.io/acme", "ghcr.io/acmex/search", False),
        ("ghcr.io", "ghcr.io.example.com/search", False),
        ("docker.io/library", "nginx", True),
        ("docker.io/library", "docker.io/nginx", True),
        ("docker.io/library", "acme/nginx", False),
        ("docker.io/acme", "acme/nginx", True),
        ("localhost:5000", "localhost:5000/nginx", True),
        ("*.example.com/acme", "eu.registry.example.com/acme/x", True),
        ("*.example.com/acme", "example.com/acme/x", False),
    ],
)
def test_registry_stands_for_what_is_beneath(allowed: str, repository: str, verdict: bool) -> None:
    assert patterns.beneath(allowed, image.in_full(repository)) == verdict


BASE = """\
apiVersion: gitramp/v1alpha1
kind: {kind}
services: {{search: {{port: 8080, replicas: 9, labels: {{team: shop}}, tracks: {{v1: {{image: "ghcr.io/acme/s:1"}}}}}}}}
"""


def weakened(*policies: str) -> list[str]:
    """Return what is refused of policies, the lowest layer first, in a chain of overlays."""
    files = {}
    for position, policy in enumerate(policies):
        last = position == len(policies) - 1
        text = BASE.format(kind="Environment" if last else "Layer")
        text += f"extends: l{position - 1}\n" if position else ""
        files[f"environments/l{position}.yaml"] = f"{text}policy: {policy}\n".encode()
    try:
        found: list[Finding] = [f for one in build(Snapshot(files)) for f in one.findings]
    except InputRejected as rejected:
        found = list(rejected.report)
    return [f"{f.mark.path[13:15] if f.mark else ''} {f.message}" for f in found if f.code.number == "GR167"]


def test_layer_in_the_middle_is_held_to_what_is_beneath_it() -> None:
    assert weakened("{minReplicas: 3}", "{}", "{minReplicas: 2}") == [
        "l2 policy.minReplicas is no longer 3, as a layer beneath demands"
    ]
    assert weakened("{minReplicas: 2}", "{minReplicas: 4}", "{minReplicas: 3}") != []
    assert weakened("{minReplicas: 2}", "{minReplicas: 1}", "{minReplicas: 1}") == [
        "l1 policy.minReplicas is no longer 2, as a layer beneath demands"
    ]


def test_layer_opens_its_own_demands_only() -> None:
    opened, demanding, looser = (
        "{overridable: [severity, minReplicas]}",
        "{minReplicas: 3}",
        "{severity: {GR166: info}}",
    )
    assert weakened(opened, demanding, looser) == [
        "l2 policy.severity.GR166 is no longer error, as a layer beneath demands"
    ]
    assert weakened(opened, demanding, "{minReplicas: 2}") != []
    assert weakened("{minReplicas: 2, overridable: [severity]}", "{overridable: [severity]}", looser) == []


@pytest.mark.parametrize(
    ("beneath", "above"),
    [
        ("{minReplicas: 2, overridable: [minReplicas]}", "{minReplicas: 1}"),
        ("{minReplicas: 2}", "{overridable: [severity.GR307]}"),
        ("{severity: {GR307: error}, overridable: [severity.GR307]}", "{severity: {GR307: info}}"),
        ("{severity: {GR307: error}, overridable: [severity]}", "{severity: null}"),
        ("{severity: {GR307: warning}}", "{severity: {GR307: error, GR340: info}}"),
        ("{registries: [ghcr.io/acme, quay.io]}", "{registries: [quay.io/acme]}"),
        ("{hosts: {'*.a.com': {services: [search]}}}", "{hosts: {'*.a.com': {services: [search]}}}"),
        ("{labels: {workloads: {team: '*'}}}", "{labels: {workloads: {team: 'shop*', app: '*'}}}"),
        ("{forbiddenKinds: {Secret: no secrets here}}", "{forbiddenKinds: {Secret: still none, Role: none}}"),
        ("{noExceptions: [GR160]}", "{noExceptions: [GR161, GR160]}"),
        ("{digest: optional}", "{digest: optional}"),
        ("{overridable: [digest, minReplicas], minReplicas: 2}", "{overridable: [minReplicas], registries: [ghcr.io]}"),
    ],
)
def test_what_is_tighter_or_overridable_is_welcome(beneath: str, above: str) -> None:
    assert weakened(beneath, above) == []


@pytest.mark.parametrize(
    ("beneath", "above"),
    [
        ("{minReplicas: 2}", "null"),
        ("{minReplicas: 2}", "{minReplicas: null}"),
        ("{minReplicas: 2, overridable: [registries]}", "{minReplicas: 1}"),
        ("{minReplicas: 2}", "{overridable: [minReplicas]}"),
        ("{severity: {GR307: error}}", "{severity: {GR307: null}}"),
        ("{severity: {GR307: error}}", "{severity: null}"),
        ("{minReplicas: 2}", "{severity: {GR166: info}}"),
        ("{minReplicas: 2}", "{severity: {GR167: info}}"),
        ("{minReplicas: 2}", "{overridable: [severity]}"),
        ("{minReplicas: 2}", "{overridable: [severity.GR166]}"),
        ("{registries: [ghcr.io/acme]}", "{registries: []}"),
        ("{registries: [ghcr.io/acme]}", "{registries: [ghcr.io/acme, quay.io]}"),
        ("{namespaces: ['services-*']}", "{namespaces: ['services*']}"),
        ("{hosts: {'*.a.com': {services: [search]}}}", "{hosts: {'*.a.com': {services: null}}}"),
        ("{hosts: {'*.a.com': {services: [search]}}}", "{hosts: {'*.a.com': {labels: {team: web}}}}"),
        ("{hosts: {'*.a.com': {services: [search]}}}", "{hosts: {'b.a.com': {}}}"),
        ("{labels: {workloads: {team: 'shop*'}}}", "{labels: {workloads: {team: '*'}}}"),
        ("{labels: {workloads: {team: 'shop*'}}}", "{labels: {workloads: null}}"),
        ("{forbiddenKinds: {Secret: no secrets here}}", "{forbiddenKinds: {Secret: null}}"),
        ("{noExceptions: [GR160]}", "{noExceptions: [GR161]}"),
        ("{digest: required}", "{digest: optional}"),
    ],
)
def test_what_is_looser_is_told_at_the_layer_that_loosens(beneath: str, above: str) -> None:
    (found,) = weakened(beneath, above)
    assert found.startswith("l1 policy")


def test_every_way_of_being_tighter_is_known() -> None:
    assert {info.keywords.get("x-tighter", "") for info in key_info(Policy)} <= _TIGHTER.keys()


POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "minReplicas": st.integers(0, 3) | st.none(),
        "digest": st.sampled_from(["required", "optional", None]),
        "registries": st.lists(st.sampled_from(["ghcr.io", "ghcr.io/acme", "quay.io"]), max_size=2, unique=True),
    },
)
IMAGES = [f"{name}{digest}" for name in ("ghcr.io/acme/s:1", "quay.io/s:1") for digest in ("", f"@sha256:{'0' * 64}")]


def refused(image_: str, replicas: int, *policies: dict[str, Any]) -> set[str]:
    files = {}
    for position, policy in enumerate(policies):
        kind = "Environment" if position == len(policies) - 1 else "Layer"
        extends = f"extends: l{position - 1}\n" if position else ""
        service = f'{{port: 8080, replicas: {replicas}, tracks: {{v1: {{image: "{image_}"}}}}}}'
        text = (
            f"apiVersion: gitramp/v1alpha1\nkind: {kind}\n{extends}services: {{search: {service}}}\npolicy: {policy}\n"
        )
        files[f"environments/l{position}.yaml"] = text.replace("None", "null").encode()
    try:
        return {f.code.number for one in build(Snapshot(files)) for f in one.findings}
    except InputRejected as rejected:
        return {f.code.number for f in rejected.report}


@settings(max_examples=60, deadline=None)
@given(POLICIES, POLICIES, st.sampled_from(IMAGES), st.integers(1, 3))
def test_what_a_layer_beneath_refuses_passes_above_only_when_a_loosening_is_told(
    beneath: dict[str, Any], above: dict[str, Any], image_: str, replicas: int
) -> None:
    strict, both = refused(image_, replicas, beneath), refused(image_, replicas, beneath, above)
    assert strict <= both or "GR167" in both


EVERYTHING = Policy(
    registries=("ghcr.io/acme",),
    digest="required",
    labels=RequiredLabels(workloads={"team": "a*"}, namespaces={"team": "*"}),
    forbidden_kinds={"*.rbac.authorization.k8s.io": "none", "Service": "none"},
    namespaces=("services*",),
    hosts={"*.a.com": Claimants(services=("search",)), "b.com": Claimants(labels={"team": "a"}), "c.com": Claimants()},
    min_replicas=3,
)
DEMANDING = replace(build(snapshot(Path(__file__).parents[1]), ["production"])[0].environment, policy=EVERYTHING)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(SPOTS, TREES), min_size=1, max_size=4, unique_by=lambda drawn: drawn[0][0]))
def test_policies_raise_on_nothing(drawn: list[tuple[tuple[int, Pointer], Any]]) -> None:
    made = with_odd(whole(), drawn)
    for code, breach in checks.check_policy(DEMANDING, made):
        assert code.family == "policy"
        assert breach.message
        assert breach.related, "a finding of a policy points at the policy too"
