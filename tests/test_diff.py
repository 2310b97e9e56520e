"""What `gitramp diff` says of real changes in real repositories, and laws that hold for any change."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branches import NOON, Branch
from gitramp import changes, router
from gitramp.changes import State
from gitramp.overlays import names as names_of
from gitramp.overlays import snapshot as overlays_of
from gitramp.pipeline import Built, build
from gitramp.pipeline.apart import apart
from gitramp.pipeline.build import grown, modelled
from gitramp.pipeline.diff import diff
from gitramp.problem import InputRejected, UsageError
from gitramp.report.diff import diff_text
from gitramp.report.diff_html import diff_html
from gitramp.report.diff_markdown import diff_markdown
from gitramp.report.machine import envelope
from gitramp.report.text import Style
from gitramp.source import Snapshot
from gitramp.workspace import Workspace
from test_result_schema import check

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
    found = diff(Workspace(branch.folder), names, against)
    text, _, _ = diff_text(found).rpartition("\n\n")
    return text


def test_a_canary_grows(worked: Branch) -> None:
    edit(worked, "weight: 10", "weight: 25")
    text = told(worked)
    assert text == (
        "production: search canary v2 10 % -> 25 %\n"
        "  traffic\n"
        "    search at services/public (search.local) and in the mesh (search.services)\n"
        "      no match: v1 90 % -> 75 %, v2 10 % -> 25 %\n"
        "      unchanged: x-track=canary (v2), cookie access=v2 (v2)\n"
        "  rollout: no pod restarts\n"
        "    1 object changes: VirtualService services/search\n"
        "  trust: as before\n"
        "  causes\n"
        "    environments/production.yaml:15 services.search.canary.weight 10 -> 25: "
        "2 fields of VirtualService services/search"
    )
    assert f"```\n{text}\n```" in (ROOT / "docs" / "diff.md").read_text()


def test_a_canary_of_bookinfo_grows_in_the_mesh(branch: Branch) -> None:
    taken_from(branch, ROOT / "examples" / "bookinfo")
    edit(branch, "weight: 10", "weight: 50")
    assert told(branch) == (
        "production: reviews canary v3 10 % -> 50 %\n"
        "  traffic\n"
        "    reviews in the mesh (reviews.services)\n"
        "      no match: v2 90 % -> 50 %, v3 10 % -> 50 %\n"
        "      unchanged: end-user=jason (v3)\n"
        "  rollout: no pod restarts\n"
        "    1 object changes: VirtualService services/reviews\n"
        "  trust: as before\n"
        "  causes\n"
        "    environments/production.yaml:16 services.reviews.canary.weight 10 -> 50: "
        "2 fields of VirtualService services/reviews"
    )


def test_an_image_changes(worked: Branch) -> None:
    edit(worked, "1.29.4-alpine", "1.29.5-alpine")
    assert told(worked) == (
        "production: search v2 1.29.4-alpine -> 1.29.5-alpine\n"
        "  traffic: every request is routed as before\n"
        "  rollout\n"
        "    search v2 (Deployment services-v2/search) restarts: image 1.29.4-alpine -> 1.29.5-alpine\n"
        "    1 object changes: Deployment services-v2/search\n"
        "    6 objects change in labels alone\n"
        "  trust: as before\n"
        "  causes\n"
        "    environments/production.yaml:12 services.search.tracks.v2.image 1.29.4-alpine -> 1.29.5-alpine: "
        "9 fields of 7 objects"
    )


def test_why_pods_restart_and_how_many_there_are(worked: Branch) -> None:
    edit(worked, 'return 200 "ready\\n"', 'return 200 "Ready\\n"', "base")
    edit(worked, "requests: {cpu: 20m", "requests: {cpu: 30m", "base")
    edit(worked, "env: {LOG_LEVEL: info}", "env: {LOG_LEVEL: debug, DB_PASSWORD: $(SECRET)}", "base")
    edit(worked, "    replicas: 3\n    tracks", "    replicas: 4\n    tracks")
    lines = told(worked, "production").splitlines()
    start = lines.index("  rollout") + 1
    assert lines[start : start + 5] == [
        "    catalog v1 (Deployment services-v1/catalog) restarts: env DB_PASSWORD, env LOG_LEVEL",
        "    search v1 (Deployment services-v1/search) restarts: config, resources.requests.cpu 20m -> 30m",
        "    search v2 (Deployment services-v2/search) restarts: config, resources.requests.cpu 20m -> 30m",
        "    search v1 (Deployment services-v1/search) scales: 3 -> 4",
        "    search v2 (Deployment services-v2/search) scales: 3 -> 4",
    ]
    causes = lines[lines.index("  causes") + 1 :]
    files = "services.search.config.files.default.conf"
    assert f"    environments/base.yaml:37 {files} changes: 4 fields of 4 objects" in causes
    assert "    environments/production.yaml:10 services.search.replicas 3 -> 4: 2 fields of 2 objects" in causes
    assert "debug" not in "".join(lines)


def test_a_track_appears_and_an_immutable_field_changes(worked: Branch) -> None:
    edit(
        worked,
        "      v2: {image",
        '      v3: {image: "docker.io/nginxinc/nginx-unprivileged:1.30.0"}\n      v2: {image',
    )
    text = told(worked)
    assert "    search v3 (Deployment services-v3/search) starts" in text
    assert "objects appear: Namespace services-v3, AuthorizationPolicy services-v3/default.deny" in text
    assert ".yaml:12 services.search.tracks.v3 added: " in text
    worked.commit("v3", NOON)
    patch = "\n        merge: {spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}}\n"
    target = "{kind: Deployment, namespace: services-v3, name: search}"
    edit(worked, "parity:", f"patches:\n  a:\n        target: {target}{patch}\nparity:")
    assert "refused by the cluster: spec.selector of Deployment services-v3/search changes" in told(worked)


def test_a_caller_is_added_in_all_environments(worked: Branch) -> None:
    edit(worked, "callers: {checkout: {}}", "callers: {checkout: {}, search: {methods: [GET]}}", "base")
    assert told(worked) == (
        "dev, production, staging: search may newly call catalog, only GET\n"
        "  traffic: every request is routed as before\n"
        "  rollout: no pod restarts\n"
        "    1 object changes: AuthorizationPolicy services-v1/catalog\n"
        "  trust\n"
        "    search may newly call catalog, only GET\n"
        "  causes\n"
        "    environments/base.yaml:64 services.catalog.callers.search added {methods: [GET]}: "
        "1 field of AuthorizationPolicy services-v1/catalog"
    )
    worked.commit("caller", NOON)
    edit(worked, "{checkout: {}, search: {methods: [GET]}}", "{search: {}, jobs: {namespace: batch}}", "base")
    assert trust(worked) == [
        "all of batch may newly call catalog",
        "search may ask catalog for everything, before for GET",
        "checkout may no longer call catalog",
    ]


def trust(branch: Branch, name: str = "production") -> list[str]:
    (found,) = diff(Workspace(branch.folder), [name]).environments
    return [each.says for each in found.trust]


def test_what_stops_being_enforced(worked: Branch) -> None:
    edit(worked, "trust: {defaultDeny: true}", "trust: {networkPolicies: true}", "base")
    said = trust(worked)
    assert "anybody may call search, where only gateway public might" in said
    assert "AuthorizationPolicy services/default.deny is enforced no more" in said
    assert any(each.startswith("NetworkPolicy ") and each.endswith(" is enforced from now on") for each in said)
    worked.commit("open", NOON)
    exception = "    portLevelMtls: {'8080': {mode: PERMISSIVE, reason: scraped without a sidecar}}\n"
    edit(worked, "    replicas: 3\n    tracks", f"{exception}    replicas: 3\n    tracks")
    edit(worked, "trust: {networkPolicies: true}", "trust: {defaultDeny: true}", "base")
    said = trust(worked)
    assert "only checkout may call catalog, where anybody might" not in said  # its callers were said all along
    assert "only gateway public, anybody in plain text on port 8080 may call search, where anybody might" in said
    assert "mutual TLS of search on port 8080, in services-v1, services-v2: STRICT -> PERMISSIVE" in said


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


def test_routes_redirect_rewrite_and_mirror(worked: Branch) -> None:
    routes = (
        "    routes:\n      api: {match: [{path: {prefix: /api}}], rewrite: {path: /v1}}\n"
        "      old: {match: [{path: {exact: /old}}], redirect: {path: /new}}\n"
    )
    edit(worked, "    canary:\n", f"{routes}    canary:\n")
    lines = told(worked).splitlines()
    assert lines[2:7] == [
        "    search at services/public (search.local) and in the mesh (search.services)",
        "      x-track=canary and path=/api...: sent on as /api -> /v1",
        "      cookie access=v2 and path=/api...: sent on as /api -> /v1",
        "      path=/api...: sent on as /api -> /v1",
        "      path=/old: v1 90 %, v2 10 % -> 302, redirect to http://(the same host)/new",
    ]
    worked.commit("routes", NOON)
    edit(worked, "rewrite: {path: /v1}", "rewrite: {path: /v2}")
    edit(worked, "redirect: {path: /new}", "timeout: 3s")
    text = told(worked)
    assert "path=/api...: sent on as /v1 -> /v2" in text
    assert "path=/old: 302, redirect to http://(the same host)/new -> v1 90 %, v2 10 %" in text


def test_what_is_done_with_requests_besides(worked: Branch) -> None:
    routes = "    routes:\n      api: {match: [{path: {prefix: /api}}], timeout: 5s}\n"
    edit(worked, "    canary:\n", f"{routes}    canary:\n")
    worked.commit("a route", NOON)
    fault = "timeout: 3s, fault: {abort: {percent: 50, status: 503}}, headers: {response: {set: {x-a: b}}}"
    edit(worked, "timeout: 5s", fault)
    lines = told(worked).splitlines()
    abort = "fault none -> {abort: {percentage: {value: 50}, httpStatus: 503}}"
    assert f"      path=/api...: {abort}, headers changed, timeout 5s -> 3s" in lines
    assert "      unchanged: no match (v1 90 %, v2 10 %), x-track=canary (v2), cookie access=v2 (v2)" in lines
    assert f"| path=/api... | v1 90 %, v2 10 % | **v1 90 %, v2 10 %, {abort}".split("fault")[0] in diff_markdown(
        diff(Workspace(worked.folder))
    )


def test_environments_come_and_go(worked: Branch) -> None:
    (worked.folder / "environments" / "staging.yaml").unlink()
    edit(worked, "parity:\n  with: staging", "parity:\n  with: dev")
    worked.write((worked.folder / "environments" / "dev.yaml").read_text(), "test")
    lines = told(worked).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [
        "production: parity.with staging -> dev",
        "",
        "staging removed",
        "",
        "test added: catalog added (v1 100 %); checkout added (v2 100 %); search added (v1 100 %)",
    ]


def test_a_host_is_new_and_another_gone(worked: Branch) -> None:
    edit(worked, "hosts: [search.local]", "hosts: [search.example.com]", "base")
    lines = told(worked, "dev").splitlines()
    assert "    search at services/public (search.example.com)" in lines
    assert "      all requests: not routed -> v1" in lines
    assert "    search at services/public (search.local)" in lines
    assert "      all requests: v1 -> not routed" in lines


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


def test_the_markdown_of_a_ramp_fits_one_screen(worked: Branch, gitramp: Gitramp) -> None:
    edit(worked, "weight: 10", "weight: 25")
    start = worked.git("rev-parse", "HEAD")[:12]
    done = gitramp("diff", "-o", "markdown", cwd=worked.folder)
    assert done.stdout == (
        "<!-- gitramp diff -->\n"
        "#### production\\: search canary v2 10 % → 25 %\n\n"
        "| search at services/public \\(search.local\\) and in the mesh \\(search.services\\) | before | after |\n"
        "|:---|:---|:---|\n"
        "| no match | v1 90 %, v2 10 % | **v1 75 %, v2 25 %** |\n"
        "| x\\-track=canary, cookie access=v2 | v2 | the same |\n\n"
        "**rollout**: no pod restarts\n\n"
        "- 1 object changes\\: VirtualService services/search\n\n"
        "**trust**: as before\n\n"
        "**causes**\n\n"
        "- environments/production.yaml\\:15 services.search.canary.weight 10 → 25\\: "
        "2 fields of VirtualService services/search\n\n"
        f"<sub>From commit {start} to the work tree; the same: dev, staging.</sub>\n"
    )
    worked.commit("25", NOON)
    assert gitramp("diff", "-o", "markdown", "--against", "HEAD", cwd=worked.folder).stdout.startswith(
        "<!-- gitramp diff -->\n**Nothing differs** from commit "
    )
    edit(worked, "weight: 25", "weight: 110")
    refused = gitramp("diff", "-o", "markdown", cwd=worked.folder)
    assert refused.returncode == 1
    assert refused.stdout.startswith("<!-- gitramp diff -->\n## gitramp diff: 1 error\n")
    assert "GR204" in refused.stdout
    page = gitramp("diff", "-o", "html", cwd=worked.folder)
    assert page.returncode == 1
    assert "<h1>Nothing was compared: 1 error</h1>" in page.stdout
    assert "environments/production.yaml:15:15 error GR204: " in page.stdout


def test_values_do_not_break_the_markdown(worked: Branch) -> None:
    nasty = "'a` | <b>x</b> @octocat #1 GH-1 www.x.y $a$ :eyes: **b** <!-- -->'"
    edit(worked, "{exact: canary}", f"{{exact: {nasty}}}")
    text = diff_markdown(diff(Workspace(worked.folder)))
    (line,) = (line for line in text.splitlines() if line.startswith("| x") and "**v2**" in line)
    assert line == (
        "| x\\-track=a\\` \\| &lt;b\\>x&lt;/b\\> @<!-- -->octocat \\#<!-- -->1 GH\\-<!-- -->1 www<!-- -->.x.y "
        "\\$a\\$ \\:<!-- -->eyes\\: \\*\\*b\\*\\* &lt;\\!\\-\\- \\-→ | v1 90 %, v2 10 % | **v2** |"
    )


def test_what_becomes_of_requests_is_told_however_long_their_name_is(worked: Branch) -> None:
    edit(worked, "{exact: canary}", f"{{exact: {'x' * 400}}}")
    (line,) = (line for line in told(worked).splitlines() if line.startswith("      x-track=xxx"))
    assert line.endswith("xxx...: v1 90 % -> 0 %, v2 10 % -> 100 %")


def test_what_is_long_is_behind_a_summary_to_open(worked: Branch) -> None:
    """What is cut is cut between blocks, so that no summary stays open."""
    variables = ", ".join(f"A{number}: x" for number in range(20))
    edit(worked, "env: {LOG_LEVEL: info}", f"env:\n      {{{variables}}}".replace(", ", ",\n       "), "base")
    text = diff_markdown(diff(Workspace(worked.folder)))
    assert "<details><summary><b>causes</b> (13 lines)</summary>\n\n- environments/base.yaml\\:" in text
    assert text.count("<details>") == text.count("</details>") > 0


def test_colour_is_for_terminals_alone(worked: Branch) -> None:
    edit(worked, "weight: 10", "weight: 25")
    found = diff(Workspace(worked.folder))
    painted = diff_text(found, Style(colour=True))
    assert painted.startswith("\x1b[1mproduction: search canary v2 10 % -> 25 %\x1b[0m\n  \x1b[36mtraffic\x1b[0m\n")
    assert re.sub("\x1b\\[[0-9]*m", "", painted) == diff_text(found)


class Elements(HTMLParser):
    """What a page is made of; raises where an element is not closed by its own end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  as it is called
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_sound_html_whatever_the_values_are(worked: Branch, gitramp: Gitramp) -> None:
    edit(worked, "{exact: canary}", "{exact: '</li><script>alert(1)</script>&amp;'}")
    page = gitramp("diff", "-o", "html", cwd=worked.folder).stdout
    seen = Elements(page).seen
    assert (seen.count("h1"), seen.count("h2"), "script" in seen, "link" in seen) == (1, 1, False, False)
    hostile = "x-track=&lt;/li&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"
    moves = '<td role="cell" data-of="after"><span class="moves">v2</span></td>'
    assert f'scope="row">{hostile}</th><td role="cell" data-of="before">v1 90 %, v2 10 %</td>{moves}' in page
    worked.commit("nasty", NOON)
    nothing = gitramp("diff", "-o", "html", "--against", "HEAD", cwd=worked.folder).stdout
    assert Elements(nothing).seen.count("h2") == 0
    assert '<h1>Nothing differs</h1>\n<p class="span">From commit ' in nothing


