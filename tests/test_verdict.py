"""What was found sound before is not asked again, and the verdict is the same as if it had been."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import checks, memory, overlays, tree
from gitramp.checks.workloads import Workloads
from gitramp.pipeline import build
from gitramp.problem import Code
from gitramp.resource import ALL, Breach, Manifest, ManifestSet
from gitramp.sound import Sound
from gitramp.workspace import Workspace

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[1]
FOLDERS = [ROOT, ROOT / "examples" / "shop", ROOT / "examples" / "gateway-api"]
SETS = [built.manifests for folder in FOLDERS for built in build(overlays.snapshot(folder))]
KEPT = Sound(frozenset({b"0" * 16}), {"GR212": (("Service",), b"1" * 16)})
BROKEN = [b"", b"x", b"\0" * 16, b"\xff" * 320, b"JUDGES", b"JUDGES[]\n", b'JUDGES{"a": 1}\n', b"JUDGES{}\nx"]
ODD: tuple[Any, ...] = (None, "", "odd", -1, 0, 99999, [], {}, ["odd"], {"odd": "odd"}, True)


def contents(manifests: ManifestSet) -> list[bytes]:
    return [checks.digest(repr(m.id).encode(), m.service.encode(), repr(m.body).encode()) for m in manifests]


def told(breaches: tuple[tuple[Code, Breach], ...]) -> list[tuple[str, str, object, str]]:
    return sorted((str(c), b.message, repr(b.pointer), str(b.manifest and b.manifest.id)) for c, b in breaches)


def edited(manifests: ManifestSet, random: Random) -> ManifestSet:
    """Change, remove or double some objects, as an edit of an overlay does."""
    listed = list(manifests)
    for _ in range(random.randint(1, 3)):
        position = random.randrange(len(listed))
        way = random.choice(["change", "change", "change", "remove", "borrow"])
        if way == "remove":
            del listed[position]
        elif way == "borrow":
            listed[position] = random.choice(list(random.choice(SETS)))
        else:
            listed[position] = changed(listed[position], random)
    return ManifestSet.of(listed, manifests.elsewhere)


def changed(manifest: Manifest, random: Random) -> Manifest:
    path = random.choice(list(places(manifest.body)))
    body = replaced(manifest.body, path, random.choice(ODD))
    return Manifest(manifest.id, body, manifest.origins, manifest.owner, manifest.service, manifest.beside)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield (*at, step)
        yield from places(child, (*at, step))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copied = value.copy()
    copied[path[0]] = replaced(value[path[0]], path[1:], new)
    return copied


@settings(max_examples=75, deadline=None)
@given(st.sampled_from(SETS), st.integers(min_value=0))
def test_an_edit_gets_the_verdict_of_a_full_run(manifests: ManifestSet, seed: int) -> None:
    known = Sound()
    random = Random(seed)
    for _ in range(3):
        verdict = checks.judge(manifests, contents(manifests), known)
        assert told(verdict.breaches) == told(tuple(checks.check_manifests(manifests)))
        known = verdict.sound
        manifests = edited(manifests, random)


def test_what_is_known_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    manifests = SETS[0]
    verdict = checks.judge(manifests, contents(manifests), Sound())
    monkeypatch.setattr(checks, "check_object", lambda _: pytest.fail("a known object was asked about"))
    monkeypatch.setattr(checks, "rules", list)
    assert checks.judge(manifests, contents(manifests), verdict.sound).breaches == ()


def test_a_rule_is_asked_again_when_what_it_looked_at_changes() -> None:
    manifests = SETS[0]
    known = checks.judge(manifests, contents(manifests), Sound()).sound
    other = ManifestSet.of([m for m in manifests if m.id.gvk.kind != "HorizontalPodAutoscaler"], manifests.elsewhere)
    asked = {rule for rule, (kinds, _) in known.rules.items() if {"HorizontalPodAutoscaler", ALL} & {*kinds}}
    again = checks.judge(other, contents(other), known).sound
    assert asked
    assert {rule for rule in known.rules if known.rules[rule][1] != again.rules[rule][1]} == asked


def test_an_index_is_looked_at_by_everybody_who_asks() -> None:
    """Else the second rule that asks would seem to look at nothing."""
    manifests = ManifestSet.of(SETS[0], SETS[0].elsewhere)
    for _ in range(2):
        manifests.looked_at.clear()
        Workloads.of(manifests)
        assert {"Deployment", "HorizontalPodAutoscaler"} <= manifests.looked_at


def test_the_second_run_looks_at_nothing_and_an_edit_at_what_it_changes(example: Path, gitramp: Gitramp) -> None:
    assert "looked at anew" not in gitramp("render", cwd=example).stdout
    assert "(0 looked at anew)" in gitramp("validate", cwd=example).stdout
    assert "looked at anew" not in gitramp("validate", "--fresh", cwd=example).stdout
    overlay = example / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().replace("weight: 10", "weight: 25"))
    assert "(1 looked at anew)" in gitramp("render", cwd=example).stdout


def test_what_was_wrong_stays_wrong(example: Path, gitramp: Gitramp) -> None:
    gitramp("render", cwd=example)
    overlay = example / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().replace("replicas: 3", "replicas: 3\n    image: nginx:latest", 1))
    first, second = (gitramp("render", "-e", "production", cwd=example) for _ in range(2))
    assert "GR307" in first.stdout
    assert first.stdout == second.stdout


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\0" * 16, b"\0" * 33, b"\xff" * 320, b"JUDGES[]\n", b'JUDGES{"a": 1}\n', b"JUDGES{}\nx"]
)
def test_a_broken_memory_counts_for_nothing(content: bytes, example: Path, gitramp: Gitramp) -> None:
    gitramp("render", cwd=example)
    for file in (example / ".gitramp" / "sound").iterdir():
        file.write_bytes(content.replace(b"JUDGES", file.read_bytes()[:16]))
    done = gitramp("validate", cwd=example)
    assert done.returncode == 0
    assert "looked at anew" not in done.stdout


def test_another_judge_remembers_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitramp").mkdir()
    judge = tmp_path / "judge"
    judge.write_text("one")
    memory.of(Workspace(tmp_path), [judge]).keep("dev", KEPT)
    assert memory.of(Workspace(tmp_path), [judge]).recall("dev") == KEPT
    judge.write_text("another")
    assert memory.of(Workspace(tmp_path), [judge]).recall("dev") == Sound()


def test_a_memory_that_came_along_with_a_clone_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can push could else write down that everything is sound."""
    (tmp_path / ".gitramp").mkdir()
    for home, known in (("theirs", KEPT), ("mine", Sound())):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / home))
        if home == "theirs":
            memory.of(Workspace(tmp_path), []).keep("dev", KEPT)
        assert memory.of(Workspace(tmp_path), []).recall("dev") == known


def test_an_editor_s_lock_beside_the_judges_is_no_reason_to_stop_looking(tmp_path: Path) -> None:
    judges = tmp_path / "judges"
    judges.mkdir()
    (judges / ".#a").symlink_to("user@host.123")
    (judges / "b").write_text("one")
    before = memory.of(Workspace(tmp_path), [judges]).judges
    (judges / "b").write_text("another")
    assert memory.of(Workspace(tmp_path), [judges]).judges != before


def test_a_disk_that_refuses_the_memory_is_no_failure(tmp_path: Path) -> None:
    kept = memory.of(Workspace(tmp_path / "nowhere"), [])
    kept.keep("dev", KEPT)
    assert kept.recall("dev") == Sound()


def test_a_path_twice_is_a_bug() -> None:
    with pytest.raises(ValueError, match="share the path"):
        tree.tree_of([("a", b"1"), ("a", b"2")])
