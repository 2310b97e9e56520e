"""Which edited lines `gitramp diff` names, and what it says of edits that are easily told wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from branches import NOON, Branch
from gitramp import tree
from gitramp.overlays import snapshot
from gitramp.pipeline import build
from gitramp.pipeline.diff import diff
from gitramp.report.diff import diff_text
from gitramp.workspace import Workspace
from reviews import edit, told

pytestmark = pytest.mark.usefixtures("identity")

CATALOG = "  # One track, no canary"
NEW = "  new: {image: 'acme/new:1', port: 80, hosts: [new.local], tracks: {v1: {}}}\n"
JOB = "    jobs: {migrate: {args: [migrate], schedule: '0 3 * * *'}}\n    tracks:\n      v1: {}\n\n  # In"


def replaced(branch: Branch, edits: Mapping[str, tuple[str, str]]) -> None:
    for name, (before, after) in edits.items():
        edit(branch, before, after, name)


def section(text: str, title: str) -> list[str]:
    """Return the lines beneath a title, without what is further in."""
    lines = text.splitlines()
    start = lines.index(f"  {title}") + 1
    end = next((n for n in range(start, len(lines)) if not lines[n].startswith("    ")), len(lines))
    return [line[4:] for line in lines[start:end]]


ONE_LINE = {
    "what a track inherits stands at its service": (
        {"base": ("port: 8080\n    replicas: 2\n    env", "port: 8081\n    replicas: 2\n    env")},
        "environments/base.yaml:61 services.catalog.port 8080 -> 8081: 1 field of Deployment services-v1/catalog",
    ),
    "a line that is gone": (
        {"dev": ("search:\n    replicas: 1\n", "search:\n")},
        "environments/dev.yaml:10 (before) services.search.replicas 1 -> 2: 1 field of Deployment services-v1/search",
    ),
    "a null that takes away": (
        {"dev": ("  catalog:\n", "  catalog:\n    callers: null\n")},
        (
            "environments/dev.yaml:13 services.catalog.callers removed {checkout: {}}: "
            "AuthorizationPolicy services-v1/catalog"
        ),
    ),
    "an item of a list": (
        {"base": ("hosts: [checkout.local]", "hosts: [a.local, checkout.local]")},
        "environments/base.yaml:77 services.checkout.hosts.0 added (a.local): 2 fields of 2 objects",
    ),
    "a service that is new": (
        {"base": (CATALOG, f"{NEW}{CATALOG}")},
        "environments/base.yaml:58 services.new added: 6 objects, 1 field of Gateway services/public",
    ),
    "a namespace that others are made for": (
        {"base": ("  catalog:\n", "  catalog:\n    namespace: catalog\n")},
        (
            "environments/base.yaml:60 services.catalog.namespace added (catalog): "
            "11 objects, 1 field of VirtualService services/catalog"
        ),
    ),
    "what is not rendered": (
        {"base": ("trust: {", "policy: {maxWeightStep: 50}\ntrust: {")},
        "environments/base.yaml:18 policy added {maxWeightStep: 50}: nothing that is rendered",
    ),
    "what may be a secret": (
        {"base": ("env: {LOG_LEVEL: info}", "env: {LOG_LEVEL: info, args: hunter2}")},
        "environments/base.yaml:63 services.catalog.env.args added: 1 field of Deployment services-v1/catalog",
    ),
}


@pytest.mark.parametrize("what", ONE_LINE)
def test_one_edited_line_is_one_cause(worked: Branch, what: str) -> None:
    edits, expected = ONE_LINE[what]
    replaced(worked, edits)
    assert section(told(worked, "dev"), "causes") == [expected]


def test_values_of_one_anchor_are_one_line(worked: Branch) -> None:
    edit(worked, "requests: {cpu: 50m, memory: 64Mi}", "requests: &small {cpu: 50m, memory: 64Mi}", "base")
    edit(worked, "requests: {cpu: 100m, memory: 128Mi}", "requests: *small", "base")
    worked.commit("small", NOON)
    edit(worked, "cpu: 50m", "cpu: 60m", "base")
    assert section(told(worked, "dev"), "causes") == [
        "environments/base.yaml:66 resources.requests.cpu 50m -> 60m in catalog, checkout: 3 fields of 3 objects"
    ]


def test_who_moves_extends_is_told_so(worked: Branch) -> None:
    worked.write((worked.folder / "environments" / "base.yaml").read_text().replace("info", "warn"), "other")
    worked.commit("another layer", NOON)
    edit(worked, "extends: base", "extends: other", "staging")
    (cause,) = section(told(worked), "causes")
    assert cause == "environments/staging.yaml:6 extends base -> other: 1 field of Deployment services-v1/catalog"


def test_a_file_beside_the_overlays_has_lines(worked: Branch) -> None:
    conf = worked.folder / "environments" / "base" / "files" / "my.conf"
    conf.parent.mkdir(parents=True)
    conf.write_text("one;\ntwo;\n")
    edit(worked, "      files:\n", "      files:\n        my.conf: {file: base/files/my.conf}\n", "base")
    worked.commit("a file", NOON)
    conf.write_text("one;\nthree;\n")
    text = told(worked, "dev")
    assert text.startswith("dev: search v1 restarts: config\n")
    assert section(text, "causes") == [
        "environments/base/files/my.conf:2 services.search.config.files.my.conf changes: 2 fields of 2 objects"
    ]


def test_a_schedule_starts_nothing_now_and_a_job_is_replaced(worked: Branch) -> None:
    edit(worked, "    tracks:\n      v1: {}\n\n  # In", JOB, "base")
    assert "    CronJob services-v1/catalog-migrate runs by its schedule\n" in told(worked, "dev")
    worked.commit("job", NOON)
    edit(worked, "args: [migrate]", "args: [migrate, --all]", "base")
    assert "    CronJob services-v1/catalog-migrate changes with its next run: args.1\n" in told(worked, "dev")
    worked.commit("all", NOON)
    edit(worked, "'0 3 * * *'", "'0 4 * * *'", "base")
    assert "runs by its schedule: 0 3 * * * -> 0 4 * * *\n" in told(worked, "dev")
    worked.commit("later", NOON)
    edit(worked, ", schedule: '0 4 * * *'", "", "base")
    worked.commit("once", NOON)
    edit(worked, "--all", "--some", "base")
    lines = section(told(worked, "dev"), "rollout")
    assert [line.rpartition("-")[2].split(" ", 1)[1] for line in lines[:2]] == ["runs anew", "is deleted"]


def test_a_policy_that_only_lets_callers_in_is_told_by_them(worked: Branch) -> None:
    edit(worked, "    callers: {checkout: {}}\n", "", "base")
    assert section(told(worked, "dev"), "trust") == ["checkout may no longer call catalog"]
    edit(worked, "  catalog:\n    image", "  catalog:\n    hosts: [catalog.local]\n    image", "base")
    assert section(told(worked, "dev"), "trust") == [
        "gateway public may newly call catalog",
        "checkout may no longer call catalog",
    ]


def test_a_peer_authentication_that_appears_loosens(worked: Branch) -> None:
    exception = "    portLevelMtls: {'8080': {mode: PERMISSIVE, reason: scraped without a sidecar}}\n"
    edit(worked, "  search:\n", f"  search:\n{exception}", "dev")
    assert section(told(worked), "trust") == [
        "anybody in plain text on port 8080 may newly call search",
        "mutual TLS of search on port 8080, in services-v1: STRICT -> PERMISSIVE",
    ]


def test_what_is_not_pruned_stays(worked: Branch) -> None:
    delivery = "delivery: {repoURL: 'https://git.example.com/a.git', prune: false, flux: {}}\ntrust: {"
    edit(worked, "trust: {", delivery, "base")
    worked.commit("delivery", NOON)
    edit(worked, "    callers: {checkout: {}}\n", "", "base")
    edit(worked, "a.git", "b.git", "base")
    stays = "AuthorizationPolicy services-v1/catalog (1 object stays, for nothing is pruned)"
    assert section(told(worked, "dev"), "rollout: no pod restarts") == [
        "1 object changes: GitRepository flux-system/dev",
        f"no longer rendered: {stays}",
    ]


OWN = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: mine, namespace: services}}
spec:
  hosts: [mine.services.svc.cluster.local]
  http:
    - name: api
      match: [{{uri: {{prefix: /api}}, method: {{exact: POST}}}}, {{withoutHeaders: {{y: {{}}}}, uri: {{exact: /x}}}}]
      route: [{{destination: {{host: search.services-{}.svc.cluster.local}}}}]
    - name: rest
      route: [{{destination: {{host: search.services-v1.svc.cluster.local}}}}]
"""


