"""Every code has overlays or objects that trigger exactly it, and others a hair's breadth away that trigger nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import checks, overlays, steps, yamlio
from gitramp.checks.rule import ObjectRule
from gitramp.pipeline import build, every_code, unused
from gitramp.pointer import Pointer
from gitramp.problem import Code, Finding, InputRejected, Severity
from gitramp.resource import GroupVersionKind, Manifest, ManifestSet, ResourceId
from odd_objects import KEYS, SPOTS, TREES, manifest, objects, places, sound_istio_objects, whole, with_odd

CHECKS = Path(__file__).parent / "checks"
RULES = Path(checks.__file__).parent
OWN_TESTS = {
    "GR027": "test_unwritable_overlay_is_told",
    "GR031": "test_unreadable_manifests_are_told",
    "GR032": "test_no_manifests_are_told",
}
"""Codes whose fault is no file but an event, and the test elsewhere that has it."""

TODAY = date(2026, 7, 1)
"""The day by which the allowances of fixtures run out."""
FIXTURES = sorted(path.relative_to(CHECKS).as_posix() for path in CHECKS.glob("*/*") if path.is_dir())
BAD = [fixture for fixture in FIXTURES if "/bad" in fixture]
GOOD = [fixture for fixture in FIXTURES if "/good" in fixture]


def counts(code: Code, folder: Path) -> bool:
    """Whether a finding counts: objects of a fixture are as short as they can be, and other codes remark on that."""
    return code.severity is not Severity.INFO or folder.parent.name == code.number


def findings(folder: Path) -> list[Finding]:
    if (folder / "manifests").is_dir():
        found = checks.check_manifests(objects(folder))
        return [Finding(code, breach.message) for code, breach in found if counts(code, folder)]
    try:
        all_built = build(overlays.snapshot(folder), today=TODAY)
        return [*(f for built in all_built for f in built.findings), *unused(all_built)]
    except InputRejected as rejected:
        return list(rejected.report)


class Made(NamedTuple):
    """A fault that Git or an editor would spoil, or that is too large to keep: how to put it at an overlay's place."""

    code: str
    name: str
    bad: Callable[[Path], object]
    good: Callable[[Path], object]


def write(content: bytes) -> Callable[[Path], object]:
    return lambda overlay: overlay.write_bytes(content)


def write_elsewhere(overlay: Path) -> Path:
    elsewhere = overlay.parent.parent / "elsewhere.yaml"
    elsewhere.write_bytes(MINIMAL)
    return elsewhere


MINIMAL = b"apiVersion: gitramp/v1alpha1\nkind: Environment\n"
LAUGHS = b"# " + b"".join(b"\nl%d: &l%d [%s]" % (i, i, b", ".join([b"*l%d" % (i - 1)] * 9)) for i in range(1, 10))
CONFIG = b"""services:
  search:
    port: 8080
    config: {mountPath: /etc/app, files: {a.txt: "%s"}}
    tracks: {v1: {image: "ghcr.io/acme/search:1.4.2"}}
"""
ANNOTATED = b"""services:
  search:
    port: 8080
    annotations: {note: "%s"}
    tracks: {v1: {image: "ghcr.io/acme/search:1.4.2"}}
"""
MADE = [
    Made("GR002", "a zero byte", write(MINIMAL + b"# \x00\n"), write(MINIMAL + b"# \n")),
    Made("GR002", "UTF-16", write(MINIMAL.decode().encode("utf-16")), write(MINIMAL.decode().encode("utf-8-sig"))),
    Made("GR002", "a line end of YAML 1.1 only", write(MINIMAL + "# \u2028\n".encode()), write(MINIMAL)),
    Made("GR002", "half a character", write(MINIMAL + b"# \xc3"), write(MINIMAL + b"# \xc3\xa9")),
    Made("GR003", "no bytes", write(b""), write(MINIMAL)),
    Made("GR009", "a billion laughs", write(MINIMAL + b"l0: &l0 ha" + LAUGHS), write(MINIMAL)),
    Made(
        "GR010",
        "a byte above the limit",
        write(MINIMAL.ljust(yamlio.MAX_BYTES + 1, b"#")),
        write(MINIMAL + b"#" * (yamlio.MAX_BYTES - len(MINIMAL))),
    ),
    Made(
        "GR319",
        "a byte too many",
        write(MINIMAL + CONFIG % (b"a" * (2**20 + 1))),
        write(MINIMAL + CONFIG % (b"a" * 2**20)),
    ),
    Made(
        "GR377",
        "a letter too many",
        write(MINIMAL + ANNOTATED % (b"a" * (2**18 - 3))),
        write(MINIMAL + ANNOTATED % (b"a" * (2**18 - 4))),
    ),
    Made("GR020", "a link", lambda overlay: overlay.symlink_to(write_elsewhere(overlay)), write(MINIMAL)),
    Made("GR020", "a link to nothing", lambda overlay: overlay.symlink_to("elsewhere.yaml"), write(MINIMAL)),
    Made("GR020", "a folder", Path.mkdir, write(MINIMAL)),
]


