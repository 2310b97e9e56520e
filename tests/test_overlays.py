"""Overlays: which files are taken, in which order they lie, and what is refused before anything is merged."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gitramp.overlays import attached, is_input, names, read_chains, save, snapshot
from gitramp.problem import Finding, InputRejected, Mark, ToolError, UsageError
from gitramp.source import Overlay, Snapshot, plain
from gitramp.workspace import Workspace
from gitramp.yamlio import MAX_BYTES

ROOT = Path(__file__).resolve().parents[1]
LAYER = "apiVersion: gitramp/v1alpha1\nkind: Layer\n"
ENVIRONMENT = "apiVersion: gitramp/v1alpha1\nkind: Environment\n"


def workspace(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below environments/ and return the workspace's root."""
    (root / "environments").mkdir(exist_ok=True)
    for name, content in files.items():
        path = root / "environments" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def taken(files: Mapping[str, str]) -> Snapshot:
    return Snapshot({f"environments/{name}": content.encode() for name, content in files.items()})


def rejections(files: Mapping[str, str] | Snapshot, *wanted: str) -> list[Finding]:
    snapshotted = files if isinstance(files, Snapshot) else taken(files)
    with pytest.raises(InputRejected) as caught:
        read_chains(snapshotted, wanted)
    return list(caught.value.report)


def told(findings: list[Finding] | tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(f.code.number, str(f.mark), f.message) for f in findings]


def order(chain: tuple[Overlay, ...]) -> list[str]:
    return [overlay.name for overlay in chain]


# What is taken from the disk.


def test_files_and_service_files_are_taken_in_one_order(tmp_path: Path) -> None:
    root = workspace(
        tmp_path,
        {"prod.yaml": "b", "base.yaml": "a", "prod/services/web.yaml": "d", "prod/services/api.yaml": "c"},
    )
    found = snapshot(root)
    assert dict(found.files) == {
        "environments/base.yaml": b"a",
        "environments/prod.yaml": b"b",
        "environments/prod/services/api.yaml": b"c",
        "environments/prod/services/web.yaml": b"d",
    }
    assert list(found.files) == sorted(found.files)
    assert found.findings == ()


def test_a_workspace_without_environments_has_nothing_to_render(tmp_path: Path) -> None:
    assert snapshot(tmp_path) == Snapshot({})
    with pytest.raises(InputRejected) as caught:
        read_chains(snapshot(tmp_path))
    assert [f.code.number for f in caught.value.report] == ["GR028"]


def test_hidden_files_and_other_people_s_files_are_passed_over(tmp_path: Path) -> None:
    root = workspace(
        tmp_path,
        {
            "prod.yaml": "a",
            ".prod.yaml.swp": "x",
            ".hidden.yaml": "x",
            "README.md": "x",
            ".git/services/a.yaml": "x",
            "prod/services/.web.yaml.swp": "x",
            "prod/services/.web.yaml": "x",
        },
    )
    found = snapshot(root)
    assert list(found.files) == ["environments/prod.yaml"]
    assert found.findings == ()


@pytest.mark.parametrize(
    "name",
    [
        "prod.yml", "Prod.yaml", "pro_d.yaml", "prod.eu.yaml", "-prod.yaml", "prod-.yaml", "pröd.yaml", "p d.yaml",
        f"{'p' * 64}.yaml", "prod/services/web.yml", "prod/services/Web.yaml", "prod/services/web",
        "prod/services/a.txt",
    ],
)  # fmt: skip
def test_a_name_that_is_no_overlay_s_is_refused(tmp_path: Path, name: str) -> None:
    found = snapshot(workspace(tmp_path, {name: ENVIRONMENT}))
    message = f"`{name.rpartition('/')[2]}` is not the name of an overlay"
    assert told(found.findings) == [("GR021", f"environments/{name}:1:1", message)]
    assert not found.files


@pytest.mark.parametrize("name", ["prod/web.yaml", "prod/service/web.yaml", "prod/services/web/web.yaml", "prod.YAML"])
def test_an_overlay_where_none_belongs_is_not_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    found = snapshot(workspace(tmp_path, {"prod.yaml": ENVIRONMENT, "prod/services/api.yaml": "{}", name: "port: 1\n"}))
    (finding,) = found.findings
    assert finding.code.number in {"GR020", "GR021"}
    assert finding.mark is not None
    assert f"environments/{name}".startswith(finding.mark.path)