def test_requests_of_a_route_of_ones_own_are_asked(worked: Branch) -> None:
    mine = worked.folder / "environments" / "production" / "files" / "mine.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text(OWN.format("v1"))
    edit(worked, "parity:", "manifests: {mine: production/files/mine.yaml}\n\nparity:")
    worked.commit("mine", NOON)
    mine.write_text(OWN.format("v2"))
    text = told(worked)
    assert text.splitlines()[2:5] == [
        "    VirtualService services/mine in the mesh (mine.services.svc.cluster.local)",
        "      path=/api or below and method POST: v1 100 % -> 0 %, v2 0 % -> 100 %",
        "      unchanged: GET / (v1)",
    ]
    assert "production/files/mine.yaml:9 " in text


def test_what_was_not_compared_is_no_sameness(worked: Branch) -> None:
    edit(worked, "weight: 10", "wait: 10")
    worked.commit("faulty", NOON)
    edit(worked, "wait: 10", "weight: 10")
    found = diff(Workspace(worked.folder), ["production"])
    assert found.may_differ
    assert diff_text(found).startswith("Nothing that could be compared differs from commit ")


def test_ports_that_open_and_close_are_asked(worked: Branch) -> None:
    edit(worked, "    port: 80\n", "    port: 80\n    tls: {credentialName: cert}\n", "base")
    assert told(worked, "dev").splitlines()[2:6] == [
        "    checkout at services/public (checkout.local:80)",
        "      all requests: v2 -> 301, redirect to https://(the same host)/",
        "    checkout at services/public (checkout.local:443)",
        "      all requests: not routed -> v2",
    ]
    worked.commit("tls", NOON)
    edit(
        worked,
        "env: {LOG_LEVEL: info}",
        "env: {LOG_LEVEL: info}\n    servicePort: 8000\n    ports: {a: {port: 9000}}",
        "base",
    )
    lines = told(worked, "dev").splitlines()
    begin = lines.index("    catalog in the mesh (catalog.services:80)")
    assert lines[begin : begin + 6] == [
        "    catalog in the mesh (catalog.services:80)",
        "      all requests: v1 -> not routed",
        "    catalog in the mesh (catalog.services:8000)",
        "      all requests: not routed -> v1",
        "    catalog in the mesh (catalog.services:9000)",
        "      all requests: not routed -> v1",
    ]