def check_told(found: list[Finding], code: str, root: Path) -> None:
    """Every finding has the code, a place in an overlay that an editor can go to, and advice."""
    assert {f.code.number for f in found} == {code}, [f.message for f in found]
    for finding in found:
        assert finding.mark is not None
        assert finding.mark.path.startswith("environments/")
        path = root / finding.mark.path
        lines = path.read_bytes().decode("utf-8", "replace").split("\n") if path.is_file() else [""]
        assert 1 <= finding.mark.line <= len(lines)
        assert 1 <= finding.mark.column <= len(lines[finding.mark.line - 1]) + 1
        assert finding.message
        assert finding.advice


@pytest.mark.parametrize("fixture", BAD)
def test_bad_one_triggers_exactly_its_code(fixture: str) -> None:
    found = findings(CHECKS / fixture)
    code = fixture.partition("/")[0]
    if (CHECKS / fixture / "manifests").is_dir():
        assert {f.code.number for f in found} == {code}, [f.message for f in found]
    else:
        check_told(found, code, CHECKS / fixture)


@pytest.mark.parametrize("fixture", GOOD)
def test_good_one_triggers_nothing(fixture: str) -> None:
    assert [f"{f.code} {f.message}" for f in findings(CHECKS / fixture)] == []


@pytest.mark.parametrize("made", MADE, ids=lambda made: f"{made.code} {made.name}")
def test_made_one_triggers_exactly_its_code(made: Made, tmp_path: Path) -> None:
    for kind, build_overlay in (("bad", made.bad), ("good", made.good)):
        overlay = tmp_path / kind / "environments" / "dev.yaml"
        overlay.parent.mkdir(parents=True)
        build_overlay(overlay)
    check_told(findings(tmp_path / "bad"), made.code, tmp_path / "bad")
    assert findings(tmp_path / "good") == []


def test_host_is_claimed_whatever_its_letter_case(tmp_path: Path) -> None:
    """No fixture: GR309 refuses capital letters besides."""
    shutil.copytree(CHECKS / "GR205" / "bad", tmp_path, dirs_exist_ok=True)
    overlay = tmp_path / "environments" / "dev.yaml"
    before, shouted, after = overlay.read_text().rpartition("shop.example.com")
    overlay.write_text(before + shouted.upper() + after)
    (claim,) = [f.message for f in findings(tmp_path) if f.code.number == "GR205"]
    assert claim == "host SHOP.EXAMPLE.COM is claimed by catalog too"


