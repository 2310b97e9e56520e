"""From which commit a step is judged, and what a branch tells of time and consent: in real repositories."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import branches
from branches import HOUR, MINUTE, NOON, OVERLAY
from gitramp import overlays, pipeline
from gitramp.pipeline import From
from gitramp.pipeline.transition import Judgement, judge_step
from gitramp.problem import Finding, InputRejected, RepoError, Report
from gitramp.workspace import Workspace

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _alone(identity: None) -> None:
    """Keep the machine's own configuration away."""


def git(folder: Path, *arguments: str, at: int | None = None) -> str:
    return branches.git(folder, *arguments, at=at).strip()


def start(folder: Path, *, at: int = NOON - 24 * HOUR, overlay: str = OVERLAY) -> Path:
    (folder / "environments").mkdir(parents=True)
    (folder / "environments" / "production.yaml").write_text(overlay)
    git(folder, "init", "--quiet")
    return save(folder, at)


def save(folder: Path, at: int, message: str = "a step") -> Path:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message, at=at)
    return folder


def edit(folder: Path, old: str, new: str) -> Path:
    overlay = folder / "environments" / "production.yaml"
    assert old in overlay.read_text()
    overlay.write_text(overlay.read_text().replace(old, new))
    return folder


def ramp(folder: Path, *weights: int, at: int, every: int = MINUTE) -> Path:
    """Commit one weight after the other."""
    overlay = folder / "environments" / "production.yaml"
    for position, weight in enumerate(weights):
        (line,) = [line for line in overlay.read_text().splitlines() if "weight:" in line]
        edit(folder, line, f"      weight: {weight}")
        save(folder, at + position * every, f"canary at {weight} %")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository on main whose canary has had 1 % for a day."""
    return start(tmp_path / "work")


def judge(folder: Path, revision: str | None = None, *, off: bool = False) -> list[str]:
    """Return the codes that are found, in their order."""
    return [finding.code.number for finding in found(folder, From(revision, off))]


def found(folder: Path, origin: From) -> list[Finding]:
    """Return what is found, in the order of reports."""
    judged = judgement(folder, origin)
    return list(Report.of([*judged.findings, *(f for built in judged.built for f in built.findings)]))


def base(folder: Path, revision: str | None = None) -> str:
    return judgement(folder, From(revision)).against


def judgement(folder: Path, origin: From) -> Judgement:
    taken = overlays.snapshot(folder)
    return judge_step(Workspace(folder), taken, pipeline.build(taken), origin)


def head(folder: Path, revision: str = "HEAD") -> str:
    return git(folder, "rev-parse", revision)


def test_edit_on_the_main_branch_is_judged_from_head(repository: Path) -> None:
    before = head(repository)
    edit(repository, "weight: 1", "weight: 5")
    assert judge(repository) == []
    assert base(repository) == before
    edit(repository, "weight: 5", "weight: 10")
    assert judge(repository) == ["GR510"]


def test_commit_on_the_main_branch_is_judged_from_the_one_before(repository: Path) -> None:
    ramp(repository, 5, at=NOON)
    assert base(repository) == head(repository, "HEAD~1")
    ramp(repository, 25, at=NOON + HOUR)
    assert judge(repository) == ["GR510"]


def test_branch_is_judged_from_where_it_left_main(repository: Path) -> None:
    forked = head(repository)
    git(repository, "switch", "--quiet", "--create", "topic")
    ramp(repository, 5, at=NOON)
    git(repository, "switch", "--quiet", "main")
    (repository / "README").write_text("main goes on\n")
    save(repository, NOON + MINUTE)
    git(repository, "switch", "--quiet", "topic")
    assert base(repository) == forked
    assert judge(repository) == []
    edit(repository, "weight: 5", "weight: 10")
    assert judge(repository) == ["GR510"], "the edit and the branch are one step"


def test_what_origin_calls_main_comes_before_a_branch_here(repository: Path, tmp_path: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "trunk")
    git(repository, "branch", "--delete", "--force", "main")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    git(clone, "branch", "main", "HEAD")
    ramp(clone, 5, at=NOON)
    assert base(clone) == head(clone, "origin/trunk")


def test_commits_that_nobody_has_pushed_are_one_step(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    ramp(clone, 5, 10, at=NOON, every=HOUR)
    assert judge(clone) == ["GR510"]
    git(clone, "push", "--quiet", "origin", "HEAD:other")
    assert judge(clone) == ["GR510"]


@pytest.mark.parametrize("every", [MINUTE, 2 * HOUR])
def test_steps_of_one_pull_request_cannot_be_smuggled(repository: Path, every: int) -> None:
    git(repository, "switch", "--quiet", "--create", "topic")
    ramp(repository, 5, 10, at=NOON, every=every)
    assert judge(repository) == ["GR510"]
    git(repository, "switch", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--no-edit", "topic", at=NOON + 9 * HOUR)
    assert judge(repository) == ["GR510"], "a merge is one step as well"


def test_squash_counts_from_the_day_it_came_in(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "topic")
    ramp(repository, 5, at=NOON - 10 * HOUR)
    git(repository, "switch", "--quiet", "main")
    git(repository, "merge", "--quiet", "--squash", "topic")
    save(repository, NOON)
    ramp(repository, 10, at=NOON + 29 * MINUTE)
    assert judge(repository) == ["GR511"]


def test_merge_counts_from_the_day_it_came_in(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "topic")
    ramp(repository, 5, at=NOON - 10 * HOUR)
    git(repository, "switch", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--no-edit", "topic", at=NOON)
    git(repository, "switch", "--quiet", "--create", "next")
    ramp(repository, 10, at=NOON + 29 * MINUTE)
    assert judge(repository) == ["GR511"]
    git(repository, "commit", "--quiet", "--amend", "--no-edit", at=NOON + 30 * MINUTE)
    assert judge(repository) == []


@pytest.mark.parametrize(("minutes", "codes"), [(29, ["GR511"]), (30, []), (31, [])])
def test_bake_time_is_counted_from_commit_to_commit(repository: Path, minutes: int, codes: list[str]) -> None:
    ramp(repository, 5, 10, at=NOON, every=minutes * MINUTE)
    assert judge(repository) == codes


def test_commits_that_leave_the_weight_do_not_start_the_time_anew(repository: Path) -> None:
    ramp(repository, 5, at=NOON)
    edit(repository, "    port: 8080", "    port: 8080\n    replicas: 2")
    save(repository, NOON + 20 * MINUTE)
    overlay = repository / "environments" / "production.yaml"
    service = overlay.read_text().split("  search:\n")[1]
    moved = repository / "environments" / "production" / "services" / "search.yaml"
    moved.parent.mkdir(parents=True)
    moved.write_text("\n".join(line.removeprefix("    ") for line in service.split("\n")))
    overlay.write_text(OVERLAY.split("services:", maxsplit=1)[0])
    save(repository, NOON + 25 * MINUTE)
    moved.write_text(moved.read_text().replace("weight: 5", "weight: 10"))
    save(repository, NOON + 29 * MINUTE)
    assert judge(repository) == ["GR511"]
    git(repository, "commit", "--quiet", "--amend", "--no-edit", at=NOON + 30 * MINUTE)
    assert judge(repository) == []


def test_step_again_after_an_abort_counts_anew(repository: Path) -> None:
    ramp(repository, 5, 0, 1, at=NOON, every=HOUR)
    assert judge(repository) == []
    ramp(repository, 5, at=NOON + 2 * HOUR + MINUTE)
    assert judge(repository) == ["GR511"], "5 % an hour ago is not 1 % since"


def test_edit_that_is_in_no_commit_is_made_now(repository: Path) -> None:
    ramp(repository, 5, at=NOON)
    edit(repository, "weight: 5", "weight: 10")
    assert judge(repository) == []
    git(repository, "commit", "--quiet", "--amend", "--no-edit", at=4_000_000_000)
    assert judge(repository) == ["GR511"], "the commit before is in the future"
    git(repository, "commit", "--quiet", "--amend", "--no-edit", at=int(time.time()) - 29 * MINUTE)
    assert judge(repository) == ["GR511"]
    git(repository, "commit", "--quiet", "--amend", "--no-edit", at=int(time.time()) - 30 * MINUTE)
    assert judge(repository) == []


def test_named_revision_is_what_head_has_in_common_with_it(repository: Path) -> None:
    first = head(repository)
    ramp(repository, 5, 10, at=NOON, every=HOUR)
    assert judge(repository) == []
    assert judge(repository, first) == judge(repository, first[:10]) == ["GR510"]
    git(repository, "tag", "released", first)
    assert judge(repository, "released") == ["GR510"]
    git(repository, "switch", "--quiet", "--create", "topic", "HEAD~1")
    edit(repository, "    port: 8080", "    port: 8080\n    replicas: 2")
    save(repository, NOON + 2 * HOUR)
    assert judge(repository, "main") == [], "what main did meanwhile is no step back"


@pytest.mark.parametrize(
    "revision", ["nowhere", "-rf", "^HEAD", "^HEAD~0", "--all", "HEAD~99", "", "a\nb", "HEAD:environments"]
)
def test_revision_that_is_none_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(RepoError) as caught:
        judge(repository, revision)
    assert caught.value.code.number == "GR816"


def test_nothing_is_judged_when_nobody_wants_it(repository: Path) -> None:
    ramp(repository, 25, at=NOON)
    assert judge(repository) == ["GR510"]
    assert judge(repository, off=True) == []


def test_without_git_or_commits_there_is_no_step(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "production.yaml").write_text(OVERLAY)
    assert judge(tmp_path) == []
    git(tmp_path, "init", "--quiet")
    assert judge(tmp_path) == []
    save(tmp_path, NOON)
    assert judge(tmp_path) == []
    assert base(tmp_path) == ""


def test_shallow_clone_says_that_it_cannot_judge(repository: Path, tmp_path: Path) -> None:
    ramp(repository, 5, 10, at=NOON)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", repository.as_uri(), str(clone))
    (finding,) = found(clone, From())
    assert (finding.code.number, finding.severity.value) == ("GR821", "warning")
    assert "fetch-depth: 0" in finding.advice
    with pytest.raises(RepoError) as caught:
        judge(clone, "HEAD~1")
    assert "fetch-depth: 0" in caught.value.remedy


def test_history_that_ends_within_the_bake_time_is_told(repository: Path, tmp_path: Path) -> None:
    ramp(repository, 5, 10, at=NOON)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "2", repository.as_uri(), str(clone))
    assert judge(clone) == ["GR821"]
    git(clone, "fetch", "--quiet", "--unshallow")
    assert judge(clone) == ["GR511"]


def test_history_that_ends_before_the_bake_time_is_enough(repository: Path, tmp_path: Path) -> None:
    ramp(repository, 5, 10, at=NOON, every=HOUR)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "2", repository.as_uri(), str(clone))
    assert judge(clone) == []


def test_detached_checkout_of_a_merge_is_judged_from_its_first_parent(repository: Path, tmp_path: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "topic")
    ramp(repository, 25, at=NOON)
    git(repository, "switch", "--quiet", "--detach", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--no-edit", "topic", at=NOON)
    assert base(repository) == head(repository, "main") == head(repository, "HEAD^1")
    assert judge(repository) == ["GR510"]


def test_base_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = start(tmp_path / "work", overlay=OVERLAY.replace("weight: 1", "weigth: 1"))
    edit(folder, "weigth: 1", "weight: 25")
    (finding,) = found(folder, From())
    assert (finding.code.number, finding.severity.value) == ("GR820", "warning")
    assert "weigth" in finding.message


def test_workspace_may_be_a_folder_of_its_repository(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "deploy" / "environments").mkdir(parents=True)
    (top / "deploy" / "environments" / "production.yaml").write_text(OVERLAY)
    git(top, "init", "--quiet")
    save(top, NOON - 24 * HOUR)
    edit(top / "deploy", "weight: 1", "weight: 5")
    save(top, NOON)
    edit(top / "deploy", "weight: 5", "weight: 10")
    save(top, NOON + MINUTE)
    assert judge(top / "deploy") == ["GR511"]


APPROVED = OVERLAY.replace("bake: 30m", "approve: {by: [ada@example.com], from: 5}")


def test_approval_is_a_trailer_of_any_commit_of_the_change(tmp_path: Path) -> None:
    folder = start(tmp_path / "work", overlay=APPROVED)
    git(folder, "switch", "--quiet", "--create", "topic")
    ramp(folder, 5, at=NOON)
    assert judge(folder) == ["GR512"]
    save(folder, NOON + MINUTE, "Agreed\n\nApproved-by: Ada Lovelace <Ada@Example.com>")
    assert judge(folder) == []


def test_nobody_approves_a_step_of_their_own(tmp_path: Path) -> None:
    folder = start(tmp_path / "work", overlay=APPROVED)
    git(folder, "config", "user.email", "ada@example.com")
    edit(folder, "weight: 1", "weight: 5")
    assert judge(folder) == [], "an edit is not asked for approval"
    save(folder, NOON, "More\n\nApproved-by: Ada <ada@example.com>")
    assert judge(folder) == ["GR512"]


def test_text_in_a_message_is_no_approval(tmp_path: Path) -> None:
    folder = start(tmp_path / "work", overlay=APPROVED)
    edit(folder, "weight: 1", "weight: 5")
    save(folder, NOON, "More\n\nApproved-by: Ada <ada@example.com>\n\nor so I hope")
    assert judge(folder) == ["GR512"]


@pytest.mark.parametrize("mark", ["\x1e", "\x1f", "\x1f\x1e"])
def test_name_with_a_separator_is_no_approval(tmp_path: Path, mark: str) -> None:
    folder = start(tmp_path / "work", overlay=APPROVED)
    edit(folder, "weight: 1", "weight: 5")
    git(folder, "config", "user.name", f"Mallory{mark}Ada <ada@example.com>{mark}")
    save(folder, NOON, f"More\n\nApproved-by: foo{mark}bar <x@example.com>")
    assert judge(folder) == ["GR512"]
    git(folder, "config", "user.name", "Linus")
    save(folder, NOON, f"Agreed\n\nApproved-by: foo{mark}bar <x@example.com>\nApproved-by: Ada <ada@example.com>")
    assert judge(folder, "HEAD~2") == []


def test_file_name_with_a_separator_is_read(repository: Path) -> None:
    beside = repository / "environments" / "production" / "files"
    beside.mkdir(parents=True)
    for name in ("a\x1eb", "\n:c", "d\x1f"):
        (beside / name).write_text("x")
    ramp(repository, 5, at=NOON)
    ramp(repository, 10, at=NOON + MINUTE)
    assert judge(repository) == ["GR511"]


def test_line_ends_of_a_checkout_are_no_edit(repository: Path, tmp_path: Path) -> None:
    overlay = repository / "environments" / "production.yaml"
    overlay.write_bytes(overlay.read_bytes().replace(b"weight: 1", b"weight: 25").replace(b"\n", b"\r\n"))
    save(repository, NOON)
    (repository / ".gitattributes").write_text("*.yaml text\n")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "--quiet", "--amend", "--no-edit", at=NOON)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    (clone / "environments" / "production.yaml").touch()
    assert git(clone, "status", "--porcelain") == "M environments/production.yaml"
    assert base(clone) == head(clone, "HEAD~1")
    assert judge(clone) == ["GR510"]
    edit(clone, "weight: 25", "weight: 26")
    assert base(clone) == head(clone), "an edit is one"


FREEZE = """\
policy:
  maxEnvironmentsAtOnce: 1
  freeze: [{from: "2023-11-14T00:00:00Z", to: "2023-11-16T00:00:00Z", reason: the sale}]