def test_a_track_of_a_caller_that_goes_calls_no_longer(worked: Branch) -> None:
    edit(worked, '      v1: {image: "ghcr.io/acme/checkout:3.0.1"}\n', "", "base")
    assert section(told(worked, "dev"), "trust") == ["checkout v1 may no longer call catalog"]


def test_what_a_service_may_reach(worked: Branch) -> None:
    external = "external: {pay: {hosts: [pay.example.com], ports: {https: {number: 443, protocol: tls}}}}\n"
    edit(worked, "services:\n", f"{external}services:\n", "base")
    edit(worked, "    env: {CATALOG_URL:", "    calls: []\n    env: {CATALOG_URL:", "base")
    assert section(told(worked, "dev"), "trust") == ["checkout may reach only its callees, before anything"]
    worked.commit("nothing", NOON)
    edit(worked, "    calls: []\n", "    calls: [pay]\n", "base")
    assert section(told(worked, "dev"), "trust") == ["checkout may newly reach pay"]
    worked.commit("pay", NOON)
    edit(worked, "    calls: [pay]\n", "", "base")
    edit(worked, "defaultDeny: true", "defaultDeny: true, outboundTraffic: ALLOW_ANY", "base")
    assert section(told(worked, "dev"), "trust") == [
        "what services do not say they call: REGISTRY_ONLY -> ALLOW_ANY",
        "checkout may reach anything, before only its callees, pay among them",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1.29.3-alpine", "1.29.5-alpine"),
        ("trust: {defaultDeny: true}", "trust: {networkPolicies: true}"),
        ("trust: {", "delivery: {repoURL: 'https://git.example.com/a.git', argocd: {}}\ntrust: {"),
        ("  catalog:\n", "  catalog:\n    namespace: catalog\n"),
        ('  kubernetes: "1.37"', '  mesh: ambient\n  kubernetes: "1.37"'),
    ],
)
def test_every_file_that_changes_is_told_and_has_a_cause(worked: Branch, before: str, after: str) -> None:
    """What is told of objects is what Git would show of `rendered/`."""
    old = files(worked)
    edit(worked, before, after, "base")
    new = files(worked)
    (found,) = diff(Workspace(worked.folder), ["production"]).environments
    rollout, causes = found.rollout, found.causes
    assert len(rollout.appear) == len(new.keys() - old.keys())
    assert len(rollout.go) == len(old.keys() - new.keys())
    changed = [path for path in old.keys() & new.keys() if old[path] != new[path]]
    assert len(rollout.change) + len(rollout.labels) == len(changed)
    told = {*rollout.appear, *rollout.go, *rollout.change, *rollout.labels}
    assert told == {each for cause in causes for each in cause.objects}


def files(branch: Branch) -> dict[str, bytes]:
    (built,) = build(snapshot(branch.folder), ["production"])
    return {tree.file_of(built.name, m): tree.content_of(built.name, m) for m in built.manifests}