def test_weight_as_text_is_told_by_its_schema_alone() -> None:
    route = [{"destination": {"host": host}, "weight": weight} for host, weight in (("a", "90"), ("b", "10"))]
    said = {"hosts": ["search.example.com"], "http": [{"route": route}]}
    metadata = {"name": "search", "namespace": "shop"}
    kind = {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": metadata}
    found = checks.check_manifests(ManifestSet.of([manifest({**kind, "spec": said})]))
    assert not {code.number for code, _ in found} & {"GR214", "GR261", "GR275", "GR916"}


def codes_of_overlays_and_objects() -> Iterator[str]:
    """Yield the codes whose fixtures are here; those over two revisions have theirs in tests/steps or tests/orders."""
    over_two = {rule.code.number for rule in steps.rules()}
    return (n for n in every_code() if (n < "GR55" or "GR56" <= n < "GR6") and n not in over_two)


@pytest.mark.parametrize("number", sorted(codes_of_overlays_and_objects()))
def test_code_has_a_bad_and_a_good_one(number: str) -> None:
    if number in OWN_TESTS:
        tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
        assert f"def {OWN_TESTS[number]}(" in tests
        return
    made = number in {each.code for each in MADE}
    assert made or any(fixture.startswith(f"{number}/bad") for fixture in BAD)
    assert made or any(fixture.startswith(f"{number}/good") for fixture in GOOD)


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


def test_every_rule_is_found() -> None:
    assert len(checks.rules()) == len(list(RULES.rglob("gr*.py")))


@pytest.mark.parametrize("rule", [r for r in checks.rules() if isinstance(r, ObjectRule)], ids=lambda r: str(r.code))
def test_rule_over_one_object_says_its_kinds_with_their_group(rule: ObjectRule) -> None:
    assert all(kind.count("/") == 1 and kind.rpartition("/")[2][:1].isupper() for kind in rule.kinds)


KINDS = st.sampled_from(
    [
        GroupVersionKind("", "v1", "Service"),
        GroupVersionKind("", "v1", "Pod"),
        GroupVersionKind("", "v1", "ConfigMap"),
        GroupVersionKind("apps", "v1", "Deployment"),
        GroupVersionKind("apps", "v1", "StatefulSet"),
        GroupVersionKind("apps", "v1", "DaemonSet"),
        GroupVersionKind("apps", "v1", "ReplicaSet"),
        GroupVersionKind("", "v1", "ReplicationController"),
        GroupVersionKind("batch", "v1", "Job"),
        GroupVersionKind("batch", "v1", "CronJob"),
        GroupVersionKind("", "v1", "Secret"),
        GroupVersionKind("", "v1", "Namespace"),
        GroupVersionKind("", "v1", "ServiceAccount"),
        GroupVersionKind("", "v1", "PersistentVolumeClaim"),
        GroupVersionKind("", "v1", "LimitRange"),
        GroupVersionKind("", "v1", "ResourceQuota"),
        GroupVersionKind("networking.k8s.io", "v1", "Ingress"),
        GroupVersionKind("networking.k8s.io", "v1", "NetworkPolicy"),
        GroupVersionKind("rbac.authorization.k8s.io", "v1", "ClusterRole"),
        GroupVersionKind("rbac.authorization.k8s.io", "v1", "RoleBinding"),
        GroupVersionKind("gateway.networking.k8s.io", "v1", "Gateway"),
        GroupVersionKind("gateway.networking.k8s.io", "v1", "HTTPRoute"),
        GroupVersionKind("autoscaling", "v2", "HorizontalPodAutoscaler"),
        GroupVersionKind("policy", "v1", "PodDisruptionBudget"),
        GroupVersionKind("networking.istio.io", "v1", "VirtualService"),
        GroupVersionKind("networking.istio.io", "v1", "Gateway"),
        GroupVersionKind("networking.istio.io", "v1", "DestinationRule"),
        GroupVersionKind("networking.istio.io", "v1", "ServiceEntry"),
        GroupVersionKind("networking.istio.io", "v1", "Sidecar"),
        GroupVersionKind("networking.istio.io", "v1", "WorkloadEntry"),
        GroupVersionKind("networking.istio.io", "v1", "WorkloadGroup"),
        GroupVersionKind("networking.istio.io", "v1alpha3", "EnvoyFilter"),
        GroupVersionKind("security.istio.io", "v1", "PeerAuthentication"),
        GroupVersionKind("security.istio.io", "v1", "AuthorizationPolicy"),
        GroupVersionKind("security.istio.io", "v1", "RequestAuthentication"),
        GroupVersionKind("telemetry.istio.io", "v1", "Telemetry"),
        GroupVersionKind("extensions.istio.io", "v1alpha1", "WasmPlugin"),
        GroupVersionKind("networking.k8s.io", "v1", "NetworkPolicy"),
        GroupVersionKind("gateway.networking.k8s.io", "v1", "HTTPRoute"),
        GroupVersionKind("gateway.networking.k8s.io", "v1", "Gateway"),
        GroupVersionKind("gateway.networking.k8s.io", "v1beta1", "ReferenceGrant"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(KINDS, st.dictionaries(KEYS, TREES, max_size=4)), max_size=4))
def test_rules_over_objects_raise_on_nothing(drawn: list[tuple[GroupVersionKind, dict[str, Any]]]) -> None:
    made = [Manifest(ResourceId(gvk, "a", f"n{i}"), body, {}, ()) for i, (gvk, body) in enumerate(drawn)]
    for code, breach in checks.check_manifests(ManifestSet.of(made)):
        assert code.number.startswith("GR")
        assert breach.message


ISTIO = sound_istio_objects()


@pytest.mark.parametrize("sound", ISTIO, ids=lambda each: f"{each.id.gvk.kind} {each.id.name}")
def test_sound_istio_object_is_in_no_error(sound: Manifest) -> None:
    found = [(code.severity, breach.message) for code, breach in checks.check_object(sound)]
    assert [message for severity, message in found if severity == "error"] == []


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(SPOTS, TREES), min_size=1, max_size=4, unique_by=lambda drawn: drawn[0][0]))
def test_rules_over_objects_raise_on_nothing_deep_inside(drawn: list[tuple[tuple[int, Pointer], Any]]) -> None:
    assert all(breach.message for _, breach in checks.check_manifests(with_odd(whole(), drawn)))


