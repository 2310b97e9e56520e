"""What `gitramp diff` says of real changes in real repositories, and laws that hold for any change."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branches import NOON, Branch
from gitramp import changes, pipeline, re2, report, router
from gitramp.changes import State
from gitramp.changes.passing import passing
from gitramp.pipeline import Built, build
from gitramp.problem import InputRejected, UsageError
from gitramp.source import Snapshot
from gitramp.workspace import Workspace

pytestmark = pytest.mark.usefixtures("identity")

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[1]
COOKIE = "        - cookies: {access: {exact: v2}}\n"


def taken_from(branch: Branch, folder: Path) -> Branch:
    """Commit the overlays of a workspace of this repository, without what extends production."""
    beyond = shutil.ignore_patterns("production-*")
    shutil.copytree(folder / "environments", branch.folder / "environments", ignore=beyond)
    branch.commit("start", NOON)
    return branch


@pytest.fixture
def worked(branch: Branch) -> Branch:
    return taken_from(branch, ROOT)


def edit(branch: Branch, before: str, after: str, name: str = "production") -> None:
    path = branch.folder / "environments" / f"{name}.yaml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after, 1))


def told(branch: Branch, *names: str, against: str | None = None) -> str:
    """Return what is said of the environments, without the last line, which names commits."""
    found = pipeline.diff(Workspace(branch.folder), names, against)
    text, _, _ = report.diff_text(found).rpartition("\n\n")
    return text


def test_a_canary_grows(worked: Branch) -> None:
    edit(worked, "weight: 10", "weight: 25")
    text = told(worked)
    assert text.startswith(
        "production: search canary v2 10 % -> 25 %\n"
        "  traffic\n"
        "    search at services/public (search.local) and in the mesh (search.services)\n"
        "      no match: v1 90 % -> 75 %, v2 10 % -> 25 %\n"
        "      unchanged: x-track=canary (v2), cookie access=v2 (v2)"
    )
    assert len(text.splitlines()) < 24
    assert f"```\n{text}\n```" in (ROOT / "docs" / "diff.md").read_text()


def test_a_canary_of_bookinfo_grows_in_the_mesh(branch: Branch) -> None:
    taken_from(branch, ROOT / "examples" / "bookinfo")
    edit(branch, "weight: 10", "weight: 50")
    assert told(branch).startswith(
        "production: reviews canary v3 10 % -> 50 %\n"
        "  traffic\n"
        "    reviews in the mesh (reviews.services)\n"
        "      no match: v2 90 % -> 50 %, v3 10 % -> 50 %\n"
        "      unchanged: end-user=jason (v3)"
    )


def test_a_match_is_added_and_another_lost(worked: Branch) -> None:
    edit(
        worked,
        COOKIE,
        "        - path: {prefix: /new}\n        - headers: {user-agent: {regex: '.*(iOS|Pad) [0-9]+'}}\n",
    )
    lines = told(worked).splitlines()
    assert lines[3:7] == [
        "      cookie access=v2: v1 0 % -> 90 %, v2 100 % -> 10 %",
        "      path=/new...: v1 90 % -> 0 %, v2 10 % -> 100 %",
        "      user-agent~.*(iOS|Pad) [0-9]+: v1 90 % -> 0 %, v2 10 % -> 100 %",
        "      unchanged: no match (v1 90 %, v2 10 %), x-track=canary (v2)",
    ]


def test_a_match_is_widened_or_narrowed(worked: Branch) -> None:
    edit(worked, "{exact: canary}", "{prefix: can}")
    assert "  matches\n    search widened: x-track=canary -> x-track=can..." in told(worked)
    worked.commit("wide", NOON)
    edit(worked, "{prefix: can}", "{exact: canary}")
    assert "  matches\n    search narrowed: x-track=can... -> x-track=canary" in told(worked)


def test_a_route_is_shadowed(worked: Branch) -> None:
    """One of its own gitramp refuses to render; of an object of one's own it is told."""
    head = (
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: mine, namespace: services}\n"
        "spec:\n  hosts: [mine.services.svc.cluster.local]\n  http:\n"
    )
    rule = "    - name: {}\n      match: [{{uri: {{prefix: {}}}}}]\n      route: [{{destination: {{host: {}}}}}]\n"
    narrow = rule.format("narrow", "/a/b", "search.services-v1.svc.cluster.local")
    wide = rule.format("wide", "/a", "search.services-v2.svc.cluster.local")
    mine = worked.folder / "environments" / "production" / "files" / "mine.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text(head + narrow + wide)
    edit(worked, "parity:", "manifests: {mine: production/files/mine.yaml}\n\nparity:")
    worked.commit("in order", NOON)
    mine.write_text(head + wide + narrow)
    said = "VirtualService services/mine shadowed: no request reaches match 1 of rule narrow: rule wide takes them all"
    assert f"  matches\n    {said}" in told(worked)
    taker = "      a: {match: [{path: {prefix: /a}}]}\n"
    routes = f"    routes:\n{taker}      b: {{match: [{{path: {{prefix: /a/b}}}}], order: 500}}\n"
    edit(worked, "    canary:\n", f"{routes}    canary:\n")
    with pytest.raises(InputRejected) as refused:
        told(worked)
    assert [finding.code.number for finding in refused.value.report] == ["GR217"]


def test_environments_come_and_go(worked: Branch) -> None:
    (worked.folder / "environments" / "staging.yaml").unlink()
    edit(worked, "parity:\n  with: staging", "parity:\n  with: dev")
    worked.write((worked.folder / "environments" / "dev.yaml").read_text(), "test")
    lines = told(worked).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "staging removed",
        "",
        "test added: catalog added (v1 100 %); checkout added (v2 100 %); search added (v1 100 %)",
    ]


