"""Plans: the commits into which an unsafe change is split, each of them proved safe."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from gitramp import ordering, overlays, splitting
from gitramp.pipeline import Plan, build
from gitramp.pipeline.plan import HEAD, ROUTES, WORKLOADS, split
from gitramp.problem import Severity
from gitramp.source import Snapshot

ROOT = Path(__file__).resolve().parents[1]
ORDERS = Path(__file__).parent / "orders"
OWN = "environments/production.yaml"
TRACKS = '    tracks:\n      v2: {image: "docker.io/nginxinc/nginx-unprivileged:1.29.4-alpine"}\n'


def planned(fixture: str) -> Plan:
    base, head = (overlays.snapshot(ORDERS / fixture / side) for side in ("base", "head"))
    return split(base, head)


def check_safe(found: Plan) -> None:
    """Each commit is valid for every environment, and the way to it is safe."""
    for before, after in pairwise((found.base, *(commit.taken for commit in found.commits))):
        old = {built.name: built.manifests for built in build(before)}
        for built in build(after, found.environments):
            steps = ordering.find(old[built.name], built.manifests) if built.name in old else ()
            assert [str(code) for code, _ in steps if code.severity is Severity.ERROR] == []


SPLIT = {
    "GR550/bad": [WORKLOADS, HEAD],
    "GR550/bad-match": [WORKLOADS, HEAD],
    "GR550/bad-gateway-api": [WORKLOADS, HEAD],
    "GR550/bad-switch": [WORKLOADS, HEAD],
    "GR550/good": [HEAD],
    "GR550/good-argocd": [HEAD],
    "GR550/good-new-service": [HEAD],
    "GR551/bad": [ROUTES, HEAD],
    "GR551/bad-flux": [ROUTES, HEAD],
    "GR551/bad-port": [],
    "GR551/good-argocd": [HEAD],
    "GR552/bad": [],
    "GR553/bad": [],
    "GR554/bad": [],
    "GR554/bad-calls": [ROUTES, HEAD],
    "GR555/bad": [ROUTES, HEAD],
    "GR556/bad": [HEAD],
    "plan/replaced": [WORKLOADS, ROUTES, HEAD],
}


@pytest.mark.parametrize("fixture", SPLIT)
def test_change_is_split_into_safe_commits(fixture: str) -> None:
    found = planned(fixture)
    assert [commit.title for commit in found.commits] == SPLIT[fixture]
    if found.commits:
        check_safe(found)
        assert found.commits[-1].taken == overlays.snapshot(ORDERS / fixture / "head")


def edited(before: str, after: str) -> Snapshot:
    taken = overlays.snapshot(ROOT)
    text = taken.files[OWN].decode()
    assert before in text
    return Snapshot({**taken.files, OWN: text.replace(before, after).encode()})


def without_canary() -> Snapshot:
    taken = overlays.snapshot(ROOT)
    text = taken.files[OWN].decode()
    own = text[: text.index("    tracks:")] + text[text.index("  catalog:") :]
    eu = taken.files["environments/production-eu.yaml"].replace(b"    canary: {weight: 5}\n", b"")
    return Snapshot({**taken.files, OWN: own.encode(), "environments/production-eu.yaml": eu})


def test_worked_example_takes_its_canary_in_two_commits() -> None:
    found = split(without_canary(), overlays.snapshot(ROOT), ["production"])
    first, last = found.commits
    assert f"{TRACKS}    canary:\n      track: v2\n      weight: 0\n      match: null\n" in first.taken.files[OWN].decode()
    assert last.taken == overlays.snapshot(ROOT)
    check_safe(found)
    (hole,) = found.holes
    assert str(hole.mark) == "environments/production.yaml:14:14"


def test_environment_that_extends_another_is_split_with_it() -> None:
    found = split(without_canary(), overlays.snapshot(ROOT))
    assert b"canary: {weight: 0}" in found.commits[0].taken.files["environments/production-eu.yaml"]
    check_safe(found)


def test_worked_example_loses_its_canary_in_two_commits() -> None:
    found = split(overlays.snapshot(ROOT), without_canary())
    assert [commit.title for commit in found.commits] == [ROUTES, HEAD]
    check_safe(found)


def test_canary_that_grows_needs_one_commit() -> None:
    assert len(split(overlays.snapshot(ROOT), edited("weight: 10", "weight: 25")).commits) == 1


def test_environment_that_is_new_needs_one_commit() -> None:
    head = overlays.snapshot(ROOT)
    base = Snapshot({path: content for path, content in head.files.items() if path != "environments/production-eu.yaml"})
    assert [commit.title for commit in split(base, head).commits] == [HEAD]


def test_overrides_lead_from_one_tree_to_the_other() -> None:
    have = {"a": {"b": 1, "c": [1]}, "d": 2}
    want = {"a": {"b": 1, "c": [2], "e": {"f": 1}}}
    said = {override.path: override.value for override in splitting.overrides(have, want)}
    assert said == {("d",): None, ("a", "c"): [2], ("a", "e"): {"f": 1}}