TOGETHER = [f for f in FIXTURES if f.startswith(("GR2", "GR4")) and (CHECKS / f / "manifests").is_dir()]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_rules_across_objects_raise_on_nothing_deep_inside(data: st.DataObject) -> None:
    together = tuple(objects(CHECKS / data.draw(st.sampled_from(TOGETHER))))
    spots = [(position, at) for position, each in enumerate(together) for at in places(each.body)]
    drawn = data.draw(
        st.lists(st.tuples(st.sampled_from(spots), TREES), min_size=1, max_size=4, unique_by=lambda d: d[0][0])
    )
    assert all(breach.message for _, breach in checks.check_manifests(with_odd(together, drawn)))


OF_OBJECTS = [fixture for fixture in FIXTURES if (CHECKS / fixture / "manifests").is_dir()]


def deep() -> st.SearchStrategy[tuple[str, int, Pointer]]:
    found = ((fixture, i, m) for fixture in OF_OBJECTS for i, m in enumerate(objects(CHECKS / fixture)))
    return st.sampled_from([(fixture, i, at) for fixture, i, m in found for at in places(m.body)])


@settings(max_examples=200, deadline=None)
@given(st.deferred(deep), TREES | st.text(alphabet="a\n\x1b\u202e/:%-", max_size=8))
def test_rules_raise_on_nothing_in_the_objects_of_any_fixture(spot: tuple[str, int, Pointer], value: Any) -> None:
    """Every rule has fixtures whose fields it reads: one of them is odd, and what is told of it stays one line."""
    fixture, position, at = spot
    made = with_odd(tuple(objects(CHECKS / fixture)), [((position, at), value)])
    for _, breach in checks.check_manifests(made):
        assert breach.message.isprintable()
        assert breach.remedy.isprintable()
