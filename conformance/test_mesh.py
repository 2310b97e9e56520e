"""Istio's own code, with stock Envoys, sends requests where the evaluator says: every environment of this repository.

`make mesh-check` runs it. Every load is bounded, and stays on this machine.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance import corpus, mesh
from conformance.every_random import FEWEST, MOST, differences, tally
from conformance.form import Form
from conformance.forms import ALL, forms
from conformance.mesh import Istiod, Refused
from conformance.routing import AT_RANDOM, FORMS, ISTIO, RENDERED, Routing
from gitramp import overlays, preview
from gitramp.pipeline import build
from gitramp.pipeline.agreement import agreements
from gitramp.pipeline.built import Built
from gitramp.pipeline.probes import probes
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId


@pytest.fixture(scope="module")
def istio() -> Iterator[Istiod]:
    with mesh.istiod() as started:
        yield started


def built(root: Path, name: str) -> Built:
    (found,) = build(overlays.snapshot(root), [name])
    return found


@pytest.mark.parametrize(("root", "name"), corpus.environments(), ids=lambda v: v.name if isinstance(v, Path) else v)
def test_istio_and_the_evaluator_agree(root: Path, name: str, istio: Istiod, routing: Routing) -> None:
    found = routing.enter(RENDERED, ISTIO, mesh.compare(istio, built(root, name)))
    assert differences(found) == []
    assert found.requests


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.name)
def test_forms_of_routes_that_no_example_has_are_read_alike(form: Form, istio: Istiod, routing: Routing) -> None:
    with istio.serving(form.manifests) as ask:
        found = agreements(form.name, form.manifests, form.probes, ask, ALL)
    assert differences(routing.enter(FORMS, ISTIO, found)) == []
    assert not found.unasked


def test_istio_and_the_evaluator_agree_about_environments_at_random(istio: Istiod, routing: Routing) -> None:
    found = tally(lambda built: routing.enter(AT_RANDOM, ISTIO, mesh.compare(istio, built, MOST)))
    assert found.differ == {}
    assert found.asked >= FEWEST


def test_connections_of_what_is_not_http_are_shared_out(istio: Istiod) -> None:
    found = mesh.compare(istio, built(corpus.ROOT / "tests" / "cases" / "ports", "production"))
    (split,) = (each for each in found.asked if each.probe.host == "search.services.svc.cluster.local:7001")
    assert {reply.destination for reply in split.replies} == {
        f"search-{v}.shop.svc.cluster.local:7001" for v in ("v1", "v2")
    }
    assert not split.why


def test_disagreement_is_found(istio: Istiod, tmp_path: Path) -> None:
    shutil.copytree(corpus.ROOT / "environments", tmp_path / "environments")
    path = tmp_path / "environments" / "production.yaml"
    path.write_text(path.read_text().replace("weight: 10", "weight: 25"))
    known, edited = built(corpus.ROOT, "production"), built(tmp_path, "production")
    asked = probes(known.manifests, preview.doors(known.manifests), "cluster.local")
    with istio.serving(edited.manifests) as ask:
        found = agreements("production", known.manifests, asked, ask)
    assert {each.probe.host for each in found.differ} >= {"search.local"}


def test_what_istiod_does_not_take_is_refused_with_its_words_and_the_next_is_served(istio: Istiod) -> None:
    kind = GroupVersionKind("networking.istio.io", "v1", "VirtualService")
    spec = {"hosts": ["a.example.com"], "http": [{"directResponse": {"status": 42}}]}
    body = {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "metadata": {"name": "a", "namespace": "b"},
        "spec": spec,
    }
    bad = Manifest(ResourceId(kind, "b", "a"), body, {}, ())
    with (
        pytest.raises(Refused, match=r"^VirtualService b/a: .*status 42"),
        istio.serving(ManifestSet.of([bad])),
    ):
        pass
    assert mesh.compare(istio, built(corpus.ROOT, "dev")).requests
