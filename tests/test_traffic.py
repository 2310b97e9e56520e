"""Traffic in words: what an environment does with it, and what a change does to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp.merge import inherit, merge
from gitramp.model import Canary, Environment, Match, Service, StringMatch, Track
from gitramp.model.container import Image
from gitramp.model.environ import EnvVar
from gitramp.overlays import read_chains, snapshot
from gitramp.parse import parse
from gitramp.traffic import Row, changes, rows, split

HEADER = Match(headers={"X-Track": StringMatch(exact="canary")})
COOKIE = Match(cookies={"access": StringMatch(exact="v2")})


def track(name: str, image: str = "") -> Track:
    return Track(name=name, image=Image(reference=image or f"ghcr.io/acme/search:{name}"), port=8080)


def service(name: str = "search", **said: Any) -> Service:
    tracks = {found.name: found for found in said.pop("tracks", (track("v1"), track("v2")))}
    return Service(name=name, tracks=tracks, stable=said.pop("stable", "v1"), **said)


def canary(weight: int = 10, name: str = "v2", *match: Match) -> Canary:
    return Canary(track=name, weight=weight, match=match)


def environment(*services: Service) -> Environment:
    return Environment(
        name="production",
        api_version="gitramp/v1alpha1",
        kind="Environment",
        services={found.name: found for found in services},
    )


def change(before: Service, after: Service) -> list[str]:
    return list(changes(environment(before), environment(after)))


# Who gets what.


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (service(), "v1 100 %"),
        (service(canary=canary(10)), "v1 90 %, v2 10 %"),
        (service(canary=canary(0)), "v1 100 %"),
        (service(canary=canary(100)), "v2 100 %"),
        (service(canary=canary(0, "v2", HEADER)), "v1 100 %; v2 when x-track=canary"),
        (
            service(canary=canary(10, "v2", HEADER, COOKIE)),
            "v1 90 %, v2 10 %; v2 when x-track=canary or cookie access=v2",
        ),
    ],
)  # fmt: skip
def test_the_split_of_a_service(found: Service, said: str) -> None:
    assert split(found) == said


@pytest.mark.parametrize(
    ("match", "said"),
    [
        (Match(headers={"a": StringMatch(prefix="v")}), "a=v..."),
        (Match(headers={"a": StringMatch(regex="v[2-9]")}), "a~v[2-9]"),
        (Match(headers={"a": StringMatch(exact="")}), "a="),
        (
            Match(headers={"a": StringMatch(exact="1"), "B": StringMatch(exact="2")}, cookies=COOKIE.cookies),
            "a=1 and b=2 and cookie access=v2",
        ),
    ],
)
def test_the_words_for_a_match(match: Match, said: str) -> None:
    assert split(service(canary=canary(0, "v2", match))) == f"v1 100 %; v2 when {said}"


def test_a_row_for_each_service() -> None:
    found = environment(
        service("api", tracks=(track("v1"),)),
        service("web", hosts=("web.local", "www.local"), canary=canary(25)),
    )
    assert list(rows(found)) == [
        Row("production", "api", "(mesh only)", "v1", "v1 100 %"),
        Row("production", "web", "web.local, www.local", "v1, v2", "v1 75 %, v2 25 %"),
    ]


# What a change does.


def test_nothing_changes_between_equals() -> None:
    found = environment(service(canary=canary(10, "v2", HEADER), hosts=("a",)), service("api"))
    assert changes(found, found) == ()


def test_a_new_environment_adds_its_services() -> None:
    assert changes(None, environment(service(canary=canary(10)), service("api", tracks=(track("v1"),)))) == (
        "search added (v1 90 %, v2 10 %)",
        "api added (v1 100 %)",
    )


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        pytest.param(None, canary(10), ["search canary v2 0 % -> 10 %"], id="start"),
        pytest.param(canary(0), canary(10), ["search canary v2 0 % -> 10 %"], id="from nothing"),
        pytest.param(canary(10), canary(25), ["search canary v2 10 % -> 25 %"], id="advance"),
        pytest.param(canary(25), canary(10), ["search canary v2 25 % -> 10 %"], id="back"),
        pytest.param(canary(50), canary(100), ["search canary v2 50 % -> 100 %"], id="all"),
        pytest.param(canary(10), None, ["search canary v2 10 % -> off"], id="abort"),
        pytest.param(canary(0, "v2", HEADER), None, ["search canary v2 0 % -> off"], id="abort of header only"),
        pytest.param(
            None, canary(0, "v2", HEADER), ["search canary v2 at 0 %", "search canary v2 when x-track=canary"],
            id="start with a header only",
        ),
        pytest.param(
            None, canary(1, "v2", HEADER), ["search canary v2 0 % -> 1 %", "search canary v2 when x-track=canary"],
            id="start with both",
        ),
        pytest.param(
            canary(10), canary(10, "v2", HEADER), ["search canary v2 when x-track=canary"], id="match added",
        ),
        pytest.param(
            canary(10, "v2", HEADER), canary(10, "v2", COOKIE), ["search canary v2 when cookie access=v2"],
            id="match changed",
        ),
        pytest.param(
            canary(10, "v2", HEADER), canary(10), ["search canary v2 no longer matches requests"], id="match removed",
        ),
        pytest.param(
            canary(10, "v2", HEADER), canary(25, "v2", HEADER, COOKIE),
            ["search canary v2 10 % -> 25 %", "search canary v2 when x-track=canary or cookie access=v2"], id="both",
        ),
    ],
)  # fmt: skip
def test_a_change_of_the_canary(before: Canary | None, after: Canary | None, sentences: list[str]) -> None:
    assert change(service(canary=before), service(canary=after)) == sentences


def aborted(weight: int = 0, *match: Match) -> Canary:
    return replace(canary(weight, "v2", *match), aborted="it is slow")


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (canary(10, "v2", HEADER), aborted(), "search canary v2 10 % -> 0 %, aborted: it is slow"),
        (canary(0, "v2", HEADER), aborted(), "search canary v2 aborted: it is slow"),
        (aborted(), canary(0), "search canary v2 started again"),
        (aborted(), canary(5), "search canary v2 0 % -> 5 %"),
    ],
)
def test_an_abort_and_its_end_are_one_sentence(before: Canary, after: Canary, sentence: str) -> None:
    assert change(service(canary=before), service(canary=after)) == [sentence]


def test_a_track_that_comes_as_canary_is_one_sentence() -> None:
    before, after = service(tracks=(track("v1"),)), service(canary=canary(0))
    assert change(before, after) == ["search canary v2 added at 0 %"]


@pytest.mark.parametrize(
    ("after", "sentences"),
    [
        (canary(10, "v3"), ["search canary v3 0 % -> 10 %"]),
        (canary(0, "v3"), ["search canary v3 at 0 %"]),
        (canary(10, "v3", HEADER), ["search canary v3 0 % -> 10 %", "search canary v3 when x-track=canary"]),
    ],
)
def test_a_canary_of_another_track(after: Canary, sentences: list[str]) -> None:
    tracks = (track("v1"), track("v2"), track("v3"))
    before = service(tracks=tracks, canary=canary(10, "v2", HEADER))
    assert change(before, service(tracks=tracks, canary=after)) == sentences


def test_a_promotion_is_one_sentence() -> None:
    assert change(service(canary=canary(50)), service(stable="v2")) == ["search stable v1 -> v2"]


def test_a_promotion_that_drops_the_old_track() -> None:
    after = service(tracks=(track("v2"),), stable="v2")
    assert change(service(canary=canary(100)), after) == ["search stable v1 -> v2", "search track v1 removed"]


def test_another_track_than_the_canary_becomes_stable() -> None:
    tracks = (track("v1"), track("v2"), track("v3"))
    before = service(tracks=tracks, canary=canary(10))
    assert change(before, service(tracks=tracks, stable="v3")) == [
        "search stable v1 -> v3",
        "search canary v2 10 % -> off",
    ]


def test_tracks_come_and_go() -> None:
    before = service(tracks=(track("v1"), track("v2")))
    after = service(tracks=(track("v1"), track("v3")))
    assert change(before, after) == ["search track v3 added", "search track v2 removed"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("ghcr.io/acme/search:1.4.2", "ghcr.io/acme/search:1.5.0", "1.4.2 -> 1.5.0"),
        ("localhost:5000/search:1", "localhost:5000/search:2", "1 -> 2"),
        ("search:1", "find:1", "image search:1 -> find:1"),
        (
            f"ghcr.io/acme/search:1@sha256:{'a' * 64}", f"ghcr.io/acme/search:1@sha256:{'b' * 64}",
            f"1@sha256:{'a' * 12} -> 1@sha256:{'b' * 12}",
        ),
    ],
)  # fmt: skip
def test_an_image_changes(before: str, after: str, said: str) -> None:
    old = service(tracks=(track("v1", before), track("v2")))
    new = service(tracks=(track("v1", after), track("v2")))
    assert change(old, new) == [f"search v1 {said}"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ghcr.io/acme/search:1.4.2", "docker.io/acme/search:1.4.2"),
        ("ghcr.io/acme/search:1", "ghcr.io/other/search:1"),
        ("search:1", "acme/search:1"),
        ("ghcr.io/acme/search:1", f"ghcr.io/acme/search:1@sha256:{'a' * 64}"),
    ],
)
def test_two_images_never_look_the_same(before: str, after: str) -> None:
    old = service(tracks=(track("v1", before),))
    (sentence,) = change(old, service(tracks=(track("v1", after),)))
    left, _, right = sentence.removeprefix("search v1 ").removeprefix("image ").partition(" -> ")
    assert left != right


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (("a.local",), ("a.local", "b.local"), "a.local -> a.local, b.local"),
        ((), ("a.local",), "none -> a.local"),
        (("a.local",), (), "a.local -> none"),
    ],
)
def test_hosts_change(before: tuple[str, ...], after: tuple[str, ...], said: str) -> None:
    assert change(service(hosts=before), service(hosts=after)) == [f"search hosts {said}"]


def test_services_come_and_go() -> None:
    before = environment(service("api"), service("search"))
    after = environment(service("search"), service("web", canary=canary(5)))
    assert changes(before, after) == ("web added (v1 95 %, v2 5 %)", "api removed")


def test_what_is_no_traffic_and_no_image_is_not_told() -> None:
    before = service()
    tracks = {name: replace(found, replicas=9, env={"A": EnvVar(value="b")}) for name, found in before.tracks.items()}
    assert change(before, replace(before, tracks=tracks)) == []


def test_several_services_are_told_one_after_the_other() -> None:
    before = environment(service("api", canary=canary(1)), service("web"))
    after = environment(service("api", canary=canary(5)), service("web", canary=canary(1), hosts=("w",)))
    assert changes(before, after) == (
        "api canary v2 1 % -> 5 %",
        "web canary v2 0 % -> 1 %",
        "web hosts none -> w",
    )


STATES = st.builds(
    lambda stable, weight, name, match, hosts: service(
        tracks=(track("v1"), track("v2"), track("v3")),
        stable=stable,
        canary=None if weight is None else canary(weight, name, *match),
        hosts=hosts,
    ),
    st.sampled_from(["v1", "v2", "v3"]),
    st.none() | st.integers(0, 100),
    st.sampled_from(["v1", "v2", "v3"]),
    st.lists(st.sampled_from([HEADER, COOKIE]), max_size=2),
    st.sampled_from([(), ("a",), ("a", "b")]),
).filter(lambda found: found.canary is None or found.canary.track != found.stable)


@settings(deadline=None)
@given(STATES, STATES)
def test_a_change_of_traffic_is_never_passed_over(before: Service, after: Service) -> None:
    sentences = change(before, after)
    if split(before) != split(after) or before.hosts != after.hosts:
        assert sentences
    if before == after:
        assert not sentences
    assert all(sentence.startswith("search ") and "\n" not in sentence for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


def test_the_example_in_words(repository_root: Path) -> None:
    chains = read_chains(snapshot(repository_root))
    parsed = {name: parse(inherit(merge(name, chain))) for name, chain in chains.items()}
    said = {(row.environment, row.service): row.traffic for found in parsed.values() for row in rows(found)}
    assert said["dev", "search"] == "v1 100 %"
    assert said["staging", "search"] == "v1 100 %; v2 when x-track=canary or cookie access=v2"
    assert said["production", "search"] == "v1 90 %, v2 10 %; v2 when x-track=canary or cookie access=v2"
    assert changes(parsed["staging"], parsed["production"]) == ("search canary v2 0 % -> 10 %",)
    assert "search track v2 removed" in changes(parsed["production"], parsed["dev"])