def test_no_secret_is_told(worked: Branch) -> None:
    token = "hunter2hunter2"
    header, cookie = f"headers: {{x-api-key: {{exact: {token}}}}}", f"cookies: {{session_token: {{exact: {token}}}}}"
    edit(worked, COOKIE, f"        - {header}\n        - {cookie}\n{COOKIE}")
    edit(worked, "env: {LOG_LEVEL: info}", f"env: {{LOG_LEVEL: {token}}}", "base")
    found = diff(Workspace(worked.folder))
    told = (
        diff_text(found),
        diff_markdown(found),
        diff_html(found),
        envelope("diff", 0, diff=found),
    )
    assert all("x-api-key=(hidden)" in text.replace("\\", "") for text in told)
    assert token not in "".join(told)


def test_a_comment_that_is_too_long_is_cut_with_a_count(worked: Branch) -> None:
    edit(worked, "weight: 10", "weight: 25")
    found = diff(Workspace(worked.folder))
    (one,) = found.environments
    many = tuple(replace(one, name=f"e{number}", sentences=(f"{number} changes",)) for number in range(300))
    text = diff_markdown(replace(found, environments=many))
    assert len(text) < 65_536 - 2_000
    assert text.splitlines()[-1].endswith(" more lines; run `gitramp diff` to see them all")
    assert len(diff_text(replace(found, environments=many))) > len(text)


