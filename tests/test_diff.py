"""What `gitramp diff` says of real changes in real repositories."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from branches import NOON, Branch
from gitramp.pipeline import gate
from gitramp.pipeline.diff import diff
from gitramp.problem import InputRejected
from gitramp.report.diff import diff_text
from gitramp.report.diff_json import diff_json
from gitramp.report.diff_markdown import diff_markdown
from gitramp.workspace import Workspace
from reviews import ROOT, edit, taken_from, told

pytestmark = pytest.mark.usefixtures("identity")

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
COOKIE = "        - cookies: {access: {exact: v2}}\n"


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


def test_what_the_rules_refuse_comes_first(worked: Branch) -> None:
    edit(worked, "weight: 10", "weight: 50")
    edit(worked, "replicas: 3", "replicas: 4")
    edit(worked, "\nservices:", "\ntests: {most: {request: search.local, role: stable, atLeast: 75}}\n\nservices:")
    found = diff(Workspace(worked.folder))
    assert [each.code.number for each in found.gate or ()] == ["GR269"]
    assert diff_text(found).startswith(
        "  refused: 1 error, says gitramp validate\n    GR269 environments/production.yaml:"
    )
    assert (diff_json(found)["gate"] or [])[0]["code"] == "GR269"


def test_many_services_are_left_to_validate(worked: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MOST", 2)
    edit(worked, "weight: 10", "weight: 25")
    found = diff(Workspace(worked.folder))
    assert (found.gate, diff_json(found)["gate"]) == (None, None)
    assert diff_text(found).endswith("Whether it is refused was not asked of so many services: gitramp validate.\n")


def test_an_image_changes(worked: Branch) -> None:
    edit(worked, "1.29.4-alpine", "1.29.5-alpine")
    assert told(worked) == (
        "  refused: 1 error, says gitramp validate\n"
        "    GR513 environments/production.yaml:12:19 canary v2 of search gets 10 % and what matches while its pods "
        "change: image docker.io/nginxinc/nginx-unprivileged:1.29.4-alpine -> "
        "docker.io/nginxinc/nginx-unprivileged:1.29.5-alpine (Deployment services-v2/search)\n\n"
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
        "      path=/new or below: v1 90 % -> 0 %, v2 10 % -> 100 %",
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
        "      x-track=canary and path=/api or below: sent on as /api -> /v1",
        "      cookie access=v2 and path=/api or below: sent on as /api -> /v1",
        "      path=/api or below: sent on as /api -> /v1",
        "      path=/old: v1 90 %, v2 10 % -> 302, redirect to http://(the same host)/new",
    ]
    worked.commit("routes", NOON)
    edit(worked, "rewrite: {path: /v1}", "rewrite: {path: /v2}")
    edit(worked, "redirect: {path: /new}", "timeout: 3s")
    text = told(worked)
    assert "path=/api or below: sent on as /v1 -> /v2" in text
    assert "path=/old: 302, redirect to http://(the same host)/new -> v1 90 %, v2 10 %" in text


def test_what_is_done_with_requests_besides(worked: Branch) -> None:
    routes = "    routes:\n      api: {match: [{path: {prefix: /api}}], timeout: 5s}\n"
    edit(worked, "    canary:\n", f"{routes}    canary:\n")
    worked.commit("a route", NOON)
    fault = "timeout: 3s, fault: {abort: {percent: 50, status: 503}}, headers: {response: {set: {x-a: b}}}"
    edit(worked, "timeout: 5s", fault)
    lines = told(worked).splitlines()
    abort = "fault none -> {abort: {percentage: {value: 50}, httpStatus: 503}}"
    assert f"      path=/api or below: {abort}, headers changed, timeout 5s -> 3s" in lines
    assert "      unchanged: no match (v1 90 %, v2 10 %), x-track=canary (v2), cookie access=v2 (v2)" in lines
    assert f"| path=/api or below | v1 90 %, v2 10 % | **v1 90 %, v2 10 %, {abort}".split("fault")[0] in diff_markdown(
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


def test_what_is_done_with_requests_of_a_new_host(worked: Branch) -> None:
    """No track answered them before, so there is nothing that it could differ from."""
    fault = "fault: {abort: {percent: 50, status: 503}}, headers: {response: {set: {x-a: b}}}"
    route = f"rewrite: {{path: /v1}}, timeout: 5s, {fault}"
    edit(
        worked,
        "    canary:\n",
        f"    routes:\n      api: {{match: [{{path: {{prefix: /api}}}}], {route}}}\n    canary:\n",
    )
    worked.commit("a route", NOON)
    edit(worked, "hosts: [search.local]", "hosts: [search.example.com]", "base")
    lines = told(worked, "production").splitlines()
    done = "sent on as /api -> /v1, fault {abort: {percentage: {value: 50}, httpStatus: 503}}, headers, timeout 5s"
    assert f"      path=/api or below: not routed -> v1 90 %, v2 10 %, {done}" in lines
    assert "      path=/api or below: v1 90 %, v2 10 % -> not routed" in lines
    row = next(
        line
        for line in diff_markdown(diff(Workspace(worked.folder))).splitlines()
        if "| not routed | **v1 90" in line and "/api" in line
    )
    assert "sent on as /api → /v1" in row
    assert "timeout 5s" in row


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
    assert first.stdout.endswith(
        f"\n\nFrom commit {start} to the work tree; the same: dev, staging. No rule refuses it.\n"
    )
    assert gitramp("diff", cwd=worked.folder).returncode == 0
    same = gitramp("diff", "--exit-code", "-e", "dev", cwd=worked.folder)
    assert (same.returncode, same.stdout) == (0, f"Nothing differs from commit {start} to the work tree.\n")
    tip = worked.commit("25", NOON)[:12]
    assert f"From commit {start} to commit {tip}" in gitramp("diff", cwd=worked.folder).stdout
    assert "Nothing differs" in gitramp("diff", "--against", "HEAD", cwd=worked.folder).stdout
    assert gitramp("diff", "--against", "nowhere", "--exit-code", cwd=worked.folder).returncode == 4
    assert gitramp("diff", "-e", "prod", cwd=worked.folder).returncode == 2
    assert worked.git("status", "--porcelain") == ""
