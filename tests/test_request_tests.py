"""Request tests: what overlays write down and what a canary promises, asked of the rendered routes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gitramp import request_tests
from gitramp.model import ClientRequest
from gitramp.pipeline import Built, build
from gitramp.problem import Finding, InputRejected, Mark
from gitramp.resource import Manifest, ManifestSet
from gitramp.source import Snapshot

CASE = Path(__file__).parent / "cases" / "gateway-api" / "environments" / "production.yaml"
SEARCH = """\
apiVersion: gitramp/v1alpha1
kind: Environment
gateways:
  public: {selector: {istio: ingressgateway}}
  partners: {selector: {istio: partners}}
services:
  search:
    hosts: [search.example.com, "*.search.example.com"]
    port: 8080
    tracks:
      v1: {image: "ghcr.io/acme/search:1.4.2"}
      v2: {image: "ghcr.io/acme/search:1.5.0"}
    stable: v1
    canary:
      track: v2
      weight: 25
      match:
        - cookies: {access: {exact: v2}}
        - headers: {x-track: {regex: "can.*"}}
        - {path: {prefix: /beta}, gateways: [partners]}
    routes:
      old: {match: [{path: {prefix: /old}}], redirect: {path: /}}
      beta: {match: [{path: {exact: /beta/gone}}], directResponse: {status: 410}}