def test_json_is_what_the_schema_says(worked: Branch, gitramp: Gitramp) -> None:
    edit(worked, "weight: 10", "weight: 25")
    edit(worked, "1.29.4-alpine", "1.29.5-alpine")
    edit(worked, "callers: {checkout: {}}", "callers: {search: {}}", "base")
    (worked.folder / "environments" / "staging.yaml").unlink()
    edit(worked, "with: staging", "with: dev")
    body = check(gitramp("diff", "-o", "json", "--exit-code", cwd=worked.folder), 1)
    dev, production, staging = body["diff"]["environments"]
    assert (dev["change"], staging["change"], body["diff"]["until"]) == ("changed", "removed", None)
    edge = production["traffic"][1]
    assert (edge["service"], edge["gateway"], edge["host"]) == ("search", "services/public", "search.local")
    assert edge["requests"][0]["after"]["shares"][1] == {"track": "v2", "probability": 0.25}
    assert {"kind": "mayNot", "says": "checkout may no longer call catalog"} in production["trust"]
    assert [pods["effect"] for pods in production["rollout"]["pods"]] == ["restart"]
    assert {cause["path"] for cause in production["causes"]} == {
        "environments/base.yaml",
        "environments/production.yaml",
    }


def test_what_cannot_be_read_at_the_base_is_told(worked: Branch) -> None:
    edit(worked, "weight: 10", "wait: 10")
    worked.commit("faulty", NOON)
    edit(worked, "wait: 10", "weight: 10")
    found = diff(Workspace(worked.folder), ["production"])
    (finding,) = found.report
    assert (finding.code.number, found.environments) == ("GR820", ())
    assert finding.message.startswith("production was not compared: at ")
    with pytest.raises(UsageError, match="did you mean staging"):
        told(worked, "stagin")


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


