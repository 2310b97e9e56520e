"""The rendered tree: paths that never collide, a comparison that tells why, and nobody else's files touched."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import tree
from gitramp.problem import ToolError
from gitramp.resource import GroupVersionKind, Manifest, ResourceId
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
OURS = b"# Rendered by gitramp from environments/dev.yaml\na: 1\n"
A = "rendered/dev/ns/search/service.yaml"
B = "rendered/dev/ns/namespace.yaml"

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


def manifest(group: str, kind: str, namespace: str, name: str, service: str = "") -> Manifest:
    return Manifest(ResourceId(GroupVersionKind(group, "v1", kind), namespace, name), {}, {}, (), service)


def promoted(workspace: Workspace, wanted: dict[str, bytes], folders: tuple[str, ...] = ()) -> tree.TreeDiff:
    with tree.locked(workspace):
        diff = tree.compare(workspace, wanted, folders)
        refused = [finding for finding in tree.obstacles(diff) if finding.code.number != "GR704"]
        assert not refused
        with tree.staging(workspace, promoting=True) as folder:
            tree.stage(workspace, folder, wanted)
            tree.promote(workspace, diff)
    return diff


def on_disk(workspace: Workspace) -> dict[str, bytes]:
    files = (path for path in workspace.rendered.rglob("*") if path.is_file())
    return {path.relative_to(workspace.root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


# Paths.


@pytest.mark.parametrize(
    ("found", "path"),
    [
        (manifest("apps", "Deployment", "services-v1", "search", "search"), "services-v1/search/deployment.yaml"),
        (manifest("networking.istio.io", "Gateway", "services", "public"), "services/gateway_public.yaml"),
        (
            manifest("gateway.networking.k8s.io", "Gateway", "services", "public"),
            "services/gateway.gateway.networking.k8s.io_public.yaml",
        ),
        (manifest("", "Namespace", "", "services-v1"), "services-v1/namespace.yaml"),
        (manifest("", "ConfigMap", "services-v1", "extra", "search"), "services-v1/search/configmap_extra.yaml"),
        (
            manifest("rbac.authorization.k8s.io", "ClusterRole", "", "system:Reader"),
            "_cluster/clusterrole_system%3a%52eader.yaml",
        ),
    ],
)
def test_path_says_what_the_object_is(found: Manifest, path: str) -> None:
    assert tree.path_of(found) == path


NAMES = st.from_regex(r"[a-z0-9]([-a-z0-9.:A-Z_%/]{0,8}[a-z0-9])?", fullmatch=True)
LABELS = st.from_regex(r"[a-z]([-a-z0-9]{0,5}[a-z0-9])?", fullmatch=True)
GROUPS = st.sampled_from(["", "apps", "networking.istio.io", "gateway.networking.k8s.io", "cert-manager.io", "cert"])
KINDS = st.sampled_from(["Gateway", "Service", "Namespace", "Role", "ConfigMap"])
IDS = st.tuples(GROUPS, KINDS, LABELS | st.just(""), NAMES | LABELS)
HOME = {"": {"Service", "Namespace", "ConfigMap"}, "apps": set(), "networking.istio.io": {"Gateway"}}


@settings(deadline=None, max_examples=300)
@given(st.lists(IDS, unique=True, min_size=2, max_size=6), st.dictionaries(LABELS, LABELS, max_size=2))
def test_no_two_objects_share_a_path_whatever_the_letter_case(
    drawn: list[tuple[str, str, str, str]], services: dict[str, str]
) -> None:
    real = [d for d in drawn if d[1] in HOME.get(d[0], {d[1]}) and (d[1] == "Namespace") == (d[2] == "")]
    found = [manifest(*identity, services.get(identity[3], "")) for identity in real]
    paths = [tree.path_of(one).lower() for one in found]
    assert len(set(paths)) == len(paths)


# What is written, what is left.


def test_new_changed_and_removed_files_are_promoted_and_empty_folders_go(workspace: Workspace) -> None:
    promoted(workspace, {A: OURS, B: OURS})
    stamp = (workspace.root / B).stat()
    diff = promoted(workspace, {B: OURS, "rendered/dev/other/namespace.yaml": OURS})
    assert {(c.path, c.before is None, c.after is None) for c in diff.changes} == {
        (A, False, True),
        ("rendered/dev/other/namespace.yaml", True, False),
    }
    assert not (workspace.root / A).parent.exists()
    kept = (workspace.root / B).stat()
    assert (kept.st_mtime_ns, kept.st_ino) == (stamp.st_mtime_ns, stamp.st_ino)


def test_files_without_the_mark_are_never_touched(workspace: Workspace) -> None:
    promoted(workspace, {A: OURS})
    strangers = {"rendered/dev/ns/search/mine.yaml": b"a: 1\n", "rendered/dev/README.md": b"x", "rendered/NOTES": b"y"}
    for path, content in strangers.items():
        (workspace.root / path).write_bytes(content)
    diff = promoted(workspace, {B: OURS})
    assert on_disk(workspace) == {B: OURS, **strangers}
    assert diff.strangers == ("rendered/dev/ns/search/mine.yaml",)
    assert [f.code.number for f in tree.obstacles(diff)] == ["GR704"]


def test_file_of_somebody_else_in_the_way_is_refused(workspace: Workspace) -> None:
    (workspace.root / A).parent.mkdir(parents=True)
    (workspace.root / A).write_bytes(b"somebody: else\n")
    diff = tree.compare(workspace, {A: OURS})
    assert [(f.code.number, str(f.mark)) for f in tree.obstacles(diff)] == [("GR702", f"{A}:1:1")]


def test_only_rendered_environments_are_pruned(workspace: Workspace) -> None:
    promoted(workspace, {A: OURS, "rendered/old/ns/namespace.yaml": OURS})
    assert not tree.compare(workspace, {A: OURS}, ["dev"])
    assert [c.path for c in tree.compare(workspace, {A: OURS}).changes] == ["rendered/old/ns/namespace.yaml"]


def test_what_is_beside_the_environments_is_pruned_with_its_environment(workspace: Workspace) -> None:
    beside = {f"rendered/_delivery/{name}/argocd/application.yaml": OURS for name in ("dev", "old")}
    promoted(workspace, {A: OURS, **beside})
    mine, others = sorted(beside)
    assert [c.path for c in tree.compare(workspace, {A: OURS}, ["dev"]).changes] == [mine]
    assert [c.path for c in tree.compare(workspace, {A: OURS}).changes] == [mine, others]
    assert not tree.compare(workspace, {A: OURS, mine: OURS}, ["dev"])


@pytest.mark.parametrize("folders", [(), ("dev",)])
def test_link_in_the_place_of_a_folder_beside_the_environments_is_refused(
    workspace: Workspace, tmp_path: Path, folders: tuple[str, ...]
) -> None:
    (tmp_path / "outside" / "dev").mkdir(parents=True)
    workspace.rendered.mkdir()
    (workspace.rendered / "_delivery").symlink_to(tmp_path / "outside")
    diff = tree.compare(workspace, {"rendered/_delivery/dev/argocd/application.yaml": OURS}, folders)
    assert [(f.code.number, str(f.mark)) for f in tree.obstacles(diff)] == [("GR703", "rendered/_delivery:1:1")]


@pytest.mark.parametrize("link", ["rendered", "rendered/dev", "rendered/dev/ns", "rendered/dev/ns/search", A])
def test_link_inside_rendered_is_refused_and_not_followed(workspace: Workspace, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (workspace.root / link).parent.mkdir(parents=True, exist_ok=True)
    (workspace.root / link).symlink_to(outside)
    diff = tree.compare(workspace, {A: OURS})
    assert [(f.code.number, str(f.mark)) for f in tree.obstacles(diff)] == [("GR703", f"{link}:1:1")]
    with tree.staging(workspace, promoting=True) as folder:
        tree.stage(workspace, folder, {A: OURS})
        if link != A:  # whoever promotes all the same is stopped by the descriptors
            with pytest.raises(ToolError, match="GR706"):
                tree.promote(workspace, diff)
    assert list(outside.iterdir()) == []


def test_state_folder_that_is_a_link_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (workspace.root / ".gitramp").symlink_to(outside)
    with pytest.raises(ToolError, match="GR706"), tree.locked(workspace):
        pass
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_file_where_a_folder_belongs_is_refused(workspace: Workspace, steps: int) -> None:
    path = "/".join(A.split("/")[:steps])
    (workspace.root / path).parent.mkdir(parents=True, exist_ok=True)
    (workspace.root / path).write_bytes(b"somebody: else\n")
    found = list(tree.obstacles(tree.compare(workspace, {A: OURS})))
    assert [(f.code.number, str(f.mark)) for f in found] == [("GR702", f"{path}:1:1")]
    assert (workspace.root / path).read_bytes() == b"somebody: else\n"


@pytest.mark.parametrize("content", [None, "somebody's"])
def test_folder_where_a_file_belongs_is_refused(workspace: Workspace, content: str | None) -> None:
    (workspace.root / A).mkdir(parents=True)
    if content is not None:
        (workspace.root / A / "notes.txt").write_text(content)
    found = list(tree.obstacles(tree.compare(workspace, {A: OURS})))
    assert [(f.code.number, str(f.mark)) for f in found] == [("GR702", f"{A}:1:1")]


@pytest.mark.parametrize("path", [A, "rendered/dev/ns/queue.yaml"], ids=["in the way", "beside"])
def test_named_pipe_holds_nobody_up(workspace: Workspace, path: str) -> None:
    """Opened for reading, a pipe waits for its writer for ever."""
    (workspace.root / "environments").mkdir()
    (workspace.root / "environments" / "dev.yaml").write_text(
        "apiVersion: gitramp/v1alpha1\nkind: Environment\n"
        "services: {search: {port: 80, image: 'a/b:1', tracks: {v1: {namespace: ns}}}}\n"
    )
    (workspace.root / path).parent.mkdir(parents=True)
    os.mkfifo(workspace.root / path)
    argv = [sys.executable, "-m", "gitramp", "validate", "--no-drift"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    with subprocess.Popen(argv, cwd=workspace.root, env=env, stdout=subprocess.PIPE, text=True) as running:
        try:
            said, _ = running.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            running.kill()
            pytest.fail("it waits for the pipe")
    assert running.returncode in {0, 1}
    assert path in said


def test_file_in_the_way_is_told_by_the_command(example: Path, gitramp: Gitramp) -> None:
    (example / "rendered" / "dev" / "services" / "namespace.yaml").unlink()
    (example / "rendered" / "dev" / "services" / "namespace.yaml").mkdir()
    for command in ("render", "validate"):
        done = gitramp(command, cwd=example)
        assert done.returncode == 1, done.stderr
        assert "rendered/dev/services/namespace.yaml:1:1: error GR702" in done.stdout


def test_removed_environment_goes_with_its_folder_when_all_are_rendered(example: Path, gitramp: Gitramp) -> None:
    (example / "environments" / "dev.yaml").unlink()
    assert gitramp("render", "-e", "staging", cwd=example).returncode == 0
    assert (example / "rendered" / "dev").is_dir()
    assert gitramp("render", cwd=example).returncode == 0
    assert not (example / "rendered" / "dev").exists()
    assert sorted(path.name for path in (example / "rendered").iterdir()) == ["production", "staging"]


@pytest.mark.parametrize(
    "path", ["rendered/dev/big.bin", "rendered/dev/big.yaml", B], ids=["beside", "yaml", "in the way"]
)
@pytest.mark.parametrize("head", [b"", OURS], ids=["foreign", "ours"])
def test_huge_file_is_not_read_whole(workspace: Workspace, path: str, head: bytes) -> None:
    """A sparse file of a size that no memory holds."""
    (workspace.root / path).parent.mkdir(parents=True)
    (workspace.root / path).write_bytes(head)
    os.truncate(workspace.root / path, 1 << 42)
    diff = tree.compare(workspace, {B: OURS})
    (change,) = (c for c in diff.changes if c.path == path) if path == B or head else [None]
    codes = [f.code.number for f in tree.obstacles(diff)]
    if head:
        assert change is not None
        assert change.after == (OURS if path == B else None)
        assert codes == []
    else:
        assert codes == {"rendered/dev/big.bin": [], "rendered/dev/big.yaml": ["GR704"], B: ["GR702"]}[path]


# Why it differs.


@pytest.mark.parametrize(
    ("before", "after", "line", "reason"),
    [
        (None, b"a\n", 1, "is missing: an overlay asks for it"),
        (OURS, None, 1, "is left over: no overlay asks for it"),
        (b"a\n  b: 1\n", b"a\n  b: 2\n", 2, "has `b: 1` where the overlays render `b: 2`"),
        (b"a\n", b"a\nb\n", 1, "lacks its last lines"),
        (b"a\nb\n", b"a\n", 1, "has lines too many at its end"),
        (b"a\r\nb\r\n", b"a\nb\n", 2, "differs in its line ends"),
        (b"\xff\n", b"a\n", 1, "has `\ufffd` where the overlays render `a`"),
    ],
)
def test_drift_is_told_with_line_and_reason(before: bytes | None, after: bytes | None, line: int, reason: str) -> None:
    (finding,) = tree.drift(tree.TreeDiff((tree.Change(A, before, after),)))
    assert (finding.code.number, finding.mark, finding.message) == ("GR701", (A, line, 1), reason)


LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
TEXTS = st.lists(LINES, max_size=4).map("\n".join)


@settings(deadline=None, max_examples=40)
@given(before=st.none() | TEXTS, after=st.none() | st.lists(st.sampled_from("abc"), min_size=1, max_size=6))
def test_unified_diff_is_what_git_applies(before: str | None, after: list[str] | None) -> None:
    """What is written has plain lines; what somebody left on the disk can hold anything."""
    old = None if before is None else OURS + before.encode()
    new = None if after is None else OURS + "".join(f"{line}\n" for line in after).encode()
    if old == new:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if old is not None:
            (folder / A).parent.mkdir(parents=True)
            (folder / A).write_bytes(old)
        patch = tree.unified(tree.TreeDiff((tree.Change(A, old, new),)))
        argv = ["git", "apply", "--whitespace=nowarn", "-"]
        done = subprocess.run(argv, cwd=folder, input=patch.encode(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert ((folder / A).read_bytes() if (folder / A).exists() else None) == new


def test_two_objects_on_one_path_are_our_bug() -> None:
    twice = manifest("", "Service", "ns", "a")
    with pytest.raises(ValueError, match="share the path"):
        tree.rendered_tree("dev", [twice, twice])
