"""Merging: RFC 7396 to the letter, what tracks inherit, and that every value remembers who set it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp.merge import inherit, merge, patch
from gitramp.overlays import read_chains, snapshot
from gitramp.problem import Mark
from gitramp.source import Node, Snapshot, Values, plain

# The cases of https://www.rfc-editor.org/rfc/rfc7396#appendix-A: target, patch, result.
MERGE_PATCHES = json.loads((Path(__file__).parent / "rfc7396.json").read_text())
NOWHERE = Mark("nowhere.yaml")
HEAD = "apiVersion: gitramp/v1alpha1\nkind: {}\n"


def node(value: Any) -> Node:
    """Return JSON as nodes, all of one place."""
    if isinstance(value, dict):
        return Node({key: node(child) for key, child in value.items()}, NOWHERE, NOWHERE)
    if isinstance(value, list):
        return Node([node(item) for item in value], NOWHERE, NOWHERE)
    return Node(value, NOWHERE, NOWHERE)


def patched(target: Any, over: Any) -> Any:
    return plain(patch(node(target), node(over)))


def reference(target: Any, over: Any) -> Any:
    """Apply a merge patch as section 2 of RFC 7396 says in pseudo-code."""
    if not isinstance(over, dict):
        return over
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = reference(result.get(key), value)
    return result


def merged(*layers: str, name: str = "top") -> Values:
    """Merge texts, lowest layer first; they lie in 0.yaml, 1.yaml and so on, the last one in top.yaml."""
    names = [f"{position}" for position in range(len(layers) - 1)] + [name]
    files = {}
    for position, text in enumerate(layers):
        kind = "Environment" if position == len(layers) - 1 else "Layer"
        below = f"extends: '{names[position - 1]}'\n" if position else "\n"
        files[f"environments/{names[position]}.yaml"] = (HEAD.format(kind) + below + text).encode()
    return merge(name, read_chains(Snapshot(files))[name])


def at(values: Values, *steps: str | int) -> Node:
    """Return the node at a path; the path must lead to one."""
    found = values.root
    for step in steps:
        assert isinstance(found.value, (dict, list))
        found = found.value[step]  # type: ignore[index]
    return found


def settings_of(found: Node) -> list[tuple[str, str]]:
    """Return who set a value, oldest first, the one in force last."""
    said = [(str(setting.mark).removeprefix("environments/"), setting.shown) for setting in found.history]
    return [*said, (str(found.place).removeprefix("environments/"), found.shown)]


# RFC 7396.


@pytest.mark.parametrize(
    ("target", "over", "result"),
    MERGE_PATCHES,
)
def test_the_cases_of_the_rfc(target: Any, over: Any, result: Any) -> None:
    assert patched(target, over) == result
    assert reference(target, over) == result


KEYS = st.sampled_from("abcd")
TREES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["x", ""]),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(KEYS, below, max_size=4),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(KEYS, TREES, max_size=4)


@settings(deadline=None, max_examples=500)
@given(TREES, TREES)
def test_any_patch_gives_what_the_rfc_says(target: Any, over: Any) -> None:
    assert patched(target, over) == reference(target, over)


@settings(deadline=None, max_examples=300)
@given(st.lists(MAPPINGS, min_size=1, max_size=5))
def test_any_chain_gives_what_the_rfc_says_step_by_step(layers: list[dict[str, Any]]) -> None:
    found = node({})
    expected: dict[str, Any] = {}
    for layer in layers:
        found, expected = patch(found, node(layer)), reference(expected, layer)
    assert plain(found) == expected
    assert list(nulls(found)) == []


@settings(deadline=None)
@given(TREES, TREES)
def test_the_same_patch_again_changes_nothing(target: Any, over: Any) -> None:
    once = patched(target, over)
    assert patched(once, over) == once


@settings(deadline=None)
@given(MAPPINGS)
def test_a_patch_of_nothing_drops_what_is_null(over: dict[str, Any]) -> None:
    result = patch(None, node(over))
    assert plain(result) == reference({}, over)
    assert list(nulls(result)) == []


@settings(deadline=None)
@given(TREES)
def test_an_empty_patch_changes_no_mapping(target: Any) -> None:
    assert patched(target, {}) == (target if isinstance(target, dict) else {})


@settings(deadline=None)
@given(TREES, TREES)
def test_merging_leaves_its_arguments_alone(target: Any, over: Any) -> None:
    below, above = node(target), node(over)
    patch(below, above)
    assert plain(below) == target
    assert plain(above) == over


def nulls(found: Node) -> Iterator[Node]:
    """Yield what is null in mappings; a list is taken over whole, nulls and all."""
    if isinstance(found.value, dict):
        for child in found.value.values():
            if child.value is None:
                yield child
            yield from nulls(child)


# Who set what.


def test_a_value_remembers_those_it_overrode_oldest_first() -> None:
    values = merged("platform: {istio: '1.29'}", "platform: {istio: '1.30'}", "platform:\n  istio: '1.31'")
    assert settings_of(at(values, "platform", "istio")) == [
        ("0.yaml:4:19", "1.29"),
        ("1.yaml:4:19", "1.30"),
        ("top.yaml:5:10", "1.31"),
    ]
    assert settings_of(at(values, "platform")) == [
        ("0.yaml:4:1", "mapping"),
        ("1.yaml:4:1", "mapping"),
        ("top.yaml:4:1", "mapping"),
    ]


def test_a_value_that_a_layer_does_not_say_keeps_its_place() -> None:
    values = merged("platform: {istio: '1.29', kubernetes: '1.36'}", "platform: {istio: '1.30'}")
    assert settings_of(at(values, "platform", "kubernetes")) == [("0.yaml:4:39", "1.36")]


def test_a_removal_is_remembered_with_what_it_removed() -> None:
    values = merged("platform: {istio: '1.29'}", "platform: {istio: '1.30'}", "platform: {istio: null}")
    platform = at(values, "platform")
    assert platform.value == {}
    assert [(str(mark), shown) for mark, shown in platform.removed["istio"]] == [
        ("environments/0.yaml:4:19", "1.29"),
        ("environments/1.yaml:4:19", "1.30"),
        ("environments/top.yaml:4:19", "removed"),
    ]


def test_a_value_that_comes_back_remembers_its_removal() -> None:
    values = merged("platform: {istio: '1.29'}", "platform: {istio: null}", "platform: {istio: '1.31'}")
    assert settings_of(at(values, "platform", "istio")) == [
        ("0.yaml:4:19", "1.29"),
        ("1.yaml:4:19", "removed"),
        ("top.yaml:4:19", "1.31"),
    ]
    assert "istio" not in at(values, "platform").removed


def test_a_mapping_that_comes_back_holds_nothing_of_the_old_one() -> None:
    values = merged("platform: {istio: '1.29'}", "platform: null", "platform: {kubernetes: '1.37'}")
    assert plain(at(values, "platform")) == {"kubernetes": "1.37"}
    assert settings_of(at(values, "platform")) == [
        ("0.yaml:4:1", "mapping"),
        ("1.yaml:4:11", "removed"),
        ("top.yaml:4:1", "mapping"),
    ]


def test_a_removal_of_nothing_is_remembered_too() -> None:
    values = merged("platform: {istio: null}")
    assert [shown for _, shown in at(values, "platform").removed["istio"]] == ["removed"]


def test_a_change_of_type_is_remembered() -> None:
    values = merged("services: {web: {hosts: [a]}}", "services: {web: {hosts: {a: b}}}", "services: {web: {hosts: c}}")
    assert [shown for _, shown in settings_of(at(values, "services", "web", "hosts"))] == ["list", "mapping", "c"]


def test_the_files_of_an_environment_are_those_of_its_chain() -> None:
    assert merged("", "", "").files == ("environments/0.yaml", "environments/1.yaml", "environments/top.yaml")


# Tracks.

SERVICE = """
services:
  web:
    port: 8080
    replicas: 3
    env: {A: one, B: two}
    resources: {requests: {cpu: 1m, memory: 1Mi}}
    hosts: [web.local]
    tracks:
