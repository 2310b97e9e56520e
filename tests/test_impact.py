"""`gitramp impact`: what an overlay line reaches, the other direction of `explain`, from the same origins."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gitramp import overlays, provenance, tree
from gitramp.pipeline import Built, build
from gitramp.pipeline.impact import Field, Impact, Reach, reach
from gitramp.pipeline.on_line import Place
from gitramp.pointer import Pointer
from gitramp.report.impacts import impact_json, impact_text

ROOT = Path(__file__).resolve().parents[1]
Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def test_line_of_a_weight_reaches_both_shares(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("impact", "environments/production.yaml:15", cwd=example)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "environments/production.yaml:15  weight: 10\n"
        "production: 2 fields in 1 file\n"
        "  rendered/production/services/search/virtualservice.yaml\n"
        "    /spec/http/1/route/0/weight = 90 (90 = 100 - canary.weight)\n"
        "    /spec/http/1/route/1/weight = 10 (canary.weight; stable gets 90 = 100 - canary.weight)\n"
    )


def test_line_of_a_layer_reaches_every_environment_and_says_who_overrides_it(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("impact", f"{example}/environments/base.yaml:26:5", "--output", "json", cwd=example)
    told = json.loads(done.stdout)["impact"]
    assert told["line"] == 26
    assert {each["name"]: len(each["fields"]) for each in told["environments"]} == {
        "dev": 0,
        "production": 0,
        "staging": 2,
    }
    overridden = {each["name"]: [o["by"] for o in each["overridden"]] for each in told["environments"]}
    assert overridden["dev"][0].startswith("environments/dev.yaml:10:")


def test_line_of_a_mapping_reaches_what_is_beneath(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("impact", "environments/production.yaml:13", cwd=example)
    assert "/spec/http/1/route/1/weight = 10" in done.stdout
    assert "virtualservice.yaml" in done.stdout


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("environments/nobody.yaml:1", "there is no overlay environments/nobody.yaml"),
        ("environments/base.yaml:9999", "environments/base.yaml has "),
        ("environments/base.yaml:0", "environments/base.yaml has "),
        ("environments/base.yaml", "write it as environments/base.yaml:12"),
        ("README.md:3", "write it as environments/base.yaml:12"),
    ],
)
def test_what_is_no_line_is_told(example: Path, gitramp: Gitramp, target: str, said: str) -> None:
    done = gitramp("impact", target, cwd=example)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    "spelled",
    [
        "environments\\production.yaml:15",
        "production.yaml:15",
        "./environments/../environments/production.yaml:15:3",
        "environments/production.yaml:15:",
    ],
)
def test_a_line_is_found_however_it_is_spelled(example: Path, gitramp: Gitramp, spelled: str) -> None:
    done = gitramp("impact", spelled, cwd=example)
    assert done.stdout.startswith("environments/production.yaml:15  weight: 10\nproduction: 2 fields in 1 file\n")


def told(example: Path, gitramp: Gitramp, target: str, name: str = "dev") -> list[str]:
    """Return what is said of one environment."""
    lines = gitramp("impact", target, cwd=example).stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}: "))
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return lines[start:end]


def test_a_line_that_takes_away_and_the_one_that_it_takes_away(example: Path, gitramp: Gitramp) -> None:
    assert told(example, gitramp, "environments/dev.yaml:11") == [
        "dev: nothing is rendered from it",
        "  it takes away /services/search/podDisruptionBudget, said at environments/base.yaml:50:5",
    ]
    assert told(example, gitramp, "environments/base.yaml:50") == [
        "dev: nothing is rendered from it",
        "  /services/search/podDisruptionBudget is taken away at environments/dev.yaml:11:26",
    ]


def test_a_line_within_a_text_is_that_of_the_text(example: Path, gitramp: Gitramp) -> None:
    lines = told(example, gitramp, "environments/base.yaml:37")
    assert lines == told(example, gitramp, "environments/base.yaml:31")
    assert lines[0] == "dev: 2 fields in 2 files"
    assert lines[-1].startswith("    /spec/template/metadata/annotations/gitramp~1config-checksum = ")
    assert told(example, gitramp, "environments/base.yaml:1") == ["dev: the line says no value"]


def test_objects_that_are_there_for_a_line(example: Path, gitramp: Gitramp) -> None:
    lines = told(example, gitramp, "environments/base.yaml:18")
    assert lines[0] == "dev: 6 objects rendered for it"
    assert "  rendered/dev/services/authorizationpolicy_default.deny.yaml  rendered for it" in lines
    assert told(example, gitramp, "environments/production.yaml:19", "production") == [
        "production: nothing is rendered from it"
    ]
    (said,) = told(example, gitramp, "environments/dev.yaml:6")
    assert said == "dev: it says what else the environment is made of"


def test_lines_of_files_beside_overlays(example: Path, gitramp: Gitramp) -> None:
    files = example / "environments" / "base" / "files"
    files.mkdir(parents=True)
    (files / "my.conf").write_text("one;\ntwo;\n")
    (files / "mine.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine, namespace: services}\n")
    base = example / "environments" / "base.yaml"
    text = base.read_text().replace("      files:\n", "      files:\n        my.conf: {file: base/files/my.conf}\n", 1)
    base.write_text(text + "\nmanifests: {mine: base/files/mine.yaml}\n")
    lines = told(example, gitramp, "environments/base/files/my.conf:2")
    assert lines[0] == "dev: 2 fields in 2 files"
    lines = told(example, gitramp, "environments/base/files/mine.yaml:3")
    assert "    /metadata/name = mine" in lines or "    /metadata = a mapping" in lines


def test_no_secret_is_shown() -> None:
    """The gates refuse most of them, but a comment may allow one."""
    made_from = ("services", "web", "env", "DB_PASSWORD")
    field = Field("rendered/a.yaml", ("spec", "env", 0, "value"), "Deployment a/web", "hunter2hunter2", made_from)
    name = replace(field, pointer=("spec", "env", 0, "name"), value="DB_PASSWORD")
    whole = replace(field, pointer=("data",), value={"db_password": "hunter2hunter2", "a": ["b"]})
    found = Impact("environments/dev.yaml", 3, "DB_PASSWORD: hunter2", (Reach("dev", (), (field, name, whole), ()),))
    told = impact_text(found)
    assert "/spec/env/0/value = (hidden)\n    /spec/env/0/name = DB_PASSWORD\n" in told
    assert "hunter2" not in told + str(impact_json(found))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (["GET"], "= [GET]"),
        ([], "= []"),
        ([f"/path/number/{n}" for n in range(9)], "/path/number/4, and 4 more]"),
        (["ghp_" + "a1B2" * 9], "= a list"),
        ([{"name": "DB_PASSWORD", "value": "hunter2hunter2"}], "= a list"),
    ],
)
def test_lists_are_shown_as_far_as_a_line_holds_them(value: list[object], said: str) -> None:
    field = Field("rendered/a.yaml", ("spec", "methods"), "AuthorizationPolicy a/web", value, ())
    shown = impact_text(Impact("environments/a.yaml", 1, "methods:", (Reach("a", (), (field,), ()),)))
    assert any(line.endswith(said) for line in shown.splitlines()), shown


def test_explain_takes_paths_as_windows_spells_them_and_shows_no_secret(example: Path, gitramp: Gitramp) -> None:
    overlay = example / "environments" / "dev.yaml"
    allowed = "env:\n      # gitramp: allow GR325 because it is a test\n      DB_PASSWORD: hunter2hunter2"
    overlay.write_text(overlay.read_text().replace("env: {LOG_LEVEL: debug}", allowed))
    path = "rendered/dev/services-v1/catalog/deployment.yaml"
    for target in (path, f"{path}:/spec/template/spec/containers/0/env".replace("rendered/dev/", "rendered\\dev\\")):
        for output in ("text", "json"):
            done = gitramp("explain", target, "--output", output, cwd=example)
            assert done.returncode == 0, done.stderr
            assert "/env/0/value" in done.stdout
            assert "hunter2" not in done.stdout
    whole = gitramp("explain", "rendered/dev/services/authorizationpolicy_default.deny.yaml", cwd=example)
    assert whole.stdout.splitlines()[1] == (
        "  the object is rendered for /trust/defaultDeny, environments/base.yaml:18:22"
    )


def test_comment_says_no_value(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("impact", "environments/production.yaml:3", cwd=example)
    assert "production: the line says no value" in done.stdout


@functools.cache
def everything() -> tuple[Built, ...]:
    return build(overlays.snapshot(ROOT))


def causes(built: Built) -> dict[tuple[str, int], set[tuple[str, Pointer]]]:
    """Ask `explain`'s way: each field with an origin, by the line that won."""
    found: dict[tuple[str, int], set[tuple[str, Pointer]]] = {}
    for manifest in built.manifests:
        for pointer in manifest.origins:
            for cause in provenance.trace(manifest, pointer, built.values).causes:
                mark = cause.settings[-1].mark
                if cause.exact:
                    found.setdefault((mark.path, mark.line), set()).add((tree.file_of(built.name, manifest), pointer))
    return found


