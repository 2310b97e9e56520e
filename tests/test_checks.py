"""Every code has overlays or objects that trigger exactly it, and others a hair's breadth away that trigger nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import checks, overlays
from gitramp.pipeline import build, every_code
from gitramp.problem import Finding, InputRejected
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId

CHECKS = Path(__file__).parent / "checks"
RULES = Path(checks.__file__).parent
OWN_TESTS = {
    "GR020": "test_overlays_that_are_links_or_unreadable_are_refused",
    "GR027": "test_unwritable_overlay_is_told",
}
"""Codes whose fault cannot be committed as a file, and the test of this module or of test_edit.py that has it."""

FIXTURES = sorted(path.relative_to(CHECKS).as_posix() for path in CHECKS.glob("*/*") if path.is_dir())
BAD = [fixture for fixture in FIXTURES if "/bad" in fixture]
GOOD = [fixture for fixture in FIXTURES if "/good" in fixture]


def findings(folder: Path) -> list[Finding]:
    if (folder / "manifests").is_dir():
        return [Finding(code, breach.message) for code, breach in checks.check_manifests(objects(folder))]
    try:
        return [f for built in build(overlays.snapshot(folder)) for f in built.findings]
    except InputRejected as rejected:
        return list(rejected.report)


def objects(folder: Path) -> ManifestSet:
    files = sorted((folder / "manifests").glob("*.yaml"))
    bodies = [body for file in files for body in yaml.safe_load_all(file.read_text()) if body]
    return ManifestSet.of(manifest(body) for body in bodies)


def manifest(body: dict[str, Any]) -> Manifest:
    group, _, version = body["apiVersion"].rpartition("/")
    metadata = body["metadata"]
    gvk = GroupVersionKind(group, version, body["kind"])
    return Manifest(ResourceId(gvk, metadata.get("namespace", ""), metadata["name"]), body, {}, ())


@pytest.mark.parametrize("fixture", BAD)
def test_bad_one_triggers_exactly_its_code(fixture: str) -> None:
    found = findings(CHECKS / fixture)
    assert {f.code.number for f in found} == {fixture.partition("/")[0]}, [f.message for f in found]
    if not (CHECKS / fixture / "manifests").is_dir():
        for finding in found:
            assert finding.mark is not None
            lines = (CHECKS / fixture / finding.mark.path).read_bytes().decode("utf-8", "replace").splitlines()
            assert 1 <= finding.mark.line <= len(lines)
            assert 1 <= finding.mark.column <= len(lines[finding.mark.line - 1]) + 1
            assert finding.advice


@pytest.mark.parametrize("fixture", GOOD)
def test_good_one_triggers_nothing(fixture: str) -> None:
    assert [f"{f.code} {f.message}" for f in findings(CHECKS / fixture)] == []


def codes_of_overlays_and_objects() -> Iterator[str]:
    return (number for number in every_code() if number < "GR6")


@pytest.mark.parametrize("number", sorted(codes_of_overlays_and_objects()))
def test_code_has_a_bad_and_a_good_one(number: str) -> None:
    if number in OWN_TESTS:
        tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
        assert f"def {OWN_TESTS[number]}(" in tests
        return
    assert any(fixture.startswith(f"{number}/bad") for fixture in FIXTURES)
    assert any(fixture.startswith(f"{number}/good") for fixture in FIXTURES)


def test_no_fixture_is_left_of_a_code_that_is_gone() -> None:
    assert {fixture.partition("/")[0] for fixture in FIXTURES} <= set(every_code())


@pytest.mark.parametrize("number", sorted(every_code()))
def test_code_is_documented(number: str) -> None:
    code = every_code()[number]
    assert re.fullmatch(r"GR\d{3}", number)
    assert min(len(code.title), len(code.why), len(code.remedy)) > 5
    assert not code.remedy.endswith(".")
    assert code.source == "" or code.source.startswith("https://")


def test_code_is_declared_once() -> None:
    sources = "".join(path.read_text() for path in RULES.parent.rglob("*.py"))
    declared = re.findall(r"Code\(\s*\"(GR\d{3})\"", sources)
    assert sorted(declared) == sorted(set(declared)) == sorted(every_code())


def test_file_of_a_rule_carries_its_number() -> None:
    for rule in checks.rules():
        module = rule.find.__module__.rpartition(".")[2]
        assert module.startswith(f"{rule.code.number.lower()}_")


def test_overlays_that_are_links_or_unreadable_are_refused(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "elsewhere.yaml").write_text("apiVersion: gitramp/v1alpha1\nkind: Environment\n")
    (tmp_path / "environments" / "dev.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (found,) = findings(tmp_path)
    assert (found.code.number, str(found.mark)) == ("GR020", "environments/dev.yaml:1:1")


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6)
KEYS = st.sampled_from(
    [
        "metadata",
        "spec",
        "name",
        "namespace",
        "labels",
        "selector",
        "matchLabels",
        "template",
        "containers",
        "initContainers",
        "ports",
        "port",
        "number",
        "targetPort",
        "http",
        "route",
        "destination",
        "host",
        "weight",
        "hosts",
        "gateways",
        "servers",
        "resources",
        "requests",
        "limits",
        "cpu",
        "env",
        "image",
        "volumes",
        "volumeMounts",
        "mountPath",
        "minReplicas",
        "maxReplicas",
        "metrics",
        "scaleTargetRef",
        "minAvailable",
        "maxUnavailable",
        "data",
        "livenessProbe",
        "httpGet",
        "securityContext",
        "runAsUser",
        "replicas",
    ]
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25
)
KINDS = st.sampled_from(
    [
        GroupVersionKind("", "v1", "Service"),
        GroupVersionKind("", "v1", "Pod"),
        GroupVersionKind("", "v1", "ConfigMap"),
        GroupVersionKind("apps", "v1", "Deployment"),
        GroupVersionKind("apps", "v1", "StatefulSet"),
        GroupVersionKind("batch", "v1", "CronJob"),
        GroupVersionKind("autoscaling", "v2", "HorizontalPodAutoscaler"),
        GroupVersionKind("policy", "v1", "PodDisruptionBudget"),
        GroupVersionKind("networking.istio.io", "v1", "VirtualService"),
        GroupVersionKind("networking.istio.io", "v1", "Gateway"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(KINDS, st.dictionaries(KEYS, TREES, max_size=4)), max_size=4))
def test_rules_over_objects_raise_on_nothing(drawn: list[tuple[GroupVersionKind, dict[str, Any]]]) -> None:
    made = [Manifest(ResourceId(gvk, "a", f"n{i}"), body, {}, ()) for i, (gvk, body) in enumerate(drawn)]
    for code, breach in checks.check_manifests(ManifestSet.of(made)):
        assert code.number.startswith("GR")
        assert breach.message
