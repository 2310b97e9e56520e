"""What holds for `gitramp diff` of any change: it tells what each tree answers, however little of it is expanded."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import changes, router
from gitramp.changes import State
from gitramp.overlays import names as names_of
from gitramp.overlays import snapshot as overlays_of
from gitramp.pipeline import Built, build
from gitramp.pipeline.apart import apart
from gitramp.pipeline.build import grown, modelled
from gitramp.problem import InputRejected
from gitramp.source import Snapshot
from reviews import ROOT

pytestmark = pytest.mark.usefixtures("identity")


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