def states(taken: tuple[Snapshot, Snapshot], name: str, only: frozenset[str]) -> changes.Compared:
    built = [grown(*modelled(each, name), only) for each in taken]
    was, is_ = (State(each.values, each.environment, each.manifests) for each in built)
    return changes.compared(was, is_)


EDITS = {
    r"weight: \d+": "weight: 7",
    r"hosts: \[[a-z]+": "hosts: [other",
    r"port: 8080": "port: 8081",
    r"stable: v1": "stable: v2",
    r"callers: \{[^\n]*\}\n": "callers: {}\n",
    r"calls: \[[^\n]*\]\n": "calls: []\n",
    r"\n    tracks:": "\n    namespace: other\n    tracks:",
    r"exact: [a-z]+": "exact: other",
    r"(image: [^\n]*):[^:\n]*?([\"}\n])": r"\1:9.9.9\2",
    r"replicas: \d+": "replicas: 9",
    r"memory: \d+": "memory: 77",
    r"LOG_LEVEL: \w+": "LOG_LEVEL: other",
}


@pytest.mark.parametrize(
    "folder", [".", *(f"examples/{each}" for each in ("ambient", "bookinfo", "flux", "gateway-api", "shop"))]
)
def test_it_is_enough_to_expand_the_services_that_differ(folder: str) -> None:
    """Whatever else is expanded, the objects that differ are the same, and so is all that is said of them."""
    taken = overlays_of(ROOT / folder)
    compared = 0
    for (path, content), (before, after) in itertools.product(taken.files.items(), EDITS.items()):
        edited = Snapshot({**taken.files, path: re.sub(before, after, content.decode(), count=1).encode()})
        for name in {"production", "staging"} & {*names_of(taken)} if edited.files != taken.files else ():
            try:
                only = apart(modelled(taken, name), modelled(edited, name))
                part = states((taken, edited), name, only)
            except InputRejected:  # as a canary of what is stable
                continue
            if only and not part.is_wide:
                whole = states((taken, edited), name, frozenset())
                assert whole.trees.changes == part.trees.changes
                for ask in (changes.routings, changes.match_changes, changes.trust_changes):
                    assert list(ask(whole)) == list(ask(part))
                assert (changes.causes(whole), changes.rollout(whole)) == (changes.causes(part), changes.rollout(part))
                compared += 1
    assert compared > 3


