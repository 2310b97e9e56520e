"""Provenance: every rendered field leads back to the overlay lines that decided it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitramp.overlays import snapshot
from gitramp.pipeline import Built, build
from gitramp.pointer import Pointer, read_pointer, show_pointer
from gitramp.problem import Mark
from gitramp.provenance import Cause, place, trace
from gitramp.resource import Manifest, Origin
from gitramp.source import Snapshot, plain, walk_towards

ROOT = Path(__file__).resolve().parents[1]
WORKSPACES = [ROOT, *sorted(folder for folder in (ROOT / "tests" / "cases").iterdir() if folder.is_dir())]
BASE = """\
apiVersion: gitramp/v1alpha1
kind: Layer
gateways: {public: {selector: {istio: ingressgateway}}}
services:
  web:
    hosts: [web.local]
    image: example.com/web:1.0.0
    port: 8080
    replicas: 2
    servicePort: 8000
    probes: {readiness: {path: /readyz}}
    tracks:
      v1: {}
      v2: {image: example.com/web:2.0.0}
    stable: v1
"""
TOP = """\
apiVersion: gitramp/v1alpha1
kind: Environment
extends: base
services:
  web:
    replicas: 3
    servicePort: null
    tracks:
      v2: {replicas: 1}
    canary:
      track: v2
      weight: 10
      match:
        - headers: {X-Track: {exact: canary}}
        - cookies: {access: {exact: v2}}
