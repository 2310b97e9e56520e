"""Where a field stands in the file that it is rendered to: every field of the worked example, and what has no place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gitramp import overlays, tree
from gitramp.pipeline import build
from gitramp.pipeline.rendered import RenderedPlaces
from gitramp.pointer import Pointer
from gitramp.problem import InputRejected, Mark
from gitramp.resource import GroupVersionKind, Manifest, ResourceId
from gitramp.yamlio.write import scalar

ROOT = Path(__file__).resolve().parents[1]


def fields(value: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield (*at, step), child
        yield from fields(child, (*at, step))


def test_every_field_of_the_example_is_found_in_its_file() -> None:
    (built,) = build(overlays.snapshot(ROOT), ["production"])
    places = RenderedPlaces("production")
    for manifest in built.manifests:
        lines = (ROOT / tree.file_of("production", manifest)).read_text().split("\n")
        for pointer, value in fields(manifest.body):
            mark = places.of(manifest, pointer).mark
            there = lines[mark.line - 1][mark.column - 1 :]
            if isinstance(value, (dict, list)):
                assert isinstance(pointer[-1], int) or there.startswith(f"{scalar(pointer[-1])}:")
            else:
                assert there.startswith(("|", scalar(value)))


def test_field_that_is_not_there_is_placed_at_what_is_around_it() -> None:
    (built,) = build(overlays.snapshot(ROOT), ["production"])
    manifest = next(m for m in built.manifests if m.id.gvk.kind == "Deployment")
    places = RenderedPlaces("production")
    assert places.of(manifest, ("spec", "template", "no", 3)) == places.of(manifest, ("spec", "template"))


def test_object_that_no_reader_would_take_has_places_too() -> None:
    deep: dict[str, Any] = {"z": 1}
    for _ in range(100):
        deep = {"a": deep}
    large = Manifest(ResourceId(GroupVersionKind("", "v1", "X"), "a", "b"), deep, {}, ())
    assert RenderedPlaces("dev").of(large, ("a",) * 100).mark == Mark("rendered/dev/a/x_b.yaml", 101, 199)
    assert RenderedPlaces("dev").of(large, ()).mark == Mark("rendered/dev/a/x_b.yaml", 2)


def test_object_that_no_file_could_hold_is_placed_at_its_file() -> None:
    odd = Manifest(ResourceId(GroupVersionKind("", "v1", "X"), "a", "b"), {"a": object(), "b": 1}, {}, ())
    assert RenderedPlaces("dev").of(odd, ("b",)).mark == Mark("rendered/dev/a/x_b.yaml")


def test_finding_in_an_object_says_where_it_is_rendered() -> None:
    with pytest.raises(InputRejected) as caught:
        build(overlays.snapshot(ROOT / "tests" / "checks" / "GR312" / "bad"))
    (found,) = caught.value.report
    assert [(other.message, other.mark.path) for other in found.related] == [
        ("rendered", "rendered/dev/services-v1/search/horizontalpodautoscaler.yaml")
    ]
    assert found.mark is not None
    assert caught.value.report.sources[found.mark.path]
