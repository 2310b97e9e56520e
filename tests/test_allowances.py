"""A comment allows findings of its code on its line, for its time, and nothing else ever goes missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitramp import allowances, ratings, yamlio
from gitramp.allowances import Allowance
from gitramp.model import Environment, Policy
from gitramp.overlays import snapshot
from gitramp.pipeline import build, code_named, every_code, unused, validate
from gitramp.pipeline.catalogue import catalogue
from gitramp.problem import Allowed, Finding, InputRejected, Mark, Severity
from gitramp.source import Snapshot
from gitramp.workspace import Workspace

HEAD = "apiVersion: gitramp/v1alpha1\nkind: Environment\n"
OVERLAY = (
    HEAD + "services:\n  search:\n    port: 8080\n    image: ghcr.io/acme/search:latest {}\n    tracks: {{v1: {{}}}}\n"
)
REASON = "because dev follows the newest build"


def taken(comment: str, head: str = "") -> Snapshot:
    overlay = OVERLAY.format(comment).replace("services:\n", f"{head}services:\n", 1)
    return Snapshot({"environments/dev.yaml": overlay.encode()})


def told(of: Snapshot, today: date | None = None) -> tuple[set[str], list[Allowed]]:
    try:
        built = build(of, today=today)
    except InputRejected as rejected:
        return {f.code.number for f in rejected.report}, list(rejected.report.allowed)
    found = {f.code.number for one in built for f in (*one.findings, *unused(built))}
    return found, [each for one in built for each in one.allowed]


@pytest.mark.parametrize(
    ("day", "codes"),
    [(date(2027, 1, 30), set()), (date(2027, 1, 31), set()), (date(2027, 2, 1), {"GR307", "GR134"}), (None, set())],
)
def test_allowance_holds_until_the_end_of_its_last_day(day: date | None, codes: set[str]) -> None:
    found, allowed = told(taken(f"# gitramp: allow GR307 until 2027-01-31 {REASON}"), day)
    assert found == codes
    assert [each.reason for each in allowed] == ([] if codes else [REASON.removeprefix("because ")])


def test_policy_can_forbid_that_a_code_is_allowed() -> None:
    comment = f"# gitramp: allow GR307 {REASON}"
    assert told(taken(comment, "policy: {noExceptions: [GR307]}\n"))[0] == {"GR307", "GR133"}
    assert told(taken(comment, "policy: {noExceptions: [GR160]}\n"))[0] == set()


def test_rated_finding_is_allowed_all_the_same() -> None:
    found, (allowed,) = told(taken(f"# gitramp: allow GR307 {REASON}", "policy: {severity: {GR307: error}}\n"))
    assert (found, allowed.finding.severity) == (set(), Severity.ERROR)
    assert told(taken("", "policy: {severity: {GR307: error}}\n"))[0] == {"GR307"}


def test_bad_allowance_allows_nothing() -> None:
    for comment, codes in (
        ("# gitramp: allow GR307 until then because dev follows the newest build", {"GR130", "GR307"}),
        ("# gitramp: allow GR307", {"GR131", "GR307"}),
        ("# allow GR307 because dev follows the newest build", {"GR307"}),
        ("# see gitramp: allow GR307 because dev follows the newest build", {"GR307"}),
    ):
        assert told(taken(comment))[0] == codes


def test_worst_rating_counts_where_environments_share_a_line() -> None:
    base = OVERLAY.format("").replace("Environment", "Layer")
    files = {"base": base}
    files |= {
        name: f"{HEAD}extends: base\npolicy: {{severity: {{GR307: {severity}}}}}\n"
        for name, severity in (("a", "info"), ("b", "error"), ("c", "warning"))
    }
    of = Snapshot({f"environments/{name}.yaml": text.encode() for name, text in files.items()})
    with pytest.raises(InputRejected) as rejected:
        build(of)
    assert [f.severity for f in rejected.value.report] == [Severity.ERROR]


def test_summary_counts_what_is_allowed(tmp_path: Path) -> None:
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "dev.yaml").write_text(OVERLAY.format(f"# gitramp: allow GR307, GR161 {REASON}"))
    whole = validate(Workspace(tmp_path))
    assert ([str(f.code) for f in whole.report], len(whole.report.allowed)) == (["GR135"], 1)
    assert len(validate(Workspace(tmp_path), ["dev"]).report) == 0, "a run over a part cannot know what others need"


LINES = st.lists(
    st.sampled_from(
        [
            "# gitramp: allow GR307 because of a line above",
            "a{n}: 1",
            "b{n}: 'text # gitramp: allow GR307 because it is text'",
            'c{n}: "# no" # gitramp: allow GR307 because it is behind a text',
            "d{n}: |  # gitramp: allow GR307 because it is its own\n  # gitramp: allow GR307 because it is text\n  x",
            "e{n}: [1, # gitramp: allow GR307 because it is in a list\n  2]",
            "f{n}: plain#gitramp allow",
            "# another comment",
            "",
        ]
    ),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_comment_speaks_of_its_own_line_or_the_next_that_holds_something(drawn: list[str], end: str) -> None:
    lines = [line for n, text in enumerate(drawn) for line in text.replace("{n}", str(n)).split("\n")]
    found = {comment.mark.line: comment for comment in yamlio.comments("a.yaml", end.join(lines).encode())}
    for number, comment in found.items():
        assert "it is text" not in comment.text
        before, _, rest = lines[number - 1].partition(f"#{comment.text}")
        assert rest == ""
        if before.strip():
            assert comment.about == number
        elif comment.about is not None:
            between = lines[number : comment.about - 1]
            assert all(not line.strip() or line.strip().startswith("#") for line in between)
            assert lines[comment.about - 1].strip()
    above = {number for number, line in enumerate(lines, 1) if line.startswith("# another")}
    assert above <= found.keys()


TEXT = st.text(alphabet=":#-|>[]{},'\"&*!%@`\\ \n\r\tab1\u00e9", max_size=40)


@settings(max_examples=500, deadline=None)
@given(TEXT)
def test_comments_of_any_file_that_can_be_read_can_be_read_too(text: str) -> None:
    content = text.encode()
    try:
        yamlio.read_all("a.yaml", content)
    except InputRejected:
        return
    for comment in yamlio.comments("a.yaml", content):
        assert comment.about is None or comment.about >= comment.mark.line


PATHS = st.sampled_from(["environments/a.yaml", "environments/b.yaml"])
CODES = st.sampled_from([code_named(number) for number in ("GR307", "GR340", "GR160")])
FINDINGS = st.lists(
    st.builds(Finding, CODES, st.just("m"), st.none() | st.builds(Mark, PATHS, st.integers(1, 4), st.integers(1, 3))),
    max_size=8,
)
ALLOWANCES = st.lists(
    st.builds(
        Allowance,
        CODES.map(str),
        st.builds(Mark, PATHS, st.integers(1, 4)),
        st.integers(1, 4) | st.none(),
        st.none(),
        st.just("because"),
    ),
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(FINDINGS, ALLOWANCES)
def test_allowance_hides_nothing_on_another_line_and_loses_nothing(
    found: list[Finding], given_: list[Allowance]
) -> None:
    settled = list(allowances.settle(found, given_))
    assert [each if isinstance(each, Finding) else each.finding for each in settled] == found
    for each in settled:
        at = each.finding.mark if isinstance(each, Allowed) else each.mark
        number = str(each.finding.code if isinstance(each, Allowed) else each.code)
        meant = any((a.code, a.line, a.mark.path) == (number, at.line, at.path) for a in given_) if at else False
        assert isinstance(each, Allowed) == meant
    needless = {f.mark for f in allowances.unused(given_, (e for e in settled if isinstance(e, Allowed)))}
    assert needless <= {a.mark for a in given_}


RATED = st.dictionaries(CODES.map(str), st.sampled_from(["error", "warning", "info"]))


@settings(max_examples=100, deadline=None)
@given(FINDINGS, RATED)
def test_severity_never_changes_the_set_of_findings(found: list[Finding], severity: dict[str, str]) -> None:
    environment = Environment(
        api_version="gitramp/v1alpha1",
        kind="Environment",
        policy=Policy(severity=severity),  # type: ignore[arg-type]
    )
    rated = list(ratings.rated(found, environment))
    assert [(f.code, f.mark, f.message) for f in rated] == [(f.code, f.mark, f.message) for f in found]
    assert all(f.severity.value == severity.get(f.code.number, f.code.severity.value) for f in rated)


def test_what_stays_an_error_cannot_be_allowed_either() -> None:
    known = catalogue()
    assert known.final <= known.unallowed < known.codes.keys()
    assert {"GR001", "GR101", "GR204", "GR167", "GR600"} <= known.final | {"GR600"}
    assert {number for number, code in every_code().items() if code.family == "allowances"} <= known.unallowed
    assert not known.unallowed & {"GR150", "GR160", "GR307", "GR412"} - {"GR412"}


def test_worked_example_allows_nothing() -> None:
    root = Path(__file__).parents[1]
    assert all(not one.allowances for one in build(snapshot(root)))