"""


def built(text: str = SEARCH) -> Built:
    (one,) = build(Snapshot({"environments/production.yaml": text.encode()}))
    return one


def refused(text: str) -> list[Finding]:
    with pytest.raises(InputRejected) as rejected:
        built(text)
    return list(rejected.value.report)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("search.example.com", ("search.example.com", 0, "/")),
        ("Search.Example.com/A?q=1", ("search.example.com", 0, "/A?q=1")),
        ("http://search.example.com", ("search.example.com", 80, "/")),
        ("https://search.example.com/a", ("search.example.com", 443, "/a")),
        ("https://search.example.com:8443/a", ("search.example.com", 8443, "/a")),
        ("search.services:8080?q=1", ("search.services", 8080, "/?q=1")),
    ],
)
def test_a_url_says_host_port_and_path(url: str, target: tuple[str, int, str]) -> None:
    assert ClientRequest(url=url).target == target


@pytest.mark.parametrize(
    "url", ["search example", "ftp://search/", "/path", "search:0", "search/#part", "user@search/"]
)
def test_what_is_no_url_is_told(url: str) -> None:
    (finding,) = refused(f'{SEARCH}tests:\n  one: {{request: "{url}", service: search}}\n')
    assert (finding.code.number, finding.advice) == (
        "GR104",
        "write a host and a path, such as search.example.com/login; headers and cookies have keys of their own",
    )


def test_a_canary_is_asked_without_being_told_to() -> None:
    asked = built().asked
    # no match, and an example of each, the path at the gateway that it is for
    assert (asked.passed, asked.written, asked.breaches, asked.by_default) == (4, 0, (), ())


def changed(one: Built, change: Any) -> ManifestSet:
    def mended(manifest: Manifest) -> Manifest:
        if manifest.id.gvk.kind != "VirtualService":
            return manifest
        spec = manifest.body["spec"]
        return replace(manifest, body={**manifest.body, "spec": {**spec, "http": change(spec["http"])}})

    return ManifestSet.of(map(mended, one.manifests))


def without_canary(rules: list[Any]) -> list[Any]:
    return [rule for rule in rules if rule["name"] != "canary-match"]


def turned_round(rules: list[Any]) -> list[Any]:
    *before, split = rules
    weights = [destination["weight"] for destination in split["route"]]
    swapped = zip(split["route"], reversed(weights), strict=True)
    return [*before, {**split, "route": [{**destination, "weight": weight} for destination, weight in swapped]}]


@pytest.mark.parametrize(
    ("change", "pointers", "said"),
    [
        (
            without_canary,
            [("match", 0), ("match", 1), ("match", 2)],
            "cookie=access=v2 at gateway services/partners gets v1 of search 75 %, v2 of search 25 % by rule split",
        ),
        (
            turned_round,
            [("weight",)],
            "gets v1 of search 25 %, v2 of search 75 % by rule split, not v1 of search 75 % and v2 of search 25 %",
        ),
    ],
)
def test_routes_that_are_not_the_canary_s_are_told_at_its_line(change: Any, pointers: list[Any], said: str) -> None:
    one = built()
    asked = request_tests.ask(one.environment, changed(one, change))
    assert [breach.pointer for _, breach in asked.by_default] == [
        ("services", "search", "canary", *pointer) for pointer in pointers
    ]
    assert asked.by_default[0][1].message.count(said) == 1


def test_every_gateway_that_offers_the_host_is_asked() -> None:
    (finding,) = refused(f"{SEARCH}tests:\n  beta: {{request: search.example.com/beta, track: v2}}\n")
    assert "at gateway services/public gets v1 of search 75 %" in finding.message
    one = "{url: search.example.com/beta, gateway: partners}"
    assert built(f"{SEARCH}tests:\n  beta: {{request: {one}, track: v2}}\n").asked.written == 1


def test_who_answers_instead_is_told_with_the_line_that_decides() -> None:
    (finding,) = refused(f"{SEARCH}tests:\n  most: {{request: search.example.com/, track: v1, atLeast: 90}}\n")
    assert (finding.code.number, finding.mark) == ("GR269", Mark("environments/production.yaml", 25, 3))
    assert finding.message.endswith(
        "gets v1 of search 75 %, v2 of search 25 % by rule split, not v1 of search at least 90 %"
    )
    assert finding.related == ((Mark("environments/production.yaml", 16, 15), "decided by"),)


@pytest.mark.parametrize(
    "test",
    [
        "{request: search.example.com/old/a, status: 302}",
        "{request: search.example.com/beta/gone, status: 410}",
        "{request: {url: search.example.com, headers: {X-Track: canary}}, track: v2}",
        "{request: any.search.example.com, track: v1, atLeast: 75, atMost: 75}",
        "{request: {url: search.services, fromNamespace: shop}, service: search}",
        "{request: search.services-v2, track: v2}",
        "{request: unknown.example.com, status: 404}",
        "{request: {url: search.example.com/beta, method: POST, gateway: partners}, track: v2, service: search}",
        "{request: {url: search.example.com/beta, gateway: public}, track: v2, atMost: 25}",
    ],
)
def test_what_the_routes_do_passes(test: str) -> None:
    assert built(f"{SEARCH}tests:\n  one: {test}\n").asked.written == 1


def test_no_secret_of_a_request_is_shown() -> None:
    headers = "{authorization: Bearer t0ps3cret, x-api-token: t0ps3cret, cookie: a=1; session_token=t0ps3cret}"
    url = "search.example.com/?token=t0ps3cret"
    (finding,) = refused(f'{SEARCH}tests:\n  one: {{request: {{url: "{url}", headers: {headers}}}, track: v2}}\n')
    assert "t0ps3cret" not in f"{finding}"
    assert "cookie=a=1; session_token=(hidden)" in finding.message


def test_a_layer_s_test_is_changed_and_taken_away_like_all_else() -> None:
    base = SEARCH.replace("Environment", "Layer") + "tests:\n  most: {request: search.example.com, track: v1}\n"

    def asked(said: str) -> Built:
        overlay = f"apiVersion: gitramp/v1alpha1\nkind: Environment\nextends: base\ntests: {said}\n"
        files = {"environments/base.yaml": base.encode(), "environments/production.yaml": overlay.encode()}
        (one,) = build(Snapshot(files))
        return one

    with pytest.raises(InputRejected) as rejected:
        asked("{}")
    assert [finding.mark for finding in rejected.value.report] == [Mark("environments/base.yaml", 25, 3)]
    assert asked("{most: {atLeast: 70}}").asked.written == 1
    assert asked("{most: null}").asked.written == 0


def test_no_test_stands_in_the_way_of_an_abort() -> None:
    tests = (
        "tests:\n  cookie: {request: {url: search.example.com, cookies: {access: v2}}, track: v2}\n"
        "  few: {request: search.example.com, track: v2, atMost: 30}\n"
    )
    assert built(SEARCH + tests).asked.written == 2
    start = SEARCH.index("      match:")
    stopped = SEARCH[:start].replace("weight: 25", "weight: 0") + "      aborted: errors\n"
    assert built(stopped + tests).asked.written == 1


@pytest.mark.parametrize("ingress", ["istio", "gateway-api"])
@pytest.mark.parametrize("mesh", ["sidecar", "ambient"])
def test_tests_are_the_same_whatever_says_the_routes(ingress: str, mesh: str) -> None:
    platform = f"ingress: {ingress}, mesh: {mesh}"
    said = CASE.read_text().replace("ingress: gateway-api, mesh: ambient", platform)
    tests = (
        "tests:\n  header: {request: {url: search.example.com, headers: {x-track: canary}}, track: v2}\n"
        "  split: {request: search.example.com, track: v1, atLeast: 75, atMost: 75}\n"
        "  inside: {request: search.services, service: search}\n"
    )
    one = built(f"{said}\n{tests}")
    assert (one.asked.written, one.asked.by_default) == (3, ())
    assert one.asked.passed > 3


def test_a_verb_is_refused_by_a_test_and_an_abort_is_not(tmp_path: Path) -> None:
    tests = "tests:\n  most: {request: search.example.com, track: v1, atLeast: 75}\n  beta: {request: {url: "
    overlay = tmp_path / "environments" / "production.yaml"
    overlay.parent.mkdir()
    overlay.write_text(f"{SEARCH}{tests}search.example.com, cookies: {{access: v2}}}}, track: v2}}\n")
    calls = (["canary", "set", "search", "--weight", "30"], ["canary", "abort", "search", "--reason", "errors"])
    done = [
        subprocess.run(
            [sys.executable, "-m", "gitramp", *call, "-e", "production"],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )
        for call in calls
    ]  # fmt: skip
    assert [each.returncode for each in done] == [1, 0], [each.stdout + each.stderr for each in done]
    assert "GR269 test most" in done[0].stdout + done[0].stderr
    assert "aborted: errors" in overlay.read_text()


def test_a_port_that_nobody_listens_at_is_said_to_be_the_reason() -> None:
    (finding,) = refused(
        f"{SEARCH}tests:\n  one: {{request: 'https://search.example.com/', role: stable, atLeast: 75}}\n"
    )
    assert finding.remedy.startswith("nothing listens at port 443: ask search.example.com without a scheme or port")


PROMOTED = (
    SEARCH[: SEARCH.index("    canary:")].replace("stable: v1", "stable: v2") + SEARCH[SEARCH.index("    routes:") :]
)
BY_ROLE = """\
tests:
  cookie: {request: {url: search.example.com, cookies: {access: v2}}, role: canary}
  most: {request: search.example.com, role: stable, atLeast: 75}
  few: {request: search.services, role: canary, atMost: 25}
"""


def test_a_test_of_a_role_outlives_a_promotion() -> None:
    assert built(SEARCH + BY_ROLE).asked.written == 3
    promoted = built(PROMOTED + BY_ROLE).asked
    assert (promoted.written, promoted.unasked) == (1, 2)
    (other,) = refused(PROMOTED.replace("stable: v2", "stable: v1") + BY_ROLE.replace("atLeast: 75", "atMost: 75"))
    assert "v1 of search 100 % by rule split, not v1 of search at most 75 %" in other.message


def test_a_test_of_the_canary_does_not_hold_up_an_abort() -> None:
    aborted = SEARCH.replace("weight: 25\n", "weight: 0\n      aborted: slow\n")
    aborted = aborted.replace(aborted[aborted.index("      match:\n") : aborted.index("    routes:")], "")
    assert built(aborted + BY_ROLE).asked.written == 2


def test_a_role_is_asked_of_a_split_in_either_words() -> None:
    (finding,) = refused(SEARCH + BY_ROLE.replace("atLeast: 75", "atLeast: 76"))
    assert finding.message.startswith("test most: GET search.example.com/")
    assert finding.message.endswith(
        "v1 of search 75 %, v2 of search 25 % by rule split, not v1 of search at least 76 %"
    )
