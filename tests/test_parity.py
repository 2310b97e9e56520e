"""Environments are compared by what they mean, whichever layer says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitramp.overlays import snapshot
from gitramp.parity import differences
from gitramp.pipeline import build, compare
from gitramp.problem import UsageError
from gitramp.source import Snapshot, Values
from gitramp.workspace import Workspace

ROOT = Path(__file__).parents[1]
HEAD = "apiVersion: gitramp/v1alpha1\nkind: Environment\n"
SERVICE = '  search:\n    port: 8080\n    tracks: {v1: {image: "ghcr.io/acme/search:1.4.2"}}\n'


def values(here: str, there: str) -> tuple[Values, Values]:
    files = {
        f"environments/{name}.yaml": f"{HEAD}services:\n{SERVICE}{text}".encode()
        for name, text in (("a", here), ("b", there))
    }
    one, other = build(Snapshot(files))
    return one.values, other.values


def paths(here: str, there: str) -> list[str]:
    return [each.path for each in differences(*values(here, there))]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("", ""),
        ("    replicas: 1\n", ""),
        ("    resources: {}\n    env: {}\n", ""),
        ("trust: {defaultDeny: false}\n", ""),
        ("    env: {A: a, B: b}\n", "    env: {B: b, A: a}\n"),
        ("components: {x: {env: {A: a}}}\n", ""),
        ("policy: {minReplicas: 1}\n", ""),
    ],
)
def test_what_means_the_same_is_no_difference(here: str, there: str) -> None:
    assert paths(here, there) == []


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("    replicas: 2\n", "", ["services.search.replicas"]),
        ("    env: {A: a}\n", "    env: {A: b}\n", ["services.search.env.A"]),
        ("    env: {A: a}\n", "", ["services.search.env.A"]),
        ("    labels: {example.com/team: a}\n", "", ["/services/search/labels/example.com~1team"]),
        ("    hosts: [a.example.com]\n", "    hosts: [b.example.com]\n", ["services.search.hosts.0"]),
        ("    hosts: [a.example.com]\n", "    hosts: [a.example.com, b.example.com]\n", ["services.search.hosts"]),
        ("    jobs: {j: {args: [x]}}\n", "", ["services.search.jobs.j"]),
        ("trust: {defaultDeny: true}\n", "", ["trust.defaultDeny"]),
        ("  cart:\n    port: 1\n    tracks: {v1: {image: 'a:1'}}\n", "", ["services.cart"]),
    ],
)
def test_difference_is_told_once_where_it_is_said(here: str, there: str, expected: list[str]) -> None:
    gateways = "gateways: {public: {selector: {istio: ingressgateway}}}\n"
    assert paths(here + gateways, there + gateways) == expected
    assert paths(there + gateways, here + gateways) == expected


def test_texts_that_may_be_secrets_are_not_shown() -> None:
    hidden = differences(*values("    env: {MODE: hunter2}\n    args: [hunter2]\n", "    args: [hunter3]\n"))
    assert len(hidden) == 2
    assert "hunter" not in str([(each.here.says, each.there.says) for each in hidden])


def test_removal_is_where_a_value_is_not() -> None:
    compared = compare(Workspace(ROOT), "production", "dev")
    (budget,) = [each for each in compared.differences if each.path == "services.search.podDisruptionBudget"]
    assert budget.there.says == "nothing"
    assert budget.there.mark.path == "environments/dev.yaml"


def test_every_difference_of_the_worked_example_is_declared() -> None:
    for one in ("production", "production-eu"):
        compared = compare(Workspace(ROOT), one, "staging")
        assert compared.differences
        assert all(each.declared in compared.reasons for each in compared.differences)
    assert compare(Workspace(ROOT), "staging", "staging").differences == ()


def test_other_environment_need_not_be_in_the_run() -> None:
    taken = snapshot(ROOT)
    changed = taken.files["environments/staging.yaml"] + b"trust: {defaultDeny: false}\n"
    files = {**taken.files, "environments/staging.yaml": changed}
    for names in ((), ["production"]):
        (found,) = [
            f.message for one in build(Snapshot(files), names) if one.name == "production" for f in one.findings
        ]
        assert found == "production and staging differ in trust.defaultDeny: true here, false there"
    broken = {**files, "environments/staging.yaml": b"services: [\n"}
    assert [one.findings for one in build(Snapshot(broken), ["production"])] == [()]


def test_unknown_environment_is_refused() -> None:
    with pytest.raises(UsageError, match="did you mean staging"):
        compare(Workspace(ROOT), "production", "stagin")