def test_what_may_reach_other_services_expands_all_of_them() -> None:
    taken = overlays_of(ROOT)
    path = "environments/base.yaml"
    for before, after in {
        "defaultDeny: true": "defaultDeny: false",
        "port: 80\n": "port: 81\n",
    }.items():
        edited = Snapshot({**taken.files, path: taken.files[path].replace(before.encode(), after.encode(), 1)})
        assert edited.files != taken.files
        assert apart(modelled(taken, "production"), modelled(edited, "production")) == frozenset()


def test_who_names_a_service_is_expanded_with_it() -> None:
    taken = overlays_of(ROOT)
    path = "environments/base.yaml"
    for before, after, only in (
        ("callers: {checkout: {}}", "callers: {search: {}}", {"catalog", "checkout", "search"}),
        ("ghcr.io/acme/checkout:3.1.0", "ghcr.io/acme/checkout:3.2.0", {"catalog", "checkout"}),
        ("hosts: [search.local]", "hosts: [other.local]", {"search"}),
        ("hosts: [search.local]", "hosts: [checkout.local]", {"search", "checkout"}),
    ):
        edited = Snapshot({**taken.files, path: taken.files[path].replace(before.encode(), after.encode(), 1)})
        assert apart(modelled(taken, "production"), modelled(edited, "production")) >= frozenset(only)
