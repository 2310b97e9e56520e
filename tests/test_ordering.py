"""The order of application: each code has steps that have it and no other, and steps a hair's breadth away."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import ordering, overlays
from gitramp.ordering.holes import holes
from gitramp.ordering.precedence import precedence
from gitramp.pipeline import Built, build, every_code
from gitramp.pipeline.build import located
from gitramp.problem import Finding, Severity
from gitramp.resource import Manifest, ManifestSet

ORDERS = Path(__file__).parent / "orders"
FIXTURES = sorted(path.relative_to(ORDERS).as_posix() for path in ORDERS.glob("GR*/*") if path.is_dir())
BAD = [fixture for fixture in FIXTURES if "/bad" in fixture]
GOOD = [fixture for fixture in FIXTURES if "/good" in fixture]
OWN = sorted(number for number in every_code() if "GR55" <= number < "GR56")


def sides(fixture: str) -> tuple[Built, Built]:
    (base,), (head,) = (build(overlays.snapshot(ORDERS / fixture / side)) for side in ("base", "head"))
    return base, head


def findings(fixture: str) -> list[Finding]:
    base, head = sides(fixture)
    return list(located(ordering.find(base.manifests, head.manifests), head.values))


@pytest.mark.parametrize("fixture", BAD)
def test_bad_step_has_exactly_its_code_at_a_place_in_the_overlay(fixture: str) -> None:
    found = findings(fixture)
    assert {f.code.number for f in found} == {fixture.partition("/")[0]}, [f.message for f in found]
    for finding in found:
        assert finding.mark is not None
        lines = (ORDERS / fixture / "head" / finding.mark.path).read_text().split("\n")
        assert 4 < finding.mark.line <= len(lines), "no better place than the top of the file"
        assert finding.message
        assert "\n" not in finding.message


@pytest.mark.parametrize("fixture", GOOD)
def test_good_step_has_nothing(fixture: str) -> None:
    assert [f"{f.code} {f.message}" for f in findings(fixture)] == []


@pytest.mark.parametrize("fixture", FIXTURES)
def test_step_to_the_same_state_has_nothing(fixture: str) -> None:
    for side in sides(fixture):
        assert list(ordering.find(side.manifests, side.manifests)) == []


@pytest.mark.parametrize("number", OWN)
def test_code_has_a_bad_and_a_good_step(number: str) -> None:
    assert any(fixture.startswith(f"{number}/") for fixture in BAD)
    assert any(fixture.startswith(f"{number}/") for fixture in GOOD)


def test_no_step_is_left_of_a_code_that_is_gone() -> None:
    assert {fixture.partition("/")[0] for fixture in FIXTURES} <= set(OWN)


MESSAGES = {
    "GR550/bad": "the route to search.services-v2 may be applied before its namespace, Service and pods",
    "GR551/bad": "the namespace, Service and pods of search.services-v2 may go before the route leaves it",
    "GR551/bad-port": "port 80 of search.services-v1 may go before the route leaves it",
    "GR552/bad": "search.services-v1 may be without pods for a while",
    "GR553/bad": "requests for find.example.com may find no route for a while",
    "GR557/bad": "calls to search.services-v1 may be refused for a while",
    "GR554/bad": "AuthorizationPolicy services-v1/catalog may refuse the calls of search.services-v1 while its "
    "route still leads there",
    "GR555/bad": "Sidecar services-v1/web may not list search.services-v1 while its route still leads there",
    "GR556/bad": "ConfigMap services-v1/search may go while old pods of Deployment services-v1/search still need it to "
    "start",
}


@pytest.mark.parametrize("fixture", MESSAGES)
def test_message_says_what_may_happen(fixture: str) -> None:
    assert {finding.message for finding in findings(fixture)} == {MESSAGES[fixture]}


def test_finding_leads_to_the_line_that_sends_traffic_and_to_what_is_not_there() -> None:
    (finding,) = findings("GR550/bad")
    overlay = ORDERS / "GR550/bad/head/environments/dev.yaml"
    assert finding.mark is not None
    assert "track: v2" in overlay.read_text().split("\n")[finding.mark.line - 1]
    assert [related.message for related in finding.related] == ["Service services-v2/search is new"]


def test_only_what_surely_fails_is_an_error() -> None:
    assert {n for n in OWN if every_code()[n].severity is not Severity.ERROR} == {"GR556", "GR557"}


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 10**30, 1.5, "", "x", "a/b", [], [None], [{}], {}, {"name": 3}, {"x": []}]
)


def places(tree: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, child in children:
        if at or key == "spec":
            yield (*at, key)
        if key != "metadata":
            yield from places(child, (*at, key))


@st.composite
def spoiled(draw: st.DrawFn, manifests: ManifestSet) -> ManifestSet:
    found = list(manifests)
    for position in draw(st.lists(st.integers(0, len(found) - 1), min_size=1, max_size=6)):
        body: Any = copy.deepcopy(found[position].body)
        where = draw(st.sampled_from([*places(body), ("spec",)]))
        inside = body
        for step in where[:-1]:
            inside = inside[step]
        inside[where[-1]] = draw(JUNK)
        found[position] = replace(found[position], body=body)
    return ManifestSet.of(found)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_object_makes_it_raise(data: st.DataObject) -> None:
    base, head = sides_of(data.draw(st.sampled_from(FIXTURES)))
    for _, breach in ordering.find(data.draw(spoiled(base)), data.draw(spoiled(head))):
        assert "\n" not in breach.message
    assert isinstance(next(iter(base)), Manifest)


def sides_of(fixture: str, known: dict[str, tuple[ManifestSet, ManifestSet]] = {}) -> tuple[ManifestSet, ManifestSet]:  # noqa: B006
    if fixture not in known:
        base, head = sides(fixture)
        known[fixture] = base.manifests, head.manifests
    return known[fixture]


@pytest.mark.parametrize("fixture", FIXTURES)
def test_step_of_one_route_is_no_other_than_one_that_is_looked_at_door_by_door(
    fixture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[holes.__module__], "_is_one_route", lambda order: not order.trees.changes)
    base, head = sides(fixture)
    after = {each.id: each for each in head.manifests}
    for route in (each for each in base.manifests if each.id.gvk.kind in {"VirtualService", "HTTPRoute"}):
        others = [each for each in base.manifests if each.id != route.id]
        with_it = [*others, after[route.id]] if route.id in after else others
        assert list(holes(precedence(base.manifests, ManifestSet.of(with_it)))) == []