@pytest.mark.parametrize("name", ["a.yaml", "a-1.yaml", "0.yaml", f"{'p' * 63}.yaml", "eu/services/web.yaml"])
def test_a_name_that_is_an_overlay_s_is_taken(tmp_path: Path, name: str) -> None:
    found = snapshot(workspace(tmp_path, {name: "a"}))
    assert dict(found.files) == {f"environments/{name}": b"a"}
    assert found.findings == ()


@pytest.mark.parametrize("name", ["prod.yaml", "prod/services/web.yaml"])
def test_a_link_to_a_file_is_refused(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text(ENVIRONMENT)
    link = workspace(tmp_path, {}) / "environments" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(secret)
    found = snapshot(tmp_path)
    assert told(found.findings) == [("GR020", f"environments/{name}:1:1", "is a symbolic link")]
    assert not found.files


@pytest.mark.parametrize("name", ["prod", "prod/services"])
def test_a_link_to_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "services").mkdir(parents=True)
    (elsewhere / "services" / "web.yaml").write_text("{}")
    (elsewhere / "web.yaml").write_text("{}")
    link = workspace(tmp_path, {}) / "environments" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    found = snapshot(tmp_path)
    assert [f.code.number for f in found.findings] == ["GR020"]
    assert not found.files


def test_environments_itself_is_no_link(tmp_path: Path) -> None:
    workspace(tmp_path, {"prod.yaml": ENVIRONMENT})
    root = tmp_path / "root"
    root.mkdir()
    (root / "environments").symlink_to(tmp_path / "environments")
    found = snapshot(root)
    assert told(found.findings) == [("GR020", "environments:1:1", "is a symbolic link")]
    assert not found.files


@pytest.mark.parametrize("name", ["prod.yaml", "prod/services/web.yaml"])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, name: str) -> None:
    root = workspace(tmp_path, {})
    (root / "environments" / name).mkdir(parents=True)
    os.mkfifo(root / "environments" / "pipe.yaml")
    found = snapshot(root)
    places = {f"environments/{name}:1:1", "environments/pipe.yaml:1:1"}
    assert sorted(told(found.findings)) == sorted(("GR020", place, "is not a plain file") for place in places)


def test_a_file_over_the_cap_is_not_read(tmp_path: Path) -> None:
    root = workspace(tmp_path, {"prod.yaml": ""})
    os.truncate(root / "environments" / "prod.yaml", MAX_BYTES + 1)
    found = snapshot(root)
    message = f"the file has {MAX_BYTES + 1:,} bytes, the limit is {MAX_BYTES:,}"
    assert told(found.findings) == [("GR010", "environments/prod.yaml:1:1", message)]
    assert not found.files