"""


def built(top: str = TOP, base: str = BASE) -> Built:
    files = {"environments/base.yaml": base.encode(), "environments/top.yaml": top.encode()}
    (found,) = build(Snapshot(files))
    return found


def manifest(environment: Built, kind: str, namespace: str, name: str = "web") -> Manifest:
    (found,) = [m for m in environment.manifests.of_kind(kind) if m.id[1:] == (namespace, name)]
    return found


def causes(environment: Built, kind: str, namespace: str, field: str) -> list[tuple[str, list[str], bool]]:
    """Return what a field was made from: overlay pointer, each setting as `file:line:column shown`, exact or not."""
    found = trace(manifest(environment, kind, namespace), read_pointer(field), environment.values)
    return [(show_pointer(cause.pointer), settings(cause), cause.exact) for cause in found.causes]


def settings(cause: Cause) -> list[str]:
    return [f"{mark} {shown}".removeprefix("environments/") for mark, shown in cause.settings]


def line_of(text: str, found: str) -> int:
    (line,) = [number for number, line in enumerate(text.splitlines(), 1) if found in line]
    return line


# Weights.


def test_the_stable_weight_is_traced_to_the_canary_s() -> None:
    environment = built()
    routes = manifest(environment, "VirtualService", "services")
    found = trace(routes, read_pointer("/spec/http/1/route/0/weight"), environment.values)
    assert (found.value, found.how, found.fixed) == (90, "90 = 100 - canary.weight", False)
    (cause,) = found.causes
    assert cause.pointer == ("services", "web", "canary", "weight")
    assert settings(cause) == [f"top.yaml:{line_of(TOP, 'weight')}:15 10"]
    assert cause.exact


def test_the_canary_weight_is_traced_with_what_stable_gets() -> None:
    environment = built()
    routes = manifest(environment, "VirtualService", "services")
    found = trace(routes, read_pointer("/spec/http/1/route/1/weight"), environment.values)
    assert (found.value, found.how) == (10, "canary.weight; stable gets 90 = 100 - canary.weight")


def test_a_destination_is_traced_to_the_key_that_chose_its_track() -> None:
    environment = built()
    hosts = [f"/spec/http/1/route/{position}/destination/host" for position in (0, 1)]
    found = [causes(environment, "VirtualService", "services", host) for host in hosts]
    assert found == [
        [("/services/web/stable", [f"base.yaml:{line_of(BASE, 'stable')}:13 v1"], True)],
        [("/services/web/canary/track", [f"top.yaml:{line_of(TOP, 'track: v2')}:14 v2"], True)],
    ]


def test_a_header_is_traced_to_its_test() -> None:
    found = causes(built(), "VirtualService", "services", "/spec/http/0/match/0/headers/x-track/exact")
    place = f"top.yaml:{line_of(TOP, 'X-Track')}:38 canary"
    assert found == [("/services/web/canary/match/0/headers/X-Track/exact", [place], True)]


@pytest.mark.parametrize("field", ["/spec/http/0/match/1/headers/cookie", "/spec/http/0/match/1/headers/cookie/regex"])
def test_the_pattern_for_a_cookie_is_traced_to_the_cookie(field: str) -> None:
    """The pattern is computed: what is inside it has no counterpart in the overlay, but the cookie is said there."""
    environment = built()
    found = trace(manifest(environment, "VirtualService", "services"), read_pointer(field), environment.values)
    (cause,) = found.causes
    assert found.how == "whole cookie access"
    assert show_pointer(cause.pointer).startswith("/services/web/canary/match/1/cookies/access")
    assert cause.settings[-1].mark.line == line_of(TOP, "access")
    assert cause.exact


# Values with a history, defaults, removals.


def test_a_value_is_traced_through_its_layers() -> None:
    environment = built()
    over = [f"base.yaml:{line_of(BASE, 'replicas')}:15 2", f"top.yaml:{line_of(TOP, 'replicas: 3')}:15 3"]
    v1 = causes(environment, "Deployment", "services-v1", "/spec/replicas")
    assert v1 == [("/services/web/tracks/v1/replicas", over, True)]
    v2 = causes(environment, "Deployment", "services-v2", "/spec/replicas")
    own = f"top.yaml:{line_of(TOP, 'v2: {replicas')}:22 1"
    assert v2 == [("/services/web/tracks/v2/replicas", [*over, own], True)]


def test_a_track_s_own_value_is_traced_over_that_of_its_service() -> None:
    environment = built()
    found = causes(environment, "Deployment", "services-v2", "/spec/template/spec/containers/0/image")
    said = f"base.yaml:{line_of(BASE, ':1.0.0')}:12 example.com/web:1.0.0"
    own = f"base.yaml:{line_of(BASE, ':2.0.0')}:19 example.com/web:2.0.0"
    assert found == [("/services/web/tracks/v2/image", [said, own], True)]


def test_a_default_is_traced_to_what_stands_around_it_and_is_not_exact() -> None:
    environment = built(TOP.replace("    servicePort: null\n", ""), BASE.replace("    servicePort: 8000\n", ""))
    field = "/spec/template/spec/containers/0/readinessProbe/periodSeconds"
    (found,) = causes(environment, "Deployment", "services-v1", field)
    around = f"base.yaml:{line_of(BASE, 'readiness') - 1}:14 mapping"
    assert found == ("/services/web/tracks/v1/probes/readiness/periodSeconds", [around], False)
    (port,) = causes(environment, "Service", "services-v1", "/spec/ports/0/port")
    assert port[0] == "/services/web/tracks/v1/servicePort"
    assert not port[2]


def test_a_default_after_a_removal_is_traced_to_the_removal() -> None:
    (found,) = causes(built(), "Service", "services-v1", "/spec/ports/0/port")
    said = f"base.yaml:{line_of(BASE, 'servicePort')}:18 8000"
    removed = f"top.yaml:{line_of(TOP, 'servicePort')}:18 removed"
    assert found == ("/services/web/tracks/v1/servicePort", [said, removed], False)


def test_a_default_after_a_removal_in_the_track_is_traced_to_the_removal() -> None:
    top = TOP.replace("v2: {replicas: 1}", "v2: {replicas: null}")
    (found,) = causes(built(top), "Deployment", "services-v2", "/spec/replicas")
    over = [f"base.yaml:{line_of(BASE, 'replicas')}:15 2", f"top.yaml:{line_of(TOP, 'replicas: 3')}:15 3"]
    removed = f"top.yaml:{line_of(top, 'replicas: null')}:22 removed"
    assert found == ("/services/web/tracks/v2/replicas", [*over, removed], False)


# What no overlay decides.


@pytest.mark.parametrize("field", ["", "/kind", "/apiVersion", "/metadata/name", "/spec/hosts/1", "/spec/gateways/1"])
def test_a_fixed_field_is_traced_to_what_the_object_exists_for(field: str) -> None:
    environment = built()
    found = trace(manifest(environment, "VirtualService", "services"), read_pointer(field), environment.values)
    assert found.fixed
    assert found.how == ""
    (cause,) = found.causes
    assert cause.pointer == ("services", "web")
    assert settings(cause) == ["base.yaml:5:3 mapping", "top.yaml:5:3 mapping"]


def test_an_object_of_a_track_exists_for_the_track() -> None:
    environment = built()
    found = trace(manifest(environment, "Deployment", "services-v2"), ("kind",), environment.values)
    (cause,) = found.causes
    assert found.fixed
    assert settings(cause) == [
        f"base.yaml:{line_of(BASE, 'v2:')}:7 mapping",
        f"top.yaml:{line_of(TOP, 'v2: {replicas')}:7 mapping",
    ]


@pytest.mark.parametrize("field", ["/spec/nothing", "/spec/http/7", "/spec/hosts/name", "/kind/0", "/spec/http/0/x/y"])
def test_a_field_that_is_not_there_has_no_trace(field: str) -> None:
    environment = built()
    with pytest.raises((LookupError, ValueError, TypeError)):
        trace(manifest(environment, "VirtualService", "services"), read_pointer(field), environment.values)


# Places.


def test_a_value_is_placed_where_it_was_decided() -> None:
    found = place(Origin((("services", "web", "canary", "weight"),)), built().values)
    assert found == Mark("environments/top.yaml", line_of(TOP, "weight"), 15)


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        (("services", "web", "tracks", "v1", "replicas"), line_of(TOP, "replicas: 3"), 15),
        (("services", "web", "canary", "ramp", "steps"), line_of(TOP, "canary:"), 5),
        (("services", "nobody", "canary"), line_of(TOP, "services:"), 1),
        (("platform", "istio"), 1, 1),
        ((), 1, 1),
    ],
)
def test_what_is_not_said_is_placed_around_it(pointer: Pointer, line: int, column: int) -> None:
    found = place(Origin((pointer,)), built().values)
    assert found == Mark("environments/top.yaml", line, column)


def test_nothing_of_an_overlay_has_no_place() -> None:
    assert place(Origin(()), built().values) is None


# All that is rendered here.


@pytest.mark.parametrize("workspace", WORKSPACES, ids=lambda folder: folder.name)
def test_every_trace_leads_to_lines_of_the_overlays(workspace: Path) -> None:
    for environment in build(snapshot(workspace)):
        for found in environment.manifests:
            for pointer in [(), *found.origins]:
                traced = trace(found, pointer, environment.values)
                assert traced.causes
                for mark, _ in (setting for cause in traced.causes for setting in cause.settings):
                    assert mark.path in environment.values.files
                    assert mark.line <= len((workspace / mark.path).read_text().splitlines())


@pytest.mark.parametrize("workspace", WORKSPACES, ids=lambda folder: folder.name)
def test_a_field_that_was_taken_over_is_what_the_overlay_says(workspace: Path) -> None:
    taken_over = [
        (traced.value, cause.pointer, value_at(environment, cause.pointer))
        for environment in build(snapshot(workspace))
        for found in environment.manifests
        for traced in (trace(found, pointer, environment.values) for pointer in found.origins)
        for cause in traced.causes
        if cause.exact and not traced.how
    ]
    assert taken_over
    for value, pointer, said in taken_over:
        if isinstance(said, (str, int)):
            assert value == said, show_pointer(pointer)


def value_at(environment: Built, pointer: Pointer) -> Any:
    *_, found = walk_towards(environment.values.root, pointer)
    return plain(found)


def test_a_default_leads_to_the_key_that_would_change_it() -> None:
    environment = built()
    service = manifest(environment, "Service", "services")
    (cause,) = trace(service, ("metadata", "namespace"), environment.values).causes
    assert (show_pointer(cause.pointer), cause.exact) == ("/namespaces/apex", False)