"""


def test_a_track_says_only_what_differs() -> None:
    tracks = "      v1: {}\n      v2: {replicas: 1, env: {B: three, C: four}, resources: {requests: {cpu: 2m}}}\n"
    values = inherit(merged(SERVICE + tracks))
    assert plain(at(values, "services", "web", "tracks", "v1")) == {
        "port": 8080,
        "replicas": 3,
        "env": {"A": "one", "B": "two"},
        "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}},
    }
    assert plain(at(values, "services", "web", "tracks", "v2")) == {
        "port": 8080,
        "replicas": 1,
        "env": {"A": "one", "B": "three", "C": "four"},
        "resources": {"requests": {"cpu": "2m", "memory": "1Mi"}},
    }


def test_null_in_a_track_stops_what_it_would_inherit() -> None:
    values = inherit(merged(SERVICE + "      v1: {replicas: null, env: {A: null}, resources: {requests: null}}\n"))
    assert plain(at(values, "services", "web", "tracks", "v1")) == {
        "port": 8080,
        "env": {"B": "two"},
        "resources": {},
    }
    assert [shown for _, shown in at(values, "services", "web", "tracks", "v1").removed["replicas"]][-1] == "removed"


def test_null_in_a_track_of_a_layer_beneath_stops_it_as_well() -> None:
    values = inherit(merged(SERVICE + "      v1: {env: null}\n", "services: {web: {env: {A: late}, replicas: 5}}"))
    track = plain(at(values, "services", "web", "tracks", "v1"))
    assert "env" not in track
    assert track["replicas"] == 5


def test_a_track_removed_by_a_layer_is_gone() -> None:
    values = inherit(merged(SERVICE + "      v1: {}\n      v2: {}\n", "services: {web: {tracks: {v2: null}}}"))
    assert list(plain(at(values, "services", "web", "tracks"))) == ["v1"]


def test_layers_merge_before_tracks_inherit() -> None:
    """What a track says in the lowest layer stands over what its service says in the highest."""
    values = inherit(merged(SERVICE + "      v1: {replicas: 1}\n      v2: {}\n", "services: {web: {replicas: 9}}"))
    assert plain(at(values, "services", "web", "tracks", "v1"))["replicas"] == 1
    assert plain(at(values, "services", "web", "tracks", "v2"))["replicas"] == 9


def test_keys_of_the_service_alone_are_not_handed_down() -> None:
    values = inherit(merged(SERVICE + "      v1: {}\n"))
    assert "hosts" not in plain(at(values, "services", "web", "tracks", "v1"))
    assert plain(at(values, "services", "web", "hosts")) == ["web.local"]


def test_the_service_keeps_what_it_says() -> None:
    before = merged(SERVICE + "      v1: {replicas: 1}\n")
    after = inherit(before)
    assert after.files == before.files
    for key in ("port", "replicas", "env", "hosts"):
        assert at(after, "services", "web", key) == at(before, "services", "web", key)


def test_an_inherited_value_keeps_its_place_and_its_history() -> None:
    values = inherit(merged(SERVICE + "      v1: {}\n", "services: {web: {replicas: 4}}"))
    found = settings_of(at(values, "services", "web", "tracks", "v1", "replicas"))
    assert found == [("0.yaml:8:15", "3"), ("top.yaml:4:28", "4")]


def test_a_value_of_a_track_overrides_that_of_its_service() -> None:
    values = inherit(merged(SERVICE + "      v1: {replicas: 1}\n"))
    found = settings_of(at(values, "services", "web", "tracks", "v1", "replicas"))
    assert found == [("top.yaml:8:15", "3"), ("top.yaml:13:22", "1")]


def test_a_value_of_a_track_remembers_the_layers_of_the_track_as_well() -> None:
    values = inherit(
        merged(
            SERVICE + "      v1: {replicas: 1, env: {A: a}}\n",
            "services: {web: {tracks: {v1: {replicas: 2, env: {A: b}}}}}",
        )
    )
    track = ("services", "web", "tracks", "v1")
    assert settings_of(at(values, *track, "replicas")) == [
        ("0.yaml:8:15", "3"),
        ("0.yaml:13:22", "1"),
        ("top.yaml:4:42", "2"),
    ]
    assert settings_of(at(values, *track, "env", "A")) == [
        ("0.yaml:9:14", "one"),
        ("0.yaml:13:34", "a"),
        ("top.yaml:4:54", "b"),
    ]
    assert settings_of(at(values, *track)) == [("0.yaml:13:7", "mapping"), ("top.yaml:4:27", "mapping")]


def test_a_key_the_service_lost_is_known_to_be_lost_in_its_tracks() -> None:
    values = inherit(merged(SERVICE + "      v1: {}\n", "services: {web: {replicas: null}}"))
    removed = at(values, "services", "web", "tracks", "v1").removed["replicas"]
    assert [(str(mark), shown) for mark, shown in removed] == [
        ("environments/0.yaml:8:15", "3"),
        ("environments/top.yaml:4:28", "removed"),
    ]


def test_a_key_that_a_track_stops_remembers_what_it_stopped() -> None:
    values = inherit(merged(SERVICE + "      v1: {replicas: null}\n"))
    removed = at(values, "services", "web", "tracks", "v1").removed["replicas"]
    assert [(str(mark), shown) for mark, shown in removed] == [
        ("environments/top.yaml:8:15", "3"),
        ("environments/top.yaml:13:22", "removed"),
    ]


@pytest.mark.parametrize(
    "services", ["services: {}", "services: []", "services: x", "services: {web: 1}", "services: {web: {tracks: []}}"]
)
def test_what_has_no_tracks_inherits_nothing(services: str) -> None:
    values = merged(services)
    assert inherit(values).plain() == values.plain()


@settings(deadline=None)
@given(MAPPINGS, st.dictionaries(KEYS, MAPPINGS, max_size=3))
def test_a_track_is_a_patch_on_its_service(env: dict[str, Any], tracks: dict[str, dict[str, Any]]) -> None:
    said = {"services": {"web": {"env": env, "tracks": {name: {"env": own} for name, own in tracks.items()}}}}
    values = Values("top", patch(node({}), node(said)), ())
    found = plain(at(inherit(values), "services", "web", "tracks"))
    for name, own in tracks.items():
        assert found[name]["env"] == reference(reference({}, env), own)


# The worked example.


def leaves(found: Node) -> Iterator[Node]:
    if isinstance(found.value, dict):
        for child in found.value.values():
            yield from leaves(child)
    elif isinstance(found.value, list):
        for item in found.value:
            yield from leaves(item)
    else:
        yield found


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_every_value_of_the_example_stands_where_its_mark_says(repository_root: Path, environment: str) -> None:
    values = inherit(merge(environment, read_chains(snapshot(repository_root))[environment]))
    lines: dict[str, list[str]] = {
        path: (repository_root / path).read_text(encoding="utf-8").splitlines() for path in values.files
    }
    marked = list(leaves(values.root))
    assert len(marked) > 90
    for leaf in marked:
        written = lines[leaf.mark.path][leaf.mark.line - 1][leaf.mark.column - 1 :]
        if isinstance(leaf.value, str) and "\n" in leaf.value:
            first = leaf.value.splitlines()[0]
            assert written == "|"
            assert lines[leaf.mark.path][leaf.mark.line].strip() == first
        else:
            assert written.lstrip('"').startswith(leaf.shown)