UNREADABLE = """
import os, sys
from pathlib import Path
from gitramp.overlays import snapshot
if os.geteuid() == 0:
    os.seteuid(65534)
print(*(f"{f.code} {f.mark} {f.message}" for f in snapshot(Path(sys.argv[1])).findings), sep="\\n")
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that any user may enter: root may read everything, so nobody must look."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("locked", ["prod.yaml", "prod/services", "prod"])
def test_what_may_not_be_read_is_told(open_folder: Path, locked: str) -> None:
    root = workspace(open_folder, {"prod.yaml": ENVIRONMENT, "prod/services/web.yaml": "{}"})
    path = root / "environments" / locked
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        ran = subprocess.run(
            [sys.executable, "-c", UNREADABLE, str(root)],
            env={"PYTHONPATH": str(ROOT / "generator"), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        path.chmod(mode)
    assert ran.stderr == ""
    assert ran.stdout == f"GR020 environments/{locked}:1:1 cannot be read: Permission denied\n"


def test_a_name_that_is_no_text_is_refused_like_others(tmp_path: Path) -> None:
    root = workspace(tmp_path, {})
    path = os.fsencode(root / "environments") + b"/caf\xe9.yaml"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    assert [f.code.number for f in snapshot(root).findings] == ["GR021"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("environments/prod.yaml", True),
        ("environments/prod/services/web.yaml", True),
        ("environments/prod/files/app.ini", True),
        ("environments/prod/files/a/b.yaml", True),
        ("environments/prod/files", False),
        ("environments/files/app.ini", False),
        ("environments/prod.yml", False),
        ("environments/prod/web.yaml", False),
        ("environments/prod/services/web/a.yaml", False),
        ("other/prod.yaml", False),
        ("a/environments/prod.yaml", False),
    ],
)
def test_only_paths_of_the_layout_are_overlays(path: str, expected: bool) -> None:
    assert is_input(path) is expected


def test_files_beside_an_overlay_are_taken_whatever_they_are_called(tmp_path: Path) -> None:
    root = workspace(tmp_path, {"prod.yaml": ENVIRONMENT, "prod/files/A b.YML": "a", "prod/files/x/y": "b"})
    (root / "environments/prod/files/.hidden").write_text("c")
    (root / "environments/prod/files/bytes").write_bytes(b"\xff\x00")
    found = snapshot(root)
    assert found.findings == ()
    assert attached(found) == {"prod/files/A b.YML": b"a", "prod/files/x/y": b"b", "prod/files/bytes": b"\xff\x00"}
    ((overlay,),) = read_chains(found).values()
    assert overlay.files == ("environments/prod.yaml", *sorted(f"environments/{path}" for path in attached(found)))


def test_link_beside_an_overlay_is_refused(tmp_path: Path) -> None:
    root = workspace(tmp_path, {"prod.yaml": ENVIRONMENT, "prod/files/a": "a"})
    (root / "environments/prod/files/b").symlink_to("a")
    (root / "environments/prod/files/c").symlink_to(tmp_path)
    assert [(f.code.number, str(f.mark)) for f in snapshot(root).findings] == [
        ("GR020", "environments/prod/files/b:1:1"),
        ("GR020", "environments/prod/files/c:1:1"),
    ]


def test_files_beside_no_overlay_are_refused() -> None:
    assert [f.code.number for f in rejections({"prod.yaml": ENVIRONMENT, "gone/files/a": "a"})] == ["GR026"]


# Chains.


def test_a_chain_lies_with_its_lowest_layer_first() -> None:
    files = {
        "base.yaml": LAYER,
        "prod.yaml": f"{ENVIRONMENT}extends: base\n",
        "prod-eu.yaml": f"{ENVIRONMENT}extends: prod\n",
    }
    chains = read_chains(taken(files))
    assert {name: order(chain) for name, chain in chains.items()} == {
        "prod": ["base", "prod"],
        "prod-eu": ["base", "prod", "prod-eu"],
    }
    assert chains["prod"][0] is chains["prod-eu"][0]
    assert [overlay.is_rendered for overlay in chains["prod-eu"]] == [False, True, True]


def test_components_lie_between_what_is_extended_and_what_includes_them() -> None:
    component = "apiVersion: gitramp/v1alpha1\nkind: Component\n"
    files = {
        "base.yaml": f"{LAYER}include: [a]\n",
        "a.yaml": component,
        "b.yaml": component,
        "prod.yaml": f"{ENVIRONMENT}extends: base\ninclude: [b, a]\n",
    }
    chains = read_chains(taken(files))
    assert {name: order(chain) for name, chain in chains.items()} == {"prod": ["a", "base", "b", "a", "prod"]}
    with pytest.raises(UsageError, match="a is a Component: it is not rendered but included"):
        read_chains(taken(files), ["a"])


def test_layers_are_no_environments() -> None:
    files = taken({"base.yaml": LAYER, "dev.yaml": ENVIRONMENT, "broken.yaml": "a: ["})
    assert names(files) == ("broken", "dev")


def test_only_the_wanted_environment_is_read() -> None:
    files = {"a.yaml": ENVIRONMENT, "b.yaml": ENVIRONMENT, "broken.yaml": "a: ["}
    assert list(read_chains(taken(files), ["b"])) == ["b"]
    assert list(read_chains(taken(files), ["b", "a"])) == ["b", "a"]


def test_a_circle_is_told_at_the_line_that_closes_it() -> None:
    files = {
        "a.yaml": f"{ENVIRONMENT}extends: b\n",
        "b.yaml": f"{LAYER}extends: c\n",
        "c.yaml": f"{LAYER}\nextends: b\n",
    }
    assert told(rejections(files)) == [("GR024", "environments/c.yaml:4:10", "b -> c -> b is a circle")]


def test_an_overlay_that_extends_itself_is_a_circle() -> None:
    files = {"a.yaml": f"{ENVIRONMENT}extends: a\n"}
    assert told(rejections(files)) == [("GR024", "environments/a.yaml:3:10", "a -> a is a circle")]


def test_an_unknown_base_is_told_with_the_nearest_overlay() -> None:
    files = {"base.yaml": LAYER, "a.yaml": f"{ENVIRONMENT}extends: bass\n"}
    (finding,) = rejections(files)
    assert (finding.code.number, finding.mark) == ("GR023", Mark("environments/a.yaml", 3, 10))
    assert finding.message.startswith("`extends: bass`: ")
    assert finding.message.endswith("did you mean base?")


def test_an_unknown_base_unlike_any_is_told_with_all_overlays() -> None:
    (finding,) = rejections({"base.yaml": LAYER, "a.yaml": f"{ENVIRONMENT}extends: ../etc/passwd\n"})
    assert finding.code.number == "GR023"
    assert finding.message.endswith("known: a, base")


def test_one_broken_layer_is_told_once_for_all_that_extend_it() -> None:
    files = {
        "base.yaml": "a: 1\na: 2\n",
        "a.yaml": f"{ENVIRONMENT}extends: base\n",
        "b.yaml": f"{ENVIRONMENT}extends: base\n",
        "c.yaml": f"{ENVIRONMENT}extends: b\n",
    }
    assert [(f.code.number, str(f.mark)) for f in rejections(files)] == [("GR005", "environments/base.yaml:2:1")]


def test_every_broken_file_is_told_in_one_run() -> None:
    files = {
        "a.yaml": "x: 08\n",
        "b.yaml": f"{ENVIRONMENT}extends: nowhere\n",
        "c.yaml": "- a list\n",
        "d.yaml": ENVIRONMENT,
        "gone/services/web.yaml": "{}",
    }
    assert [(f.code.number, str(f.mark)) for f in rejections(files)] == [
        ("GR011", "environments/a.yaml:1:4"),
        ("GR023", "environments/b.yaml:3:10"),
        ("GR022", "environments/c.yaml:1:1"),
        ("GR026", "environments/gone/services/web.yaml:1:1"),
    ]


@pytest.mark.parametrize(("content", "shown"), [("- a\n", "a list"), ("text\n", "one value"), ("12\n", "one value")])
def test_an_overlay_that_is_no_mapping_is_refused(content: str, shown: str) -> None:
    message = f"the file holds {shown}, not a mapping"
    assert told(rejections({"a.yaml": content})) == [("GR022", "environments/a.yaml:1:1", message)]


# Services in files of their own.


def test_a_service_file_is_put_into_its_environment() -> None:
    files = {
        "base.yaml": f"{LAYER}services:\n  api: {{port: 1}}\n",
        "base/services/web.yaml": "port: 2\n",
        "prod.yaml": f"{ENVIRONMENT}extends: base\n",
        "prod/services/web.yaml": "replicas: 3\n",
    }
    base, prod = read_chains(taken(files))["prod"]
    assert plain(base.root)["services"] == {"api": {"port": 1}, "web": {"port": 2}}
    assert plain(prod.root)["services"] == {"web": {"replicas": 3}}
    assert base.files == ("environments/base.yaml", "environments/base/services/web.yaml")
    assert prod.files == ("environments/prod.yaml", "environments/prod/services/web.yaml")


def test_a_value_of_a_service_file_knows_that_file() -> None:
    files = {"prod.yaml": f"{ENVIRONMENT}services:\n", "prod/services/web.yaml": "# Web\nport: 2\n"}
    (prod,) = read_chains(taken(files))["prod"]
    assert isinstance(prod.root.value, dict)
    services = prod.root.value["services"]
    assert services.place == Mark("environments/prod.yaml", 3, 1)
    assert isinstance(services.value, dict)
    web = services.value["web"]
    assert web.place == Mark("environments/prod/services/web.yaml", 1, 1)
    assert isinstance(web.value, dict)
    assert web.value["port"].place == Mark("environments/prod/services/web.yaml", 2, 7)


@pytest.mark.parametrize("inline", ["{port: 1}", "null"])
def test_a_service_said_twice_is_told_with_both_places(inline: str) -> None:
    files = {"prod.yaml": f"{ENVIRONMENT}services:\n  web: {inline}\n", "prod/services/web.yaml": "\nport: 2\n"}
    (finding,) = rejections(files)
    assert (finding.code.number, finding.mark) == ("GR025", Mark("environments/prod/services/web.yaml", 2, 1))
    assert finding.message.startswith("service web is said here and at environments/prod.yaml:4:")


def test_service_files_without_their_environment_are_refused() -> None:
    findings = rejections({"dev.yaml": ENVIRONMENT, "prod/services/web.yaml": "port: 2\n"})
    assert told(findings) == [
        ("GR026", "environments/prod/services/web.yaml:1:1", "there is no environments/prod.yaml")
    ]


@pytest.mark.parametrize(("content", "code"), [("- a\n", "GR022"), ("", "GR003"), ("a: 1\na: 1\n", "GR005")])
def test_a_broken_service_file_is_told(content: str, code: str) -> None:
    findings = rejections({"prod.yaml": ENVIRONMENT, "prod/services/web.yaml": content})
    assert [f.code.number for f in findings] == [code]
    assert findings[0].mark is not None
    assert findings[0].mark.path == "environments/prod/services/web.yaml"


def test_services_that_are_no_mapping_are_left_for_the_schema() -> None:
    files = {"prod.yaml": f"{ENVIRONMENT}services: [web]\n", "prod/services/web.yaml": "port: 2\n"}
    (prod,) = read_chains(taken(files))["prod"]
    assert plain(prod.root)["services"] == ["web"]


# What the command line names.


def test_a_layer_cannot_be_asked_for() -> None:
    files = taken({"base.yaml": LAYER, "dev.yaml": f"{ENVIRONMENT}extends: base\n"})
    with pytest.raises(UsageError, match=r"^base is a Layer: it is not rendered but extended$"):
        read_chains(files, ["base"])


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [("prodution", "did you mean production?"), ("xyz", "known: dev, production"), ("", "known: dev, production")],
)
def test_an_unknown_environment_is_told_with_a_hint(wanted: str, hint: str) -> None:
    files = taken({"base.yaml": LAYER, "dev.yaml": ENVIRONMENT, "production.yaml": ENVIRONMENT})
    with pytest.raises(UsageError) as caught:
        read_chains(files, ["dev", wanted])
    assert str(caught.value) == f"no environment {wanted or chr(39) * 2} in environments/; {hint}"


def test_an_environment_of_an_empty_workspace_is_unknown() -> None:
    with pytest.raises(UsageError, match="known: none"):
        read_chains(Snapshot({}), ["dev"])


def test_findings_of_the_snapshot_are_told_with_those_of_reading(tmp_path: Path) -> None:
    root = workspace(tmp_path, {"prod.yaml": "a: 1\na: 2\n", "dev.yml": ENVIRONMENT})
    findings = rejections(snapshot(root))
    assert [(f.code.number, str(f.mark)) for f in findings] == [
        ("GR021", "environments/dev.yml:1:1"),
        ("GR005", "environments/prod.yaml:2:1"),
    ]


# Writing one back.


def test_saving_replaces_the_file_and_keeps_its_rights(tmp_path: Path) -> None:
    path = workspace(tmp_path, {"prod.yaml": "old"}) / "environments" / "prod.yaml"
    path.chmod(0o640)
    (tmp_path / ".gitramp").mkdir()
    save(Workspace(tmp_path), "environments/prod.yaml", b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in path.parent.iterdir()] == ["prod.yaml"]


def test_saving_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = workspace(tmp_path, {}) / "environments"
    (folder / "prod.yaml").mkdir()
    (tmp_path / ".gitramp").mkdir()
    with pytest.raises(ToolError) as caught:
        save(Workspace(tmp_path), "environments/prod.yaml", b"new")
    assert caught.value.code.number == "GR027"
    assert caught.value.message.startswith("cannot write environments/prod.yaml: ")
    assert [p.name for p in folder.iterdir()] == ["prod.yaml"]
    assert not list((tmp_path / ".gitramp").iterdir())
