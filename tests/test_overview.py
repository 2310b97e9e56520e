"""What is brought together of a workspace: who answers whom, where canaries stand, and what is wrong where."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import process
from branches import HOUR, MINUTE, NOON, OVERLAY, Branch
from gitramp import overlays, router
from gitramp.overview import Overview, ServiceSeen, overview
from gitramp.pipeline import build
from gitramp.problem import UsageError
from gitramp.ramps.ahead import State
from gitramp.report.page import overview_page
from gitramp.router import MESH
from gitramp.workspace import Workspace

pytestmark = pytest.mark.usefixtures("identity")

ROOT = Path(__file__).resolve().parents[1]
BOTH = OVERLAY.replace("weight: 1", "weight: 5")


def seen(found: Overview, environment: str, service: str) -> ServiceSeen:
    (whole,) = (each for each in found.environments if each.name == environment)
    return next(each for each in whole.services if each.service.name == service)


def flows(of: ServiceSeen) -> list[tuple[list[str], list[tuple[str, dict[str, str]]]]]:
    return [
        (
            [f"{way.host} {way.where}" for way in flow.ways],
            [(" | ".join(rule.words), {t: str(share) for t, share in rule.outcome.shares}) for rule in flow.rules],
        )
        for flow in of.flows
    ]


def test_worked_example(tmp_path: Path) -> None:
    for folder in ("environments", "rendered"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    found = overview(Workspace(tmp_path))
    assert [each.name for each in found.environments] == ["dev", "production", "production-eu", "staging"]
    assert all(each.drift == () and not each.findings and each.tests for each in found.environments)
    assert (found.commit, found.edited, found.report.findings) == (None, False, ())
    search = seen(found, "production", "search")
    assert flows(search) == [
        (
            ["search.local at services/public", "search.services in the mesh"],
            [("x-track=canary | cookie access=v2", {"v2": "1"}), ("no match", {"v1": "9/10", "v2": "1/10"})],
        )
    ]
    assert [(t.name, t.role, t.namespace, t.mutual_tls, t.pods) for t in search.tracks] == [
        ("v1", "stable", "services-v1", "STRICT", "3"),
        ("v2", "canary", "services-v2", "STRICT", "3"),
    ]
    assert seen(found, "dev", "catalog").picture == seen(found, "dev", "catalog").picture
    assert {(each.one, each.other) for each in found.parities} == {
        ("production", "staging"),
        ("production-eu", "staging"),
    }


@pytest.mark.parametrize("folder", ["examples/ambient", "tests/cases/ports"])
def test_every_way_in_is_answered_as_the_router_says(folder: str) -> None:
    (built,) = build(overlays.snapshot(ROOT / folder))
    (whole,) = overview(Workspace(ROOT / folder)).environments
    asked = 0
    for each in whole.services:
        assert each.flows
        for flow in each.flows:
            for way in flow.ways:
                way_in = MESH if way.inside else way.where.removeprefix("at ")
                answer = router.answer(built.manifests, router.Request(way.host, way_in=way_in))
                told = flow.rules[-1].outcome
                assert {share.track: share.probability for share in answer.shares} == dict(told.shares)
                asked += 1
    assert asked >= 2


def test_without_a_mesh_callers_inside_get_stable_and_nobody_demands_tls() -> None:
    (whole,) = overview(Workspace(ROOT / "examples" / "gateway-api")).environments
    (web,) = whole.services
    edge, inside = web.flows
    assert edge.rules[0].outcome.status == 301
    assert [(way.where, way.via) for way in (*edge.ways, *inside.ways)] == [
        ("at edge/public", "HTTPS 443"),
        ("in the cluster", ""),
    ]
    assert {track.mutual_tls for track in web.tracks} == {"none"}


def test_history_tells_since_when_and_what_comes_next(branch: Branch) -> None:
    branch.write(OVERLAY)
    branch.commit("start", NOON)
    branch.write(BOTH)
    branch.commit("grow", NOON + HOUR)
    (whole,) = overview(Workspace(branch.folder)).environments
    standing = whole.services[0].standing
    assert standing is not None
    assert standing.stay is not None
    assert standing.ahead is not None
    assert standing.stay.share_since == NOON + HOUR
    assert (standing.ahead.state, standing.ahead.weight) == (State.WAITING, 10)
    assert standing.ahead.since == NOON + HOUR + 30 * MINUTE


def test_a_position_that_is_in_no_commit_has_no_age(branch: Branch) -> None:
    branch.write(OVERLAY)
    branch.commit("start", NOON)
    branch.write(BOTH)
    found = overview(Workspace(branch.folder))
    standing = found.environments[0].services[0].standing
    assert found.edited
    assert standing is not None
    assert (standing.moved, standing.stay, standing.ahead) == (True, None, None)


def test_an_error_in_one_environment_hides_nothing_of_another(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    for name, text in (
        ("good", OVERLAY),
        ("bad", OVERLAY.replace("ghcr.io/acme/search:1.5.0", "ghcr.io/acme/search")),
        ("odd", OVERLAY.replace("weight: 1\n", "weight: 110\n")),
        ("torn", "services: ["),
    ):
        (tmp_path / "environments" / f"{name}.yaml").write_text(text)
    found = overview(Workspace(tmp_path), ["bad", "good", "odd"])
    assert {each.name: sorted({str(f.code) for f in each.findings}) for each in found.environments} == {
        "bad": ["GR307"],
        "good": [],
        "odd": ["GR204"],
    }
    bad, good, odd = found.environments
    assert found.report.failed
    assert (bad.drift, odd.drift) == (None, None)
    assert good.drift
    assert good.services[0].flows
    assert bad.services[0].tracks
    assert (odd.environment, odd.services) == (None, ())
    whole = overview(Workspace(tmp_path))
    assert [each.name for each in whole.environments if each.failed] == ["bad", "odd", "torn"]


def test_a_running_canary_does_not_vanish_with_one_bad_value(branch: Branch) -> None:
    branch.write(BOTH)
    branch.commit("by hand", NOON)
    branch.write(BOTH.replace("weight: 5", "weight: 110"))
    found = overview(Workspace(branch.folder))
    (production,) = found.environments
    assert (production.committed, production.drift, found.parities) == (True, None, ())
    assert {str(f.code) for f in production.findings} == {"GR204"}
    search = seen(found, "production", "search")
    assert search.flows
    assert search.service.canary
    assert search.service.canary.weight == 5
    assert search.standing
    assert search.standing.stay
    page = overview_page(found)
    assert "1 canary under way (production as committed); 1 error" in page
    assert page.count("<strong>production</strong> is told as committed") == 2


def test_what_no_commit_has_is_said_not_to_be_known(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "production.yaml").write_text(OVERLAY)
    (tmp_path / "environments" / "odd.yaml").write_text(OVERLAY.replace("weight: 1\n", "weight: 110\n"))
    page = overview_page(overview(Workspace(tmp_path)))
    assert "1 canary under way; odd not known; 1 error" in page
    assert page.count("<strong>odd</strong> is not known: errors in the overlays on the disk") == 2
    assert "<h3>odd</h3><p>Not known: errors keep it from being rendered.</p>" in page


def test_a_hand_edit_and_an_edit_that_is_not_rendered_are_told_apart(
    branch: Branch, gitramp: Callable[..., process.Done]
) -> None:
    branch.write(BOTH)
    branch.commit("by hand", NOON)
    assert "Committed so" in overview_page(overview(Workspace(branch.folder)))
    assert gitramp("render", cwd=branch.folder).returncode == 0
    branch.commit("rendered", NOON + HOUR)
    rendered = next((branch.folder / "rendered").rglob("virtualservice.yaml"))
    before = rendered.read_text()
    rendered.write_text(before.replace("weight: 5", "weight: 6"))
    page = overview_page(overview(Workspace(branch.folder)))
    assert "Edited by hand: the overlays are as committed, these files are not." in page
    assert "<code>weight: 6</code> where the overlays render <code>weight: 5</code>" in page
    assert "run <code>gitramp render</code>" in page
    rendered.write_text(before)
    branch.write(BOTH.replace("weight: 5", "weight: 10"))
    page = overview_page(overview(Workspace(branch.folder)))
    assert "Not rendered yet: these files are as committed, overlays are edited." in page
    assert "The overlays on the disk are not those of commit" in page


def test_drift_of_an_environment_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "production.yaml").write_text(OVERLAY)
    gone = tmp_path / "rendered" / "old" / "services"
    gone.mkdir(parents=True)
    mark = next((ROOT / "rendered").rglob("namespace.yaml")).read_text()
    (gone / "namespace.yaml").write_text(mark)
    found = overview(Workspace(tmp_path))
    assert [f.mark.path for f in found.gone if f.mark] == ["rendered/old/services/namespace.yaml"]


def test_an_unknown_environment_is_a_fault_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "production.yaml").write_text(OVERLAY)
    with pytest.raises(UsageError, match="production"):
        overview(Workspace(tmp_path), ["prodution"])


def test_routes_of_one_s_own_are_told(tmp_path: Path) -> None:
    (tmp_path / "environments" / "production" / "files").mkdir(parents=True)
    text = f"{OVERLAY}manifests: {{more: production/files/more.yaml}}\n"
    (tmp_path / "environments" / "production.yaml").write_text(text)
    (tmp_path / "environments" / "production" / "files" / "more.yaml").write_text(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
        "metadata: {name: more, namespace: services}\nspec:\n"
        "  hosts: [more.services.svc.cluster.local]\n  http:\n"
        "  - match: [{headers: {x-track: {exact: canary}}}]\n"
        "    route: [{destination: {host: search.services-v2.svc.cluster.local}}]\n"
        "  - route: [{destination: {host: search.services-v1.svc.cluster.local}}]\n"
    )
    (whole,) = overview(Workspace(tmp_path)).environments
    (own,) = whole.own
    assert own.name == "VirtualService services/more"
    (flow,) = own.flows
    assert [(rule.words, rule.outcome.shares[0][0]) for rule in flow.rules] == [
        (("GET /",), "v1"),
        (("x-track=canary",), "v2"),
    ]
    page = overview_page(overview(Workspace(tmp_path)))
    assert "<h3>Routes of your own</h3>" in page
    assert "VirtualService services/more in production: more.services.svc.cluster.local in the mesh" in page
