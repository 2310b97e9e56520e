"""Plans: the commits into which an unsafe change is split, each of them proved safe."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import ordering, overlays, splitting
from gitramp.pipeline import Plan, build
from gitramp.pipeline.plan import HEAD, ROUTES, WORKLOADS, split
from gitramp.problem import Severity
from gitramp.source import Snapshot

ROOT = Path(__file__).resolve().parents[1]
ORDERS = Path(__file__).parent / "orders"
OWN = "environments/production.yaml"
Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
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
    "GR554/bad": [ROUTES, HEAD],
    "GR557/bad": [HEAD],
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
    assert (
        f"{TRACKS}    canary:\n      track: v2\n      weight: 0\n      match: null\n" in first.taken.files[OWN].decode()
    )
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
    base = Snapshot(
        {path: content for path, content in head.files.items() if path != "environments/production-eu.yaml"}
    )
    assert [commit.title for commit in split(base, head).commits] == [HEAD]


def test_track_that_is_to_go_keeps_what_it_inherited() -> None:
    before: dict[str, object] = {
        "tracks": {"v1": {}, "v2": {"image": IMAGES["v2"]}},
        "stable": "v1",
        "image": IMAGES["v1"],
    }
    after: dict[str, object] = {
        "tracks": {"v2": {"image": IMAGES["v2"]}},
        "stable": "v2",
        "image": IMAGES["v3"],
        "replicas": 3,
    }
    found = split(written(before, ""), written(after, ""))
    first, _ = found.commits
    (built,) = build(first.taken)
    kept = built.environment.services["search"].tracks["v1"]
    assert (kept.image.text, kept.replicas) == (IMAGES["v1"], 1)


def test_overrides_lead_from_one_tree_to_the_other() -> None:
    have = {"a": {"b": 1, "c": [1]}, "d": 2}
    want = {"a": {"b": 1, "c": [2], "e": {"f": 1}}}
    said = {override.path: override.value for override in splitting.overrides(have, want)}
    assert said == {("d",): None, ("a", "c"): [2], ("a", "e"): {"f": 1}}


def commit_all(workspace: Path) -> None:
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments], cwd=workspace, check=True
        )


@pytest.fixture
def edited_example(example: Path) -> Path:
    """Return the worked example with a canary for dev in one uncommitted edit."""
    commit_all(example)
    overlay = example / "environments" / "dev.yaml"
    canary = f"{TRACKS}    canary: {{track: v2, weight: 10}}\n  catalog:"
    overlay.write_text(overlay.read_text().replace("  catalog:", canary, 1))
    return example


def test_plan_offers_two_commits(edited_example: Path, gitramp: Gitramp) -> None:
    done = gitramp("plan", cwd=edited_example)
    assert done.returncode == 1
    assert "error GR550 the route to search.services-v2 may be applied before its Service" in done.stdout
    assert "2 commits, each of which is safe in any order" in done.stdout
    assert "+    canary: {track: v2, weight: 0}\n" in done.stdout
    assert "-    canary: {track: v2, weight: 0}\n+    canary: {track: v2, weight: 10}\n" in done.stdout


def test_gate_refuses_what_plan_splits(edited_example: Path, gitramp: Gitramp) -> None:
    done = gitramp("validate", "--no-drift", cwd=edited_example)
    assert done.returncode == 1
    assert "error GR550 the route to search.services-v2 may be applied before its Service" in done.stdout
    assert gitramp("validate", "--no-drift", "--no-steps", cwd=edited_example).returncode == 0


def test_plan_begins_at_a_revision(edited_example: Path, gitramp: Gitramp) -> None:
    commit_all(edited_example)
    assert gitramp("plan", "--against", "HEAD", cwd=edited_example).returncode == 0
    assert gitramp("plan", "--against", "HEAD~1", cwd=edited_example).returncode == 1
    assert gitramp("plan", "--against", "nothing", cwd=edited_example).returncode == 4


def test_plan_of_nothing_is_one_commit(example: Path, gitramp: Gitramp) -> None:
    commit_all(example)
    done = gitramp("plan", cwd=example)
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "One commit is safe")


def test_written_commits_can_be_made_one_after_the_other(
    edited_example: Path, gitramp: Gitramp, tmp_path: Path
) -> None:
    target = tmp_path / "commits"
    wanted = (edited_example / "environments" / "dev.yaml").read_text()
    assert gitramp("plan", "--write", str(target), cwd=edited_example).returncode == 1
    for number in ("1", "2"):
        shutil.copytree(target / number, edited_example, dirs_exist_ok=True)
        assert gitramp("plan", "--against", "HEAD", cwd=edited_example).returncode == 0
        assert gitramp("render", cwd=edited_example).returncode == 0
        commit_all(edited_example)
    assert (edited_example / "environments" / "dev.yaml").read_text() == wanted
    assert gitramp("plan", "--against", "HEAD", "--write", str(target), cwd=edited_example).returncode == 0


def test_written_commits_overwrite_nothing(edited_example: Path, gitramp: Gitramp) -> None:
    done = gitramp("plan", "--write", "rendered", cwd=edited_example)
    assert done.returncode == 2
    assert "rendered is there already and not an empty folder" in done.stderr


def test_plan_without_a_safe_way_says_what_to_do(example: Path, gitramp: Gitramp) -> None:
    commit_all(example)
    overlay = example / "environments" / "dev.yaml"
    overlay.write_text(overlay.read_text().replace("  search:\n", "  search:\n    protocol: grpc\n"))
    done = gitramp("plan", "-e", "dev", cwd=example)
    assert done.returncode == 1
    assert "error GR552 search.services-v1 may be without pods for a while" in done.stdout
    assert "No split into commits was found" in done.stdout


def test_plan_for_programs_is_what_the_schema_says(edited_example: Path, gitramp: Gitramp) -> None:
    done = gitramp("plan", "-o", "json", cwd=edited_example)
    body = json.loads(done.stdout)
    jsonschema.validate(body, json.loads((ROOT / "schemas" / "result.schema.json").read_text()))
    assert [commit["paths"] for commit in body["plan"]["commits"]] == [["environments/dev.yaml"]] * 2
    assert body["plan"]["safe"] is False


def test_plan_says_which_commit_a_rule_of_steps_refuses(example: Path, gitramp: Gitramp) -> None:
    overlay = example / "environments" / "production.yaml"
    shutil.copy(ROOT / "environments" / "production-eu.yaml", example / "environments")
    commit_all(example)
    overlay.write_text(overlay.read_text().replace("weight: 10", "weight: 100"))
    done = gitramp("plan", "-e", "production", cwd=example)
    assert done.returncode == 1, done.stdout
    assert "production-eu too: what extends an environment changes with it." in done.stdout
    assert "One commit is safe" in done.stdout
    assert "   refused by GR510: environments/production.yaml:" in done.stdout


def test_plan_tells_what_is_not_valid_in_an_environment_that_extends_the_named_one(
    example: Path, gitramp: Gitramp
) -> None:
    shutil.copy(ROOT / "environments" / "production-eu.yaml", example / "environments")
    commit_all(example)
    overlay = example / "environments" / "production.yaml"
    text = overlay.read_text()
    overlay.write_text(text[: text.index("    tracks:")] + text[text.index("  catalog:") :])
    done = gitramp("plan", "-e", "production", cwd=example)
    assert done.returncode == 1
    assert "environments/production-eu.yaml" in done.stdout
    assert "commit is safe" not in done.stdout


IMAGES = {track: f"ghcr.io/acme/search:1.{track[1:]}.0" for track in ("v1", "v2", "v3")}
DELIVERY = {
    "": "",
    "argocd": "delivery: {repoURL: https://github.com/acme/shop.git, argocd: {}}\n",
    "flux": "delivery: {repoURL: https://github.com/acme/shop.git, flux: {}}\n",
}


@st.composite
def states(draw: st.DrawFn) -> dict[str, object]:
    """Draw which tracks a service has, who is stable, and what the canary gets."""
    tracks = draw(st.lists(st.sampled_from(sorted(IMAGES)), min_size=1, max_size=3, unique=True))
    stable, *others = draw(st.permutations(tracks))
    service: dict[str, object] = {"tracks": {t: {"image": IMAGES[t]} for t in sorted(tracks)}, "stable": stable}
    if draw(st.booleans()) and others:
        canary: dict[str, object] = {"track": others[0], "weight": draw(st.sampled_from((0, 10, 50, 100)))}
        if canary["weight"] != 100 and draw(st.booleans()):
            canary["match"] = [{"headers": {"x-track": {"exact": "canary"}}}]
        service["canary"] = canary
    return service


def written(service: dict[str, object], delivery: str) -> Snapshot:
    said = {"hosts": ["search.example.com"], "port": 8080, **service}
    head = f"apiVersion: gitramp/v1alpha1\nkind: Environment\n{delivery}"
    gateways = "gateways: {public: {selector: {istio: ingressgateway}}}\n"
    return Snapshot({"environments/dev.yaml": f"{head}{gateways}services:\n  search: {json.dumps(said)}\n".encode()})


@settings(max_examples=30, deadline=None)
@given(states(), states(), st.sampled_from(sorted(DELIVERY)))
def test_whatever_changes_of_tracks_and_traffic_can_be_split(
    before: dict[str, object], after: dict[str, object], controller: str
) -> None:
    base, head = (written(service, DELIVERY[controller]) for service in (before, after))
    found = split(base, head)
    assert 1 <= len(found.commits) <= 3
    assert (len(found.commits) == 1) == (not found.holes.failed)
    check_safe(found)