def test_a_host_is_new_and_another_gone(worked: Branch) -> None:
    edit(worked, "hosts: [search.local]", "hosts: [search.example.com]", "base")
    lines = told(worked, "dev").splitlines()
    assert "    search at services/public (search.example.com)" in lines
    assert "      no match: not routed -> v1" in lines
    assert "    search at services/public (search.local)" in lines
    assert "      no match: v1 -> not routed" in lines


def test_against_what_it_compares(worked: Branch, gitramp: Gitramp) -> None:
    edit(worked, "weight: 10", "weight: 25")
    first = gitramp("diff", "--exit-code", cwd=worked.folder)
    start = worked.git("rev-parse", "HEAD")[:12]
    assert (first.returncode, first.stderr) == (1, "")
    assert first.stdout.endswith(f"\n\nFrom commit {start} to the work tree; the same: dev, staging.\n")
    assert gitramp("diff", cwd=worked.folder).returncode == 0
    same = gitramp("diff", "--exit-code", "-e", "dev", cwd=worked.folder)
    assert (same.returncode, same.stdout) == (0, f"Nothing differs from commit {start} to the work tree.\n")
    tip = worked.commit("25", NOON)[:12]
    assert f"From commit {start} to commit {tip}" in gitramp("diff", cwd=worked.folder).stdout
    assert "Nothing differs" in gitramp("diff", "--against", "HEAD", cwd=worked.folder).stdout
    assert gitramp("diff", "--against", "nowhere", "--exit-code", cwd=worked.folder).returncode == 4
    assert gitramp("diff", "-e", "prod", cwd=worked.folder).returncode == 2
    assert worked.git("status", "--porcelain") == ""


def test_what_cannot_be_read_at_the_base_is_told(worked: Branch) -> None:
    edit(worked, "weight: 10", "wait: 10")
    worked.commit("faulty", NOON)
    edit(worked, "wait: 10", "weight: 10")
    found = pipeline.diff(Workspace(worked.folder), ["production"])
    (finding,) = found.report
    assert (finding.code.number, found.environments) == ("GR820", ())
    assert finding.message.startswith("production was not compared: at ")
    with pytest.raises(UsageError, match="did you mean staging"):
        told(worked, "stagin")


@pytest.mark.parametrize(
    "expression", ["v[2-9]", "(?i)beta|alpha", r"a\.b+c{2}", ".*", "^(x|y)?z$", "[^a]", r"\d+-\w", "(?P<n>q)*?r", "[]]"]
)
def test_a_text_is_found_that_passes(expression: str) -> None:
    found = passing(expression)
    assert found is not None
    assert re2.fits(expression, found)


@given(st.from_regex(r"[a-c.(|)\[\]?*+^$\\dw{2}]{1,12}", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_what_is_found_passes(expression: str) -> None:
    found = passing(expression)
    assert found is None or re2.fits(expression, found)


def state_of(overlay: str) -> tuple[Built, State]:
    (built,) = build(Snapshot({"environments/production.yaml": overlay.encode()}))
    return built, State(built.values, built.environment, built.manifests)


TEXTS = st.sampled_from(["{exact: a}", "{exact: ab}", "{prefix: a}", "{regex: 'b[0-9]'}"])
MATCHES = st.one_of(
    st.builds("headers: {{x-track: {}}}".format, TEXTS),
    st.builds("cookies: {{access: {}}}".format, TEXTS),
    st.sampled_from(["path: {prefix: /a}", "path: {exact: /b}", "methods: [POST]", "gateways: [mesh]"]),
)


@st.composite
def overlays(draw: st.DrawFn) -> str:
    """Write an environment of one service with two tracks and, mostly, a canary."""
    matches = draw(st.lists(MATCHES, max_size=3, unique=True))
    match = "".join(f"\n        - {each}" for each in matches)
    canary = f"    canary:\n      track: v2\n      weight: {draw(st.integers(0, 100))}\n"
    canary += f"      match:{match}\n" if match else ""
    hosts = draw(st.sampled_from(["[]", "[search.example.com]", "['*.example.com']"]))
    return (
        "apiVersion: gitramp/v1alpha1\nkind: Environment\ngateways: {public: {selector: {istio: ingress}}}\nservices:\n"
        f"  search:\n    hosts: {hosts}\n    port: 8080\n    tracks:\n"
        '      v1: {image: "ghcr.io/acme/search:1.4.2"}\n      v2: {image: "ghcr.io/acme/search:1.5.0"}\n'
        f"    stable: v1\n{canary if draw(st.booleans()) else ''}"
    )


@given(overlays(), overlays())
@settings(max_examples=40, deadline=None)
def test_what_is_told_is_what_each_tree_answers(one: str, other: str) -> None:
    try:
        (_, before), (_, after) = state_of(one), state_of(other)
    except InputRejected:
        return
    for routing in changes.routings(changes.compared(before, after)):
        for asked in routing.asked:
            for state, outcome in ((before, asked.before), (after, asked.after)):
                answer = router.answer(state.manifests, asked.request)
                shares = tuple((share.track, share.probability) for share in answer.shares)
                assert sorted(outcome.shares if outcome else ()) == sorted(shares)


@given(overlays())
@settings(max_examples=25, deadline=None)
def test_equal_trees_do_not_differ(overlay: str) -> None:
    try:
        (_, before), (_, after) = state_of(overlay), state_of(overlay)
    except InputRejected:
        return
    compared = changes.compared(before, after)
    assert compared.trees.changes == {}
    assert [*changes.routings(compared), *changes.match_changes(compared)] == []