@pytest.mark.parametrize("name", ["dev", "staging", "production", "production-eu"])
def test_both_directions_agree(name: str) -> None:
    (built,) = [each for each in everything() if each.name == name]
    for (path, line), fields in causes(built).items():
        reached = {(field.path, field.pointer) for field in reach(built, Place(path, line, ())).fields}
        assert fields <= reached, f"{path}:{line}"


def test_explain_leads_from_every_field_back_to_the_line() -> None:
    """To the very line where it says the value itself, else to what is around or beneath."""
    (built,) = [each for each in everything() if each.name == "production"]
    manifests = {tree.file_of(built.name, manifest): manifest for manifest in built.manifests}
    asked = 0
    for path in ("environments/base.yaml", "environments/production.yaml"):
        lines = tuple((ROOT / path).read_text().splitlines())
        for line in range(1, len(lines) + 1):
            found = reach(built, Place(path, line, lines))
            for field in found.fields:
                trace = provenance.trace(manifests[field.path], field.pointer, built.values)
                causes = [cause for cause in trace.causes if _meet(cause.pointer, found.values)]
                assert causes, f"{path}:{line} {field.pointer}"
                exact = [cause for cause in causes if cause.pointer in found.values]
                told = [cause.settings[-1].mark.line for cause in exact if "default.conf" not in cause.pointer]
                assert set(told) <= {line}, f"{path}:{line} {field.pointer}"
                asked += 1
    assert asked > 500


def _meet(pointer: Pointer, said: tuple[Pointer, ...]) -> bool:
    return any(pointer[: len(each)] == each or each[: len(pointer)] == pointer for each in said)