services:"""


@pytest.mark.parametrize("way", ["deleted", "renamed", "layer"])
def test_environment_that_is_removed_is_a_change(repository: Path, way: str) -> None:
    overlay = repository / "environments" / "production.yaml"
    overlay.with_name("staging.yaml").write_text(OVERLAY)
    edit(repository, "services:", FREEZE)
    save(repository, NOON - 20 * HOUR * 24)
    if way == "layer":
        edit(repository, "kind: Environment", "kind: Layer")
    else:
        content = overlay.read_text()
        overlay.unlink()
        if way == "renamed":
            overlay.with_name("shop.yaml").write_text(content)
    save(repository, NOON)
    (finding,) = found(repository, From())
    assert (finding.code.number, finding.severity.value) == ("GR535", "error")
    assert "environment production is removed in a freeze until 2023-11-16" in finding.message
    staging = [built for built in pipeline.build(overlays.snapshot(repository)) if built.name == "staging"]
    if way == "renamed":
        assert not judge_step(Workspace(repository), overlays.snapshot(repository), staging, From()).findings
    git(repository, "commit", "--quiet", "--amend", "--no-edit", at=NOON + 72 * HOUR)
    assert judge(repository) == []
    other = overlay.with_name("staging.yaml")
    other.write_text(other.read_text().replace("weight: 1", "weight: 5"))
    save(repository, NOON + 73 * HOUR)
    assert judge(repository) == []
    (finding,) = found(repository, From("HEAD~2"))
    assert finding.code.number == "GR533"
    assert "production (removed), staging" in finding.message


@pytest.mark.parametrize(
    "said",
    [
        ("i18n.logOutputEncoding", "UTF-16"),
        ("log.diffMerges", "combined"),
        ("log.diffMerges", "off"),
        ("log.showSignature", "true"),
        ("log.follow", "true"),
    ],
)
def test_configuration_of_git_changes_no_verdict(repository: Path, said: tuple[str, str]) -> None:
    git(repository, "switch", "--quiet", "--create", "topic")
    ramp(repository, 5, at=NOON - 10 * HOUR)
    git(repository, "switch", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--no-edit", "topic", at=NOON)
    ramp(repository, 10, at=NOON + 29 * MINUTE)
    git(repository, "config", *said)
    assert judge(repository) == ["GR511"]


def publish(folder: Path, *approved: str) -> list[str]:
    try:
        done = pipeline.publish(Workspace(folder), origin=From(approved=approved))
    except InputRejected as rejected:
        return [finding.code.number for finding in rejected.report]
    assert done.commit is not None
    return []


def test_commit_judges_from_head_and_carries_approvals(tmp_path: Path) -> None:
    folder = start(tmp_path / "work", overlay=APPROVED)
    edit(folder, "weight: 1", "weight: 10")
    assert publish(folder) == ["GR510"]
    edit(folder, "weight: 10", "weight: 5")
    assert publish(folder, "Mallory <mallory@example.com>") == ["GR512"]
    assert publish(folder, "Ada <ada@example.com>") == []
    assert git(folder, "log", "-1", "--format=%(trailers:key=Approved-by,valueonly)") == "Ada <ada@example.com>"
    assert git(folder, "log", "-1", "--format=%(trailers:key=Rendered-from,valueonly)")
    assert judge(folder) == []


def test_first_commit_of_all_has_nothing_to_be_judged_from(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    (folder / "environments").mkdir(parents=True)
    (folder / "environments" / "production.yaml").write_text(OVERLAY)
    git(folder, "init", "--quiet")
    assert publish(folder) == []


STABLE = OVERLAY.split("    canary:", maxsplit=1)[0]


def test_way_back_to_the_track_that_was_stable_before(tmp_path: Path) -> None:
    canary = "    canary: {track: v2, weight: 100}\n"
    folder = start(tmp_path / "work", overlay=STABLE + canary)
    edit(folder, canary, "")
    edit(folder, "stable: v1", "stable: v2")
    save(folder, NOON)
    assert judge(folder) == []
    edit(folder, "stable: v2", "stable: v1")
    assert judge(folder) == [], "v1 was stable before v2"
    edit(folder, "1.4.2", "1.4.3")
    assert judge(folder) == ["GR515"], "with another image it was not"


def test_track_that_was_never_stable_takes_no_way_back(tmp_path: Path) -> None:
    folder = start(tmp_path / "work", overlay=STABLE)
    edit(folder, "stable: v1", "stable: v2")
    assert judge(folder) == ["GR515"]


def test_judging_writes_nothing(repository: Path) -> None:
    ramp(repository, 5, 10, at=NOON)
    overlay = repository / "environments" / "production.yaml"
    overlay.touch()
    index = (repository / ".git" / "index").read_bytes()
    assert judge(repository) == ["GR511"]
    assert (repository / ".git" / "index").read_bytes() == index


def test_command_says_from_where_it_judged(repository: Path, gitramp: Gitramp) -> None:
    ramp(repository, 25, at=NOON)
    assert gitramp("render", "--quiet", cwd=repository).returncode == 0
    save(repository, NOON)
    refused = gitramp("validate", "--against", "HEAD~2", cwd=repository)
    assert refused.returncode == 1
    assert "production.yaml:12:15: error GR510" in refused.stdout
    assert "set the weight to 5" in refused.stdout
    said = json.loads(gitramp("validate", "--output", "json", cwd=repository).stdout)
    assert said["outcome"]["against"] == head(repository, "HEAD~1")
    assert (
        json.loads(gitramp("validate", "--no-steps", "-o", "json", cwd=repository).stdout)["outcome"]["against"] is None
    )
    for command in ("validate", "commit", "render", "plan"):
        empty = gitramp(command, "--against", "", cwd=repository)
        assert (empty.returncode, "the revision is empty" in empty.stderr) == (2, True)
    unknown = gitramp("validate", "--against", "nowhere", cwd=repository)
    assert (unknown.returncode, "GR816" in unknown.stderr) == (4, True)
    assert gitramp("render", "--check", "--against", "HEAD~2", cwd=repository).returncode == 1
    assert gitramp("render", "--check", cwd=repository).returncode == 0


def test_approval_on_the_command_line_is_one_line(repository: Path, gitramp: Gitramp) -> None:
    edit(repository, "weight: 1", "weight: 5")
    refused = gitramp("commit", "--approved-by", "Ada\nSigned-off-by: Mallory", cwd=repository)
    assert refused.returncode == 2


def test_step_may_be_allowed_with_a_reason(repository: Path) -> None:
    edit(repository, "weight: 1", "weight: 25 # gitramp: allow GR510 because the shop is closed today")
    assert judge(repository) == []
    edit(repository, " # gitramp: allow GR510 because the shop is closed today", "")
    assert "GR510" in judge(repository)


def test_severity_of_a_step_is_rated_by_the_policy(repository: Path) -> None:
    edit(repository, "services:", "policy: {severity: {GR510: warning}}\nservices:")
    edit(repository, "weight: 1", "weight: 25")
    (finding,) = found(repository, From())
    assert (finding.code.number, finding.severity.value) == ("GR510", "warning")


def test_allowance_of_a_step_is_not_called_needless_where_none_is_judged(repository: Path) -> None:
    edit(repository, "weight: 1", "weight: 25 # gitramp: allow GR510 because the shop is closed today")
    codes = [f.code.number for f in pipeline.validate(Workspace(repository)).report]
    assert codes == []


def test_git_that_does_not_answer_is_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    (finding,) = found(repository, From())
    assert (finding.code.number, finding.severity.value) == ("GR821", "warning")
    assert "safe.directory" in finding.advice
    with pytest.raises(RepoError):
        judge(repository, "HEAD")
