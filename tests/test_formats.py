"""SARIF, JUnit, GitLab's code quality and the summary of a step: valid whatever is in a finding, and known again."""

from __future__ import annotations

import json
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gitramp import report
from gitramp.pipeline import every_code
from gitramp.problem import Allowed, Code, Finding, Mark, Related, Report, Severity, ToolError
from gitramp.report import Told

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]

ERROR = Code("GR901", "a test's error", "Because.", "mend it", source="https://example.com/why")
WARNING = Code("GR902", "a test's warning", "Because.", "look at it", severity=Severity.WARNING)
INFO = Code("GR903", "a test's remark", "Because.", "know it", severity=Severity.INFO)
PLACE = Mark("environments/dev.yaml", 2, 5)
RENDERED = Related(Mark("rendered/dev/a.yaml", 7, 3), "rendered")
SARIF = jsonschema.Draft4Validator(json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text()))
XML_TEXT = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")

# Whatever a file's name, a message or a reason may hold: what each format reads as its own.
NASTY = st.text() | st.lists(
    st.sampled_from(
        ["]]>", "::error::", "##[error]", "\n", "\r", "\x1b[31m", "\u202e", "\ud800", "&amp;", "<b>", "|", "```",
         "[a](1)", "{0}", "\x00", "\ufffe", "%0A", '"', "'", "\\", "\u2028", "@all", "<!--", "line 3"]
    )
).map("".join)  # fmt: skip
CODES = st.sampled_from([ERROR, WARNING, INFO])
PLACES = st.builds(Mark, NASTY, st.integers(1, 9), st.integers(1, 9))
MARKS = st.none() | PLACES
FINDINGS = st.builds(Finding, CODES, NASTY, MARKS, NASTY, NASTY, st.lists(st.builds(Related, PLACES, NASTY)).map(tuple))
ALLOWED = st.builds(Allowed, FINDINGS, PLACES, NASTY, st.none())
REPORTS = st.builds(Report.of, st.lists(FINDINGS, max_size=4), st.none(), st.lists(ALLOWED, max_size=2))
TOLD = st.builds(Told, st.just("validate"), st.just(1), REPORTS, st.just(("dev",)), NASTY)


def finding(message: str = "is wrong", code: Code = ERROR, mark: Mark | None = PLACE, **more: Any) -> Finding:
    return Finding(code, message, mark, **more)


def told(*findings: Finding, sources: dict[str, bytes] | None = None, **more: Any) -> Told:
    return Told("validate", 1, Report.of(findings, sources, more.pop("allowed", ())), **more)


def printed(written: str) -> str:
    """Return what a reader of stdout gets, as `main` sets it up."""
    return written.encode("utf-8", "backslashreplace").decode("utf-8")


def run(said: Told) -> dict[str, Any]:
    log = json.loads(printed(report.DOCUMENTS["sarif"](said)))
    SARIF.validate(log)
    (only,) = log["runs"]
    return dict(only)


# SARIF.


@settings(deadline=None)
@given(TOLD)
def test_sarif_is_valid_whatever_is_found(said: Told) -> None:
    results = run(said)["results"]
    known = [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]
    assert len(set(known)) == len(known) == len(said.report) + len(said.report.allowed)
    texts = [result["message"]["text"] for result in results]
    assert all(text.isprintable() and not re.search(r"(?<!\\)\[[^\]]*\]\(", text) for text in texts)


def test_result_leads_to_its_rule_its_place_and_what_is_related() -> None:
    said = told(finding("x", WARNING, related=(RENDERED,), subject="Service a/b"), finding("y"))
    whole = run(said)
    first, second = whole["results"]
    rules = whole["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in (first, second)] == [first["ruleId"], second["ruleId"]]
    assert (second["level"], first["level"]) == ("warning", "error")
    place = second["locations"][0]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "environments/dev.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["physicalLocation"]["region"]["startLine"] == 2
    assert place["logicalLocations"] == [{"fullyQualifiedName": "Service a/b", "kind": "resource"}]
    (other,) = second["relatedLocations"]
    assert other["physicalLocation"]["artifactLocation"]["uri"] == "rendered/dev/a.yaml"
    assert rules[0]["helpUri"].endswith("/docs/codes.md#gr901")
    assert "(https://example.com/why)" in rules[0]["help"]["markdown"]


def test_columns_count_utf16_units_where_the_line_is_known() -> None:
    sources = {PLACE.path: "a\n\U0001f600\u00e9: x\n".encode()}
    (known,) = run(told(finding(), sources=sources))["results"]
    assert known["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 6}
    (unknown,) = run(told(finding()))["results"]
    assert unknown["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}


def test_path_is_a_relative_uri_and_what_has_none_is_told_of_the_overlays() -> None:
    first, second = run(told(finding(mark=Mark("environments/a b#c.yaml")), finding(mark=None)))["results"]
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in (first, second)]
    assert uris == ["environments/a%20b%23c.yaml", "environments"]


def test_fingerprint_stays_when_lines_move() -> None:
    def known(line: int, message: str = "said twice; first at line 3") -> list[str]:
        moved = finding(message, mark=Mark(PLACE.path, line))
        return [r["partialFingerprints"]["primaryLocationLineHash"] for r in run(told(moved))["results"]]

    assert known(2) == known(40) == known(2, "said twice; first at line 30")
    assert known(2) != known(2, "another")


def test_allowed_finding_is_suppressed_with_its_reason() -> None:
    allowed = [Allowed(finding("old"), Mark("environments/dev.yaml", 1, 1), "ticket 7", None)]
    new, old = run(told(finding("new"), allowed=allowed))["results"]
    assert "suppressions" not in new
    (one,) = old["suppressions"]
    assert (one["kind"], one["status"], one["justification"]) == ("inSource", "accepted", "ticket 7")


def test_fault_of_the_machine_is_a_run_that_failed() -> None:
    (invocation,) = run(told(fault=ToolError(ERROR, "git failed")))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "GR901 git failed: mend it"
    assert run(told(finding()))["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]


def test_every_code_is_a_valid_rule() -> None:
    rules = run(told(*(finding(code=code) for code in every_code().values())))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(every_code())


# JUnit.


@settings(deadline=None)
@given(TOLD)
def test_junit_is_xml_whatever_is_found(said: Told) -> None:
    written = printed(report.DOCUMENTS["junit"](said))
    assert XML_TEXT.fullmatch(written)
    suite = ET.fromstring(written.encode())[0]
    errors = sum(f.severity is Severity.ERROR for f in said.report)
    assert len(suite.findall("testcase/failure")) == errors == int(suite.attrib["failures"])
    assert len(suite.findall("testcase/skipped")) == len(said.report.allowed)
    assert len(suite.findall("testcase")) == int(suite.attrib["tests"])
    assert len(suite.findall("testcase/error")) == int(bool(said.fault))


def test_junit_has_a_failed_case_for_an_error_and_a_passed_one_for_an_environment() -> None:
    written = report.DOCUMENTS["junit"](told(finding("a <b>", related=(RENDERED,)), environments=("dev",)))
    passed, failed = ET.fromstring(written).findall("testsuite/testcase")
    assert (passed.attrib["classname"], passed.attrib["name"], list(passed)) == ("gitramp.validate", "dev", [])
    assert (failed.attrib["classname"], failed.attrib["name"]) == ("environments/dev.yaml", "GR901 a <b>")
    assert failed[0].attrib == {"type": "GR901", "message": "a <b>"}
    assert (failed[0].text or "").splitlines() == [
        "environments/dev.yaml:2:5",
        "error GR901 a <b>",
        "mend it",
        "rendered: rendered/dev/a.yaml:7:3",
    ]


def test_warning_fails_no_case() -> None:
    (case,) = ET.fromstring(report.DOCUMENTS["junit"](told(finding(code=WARNING)))).findall("testsuite/testcase")
    assert [child.tag for child in case] == ["system-out"]


def test_junit_says_the_same_on_a_terminal_without_unicode() -> None:
    written = report.DOCUMENTS["junit"](told(finding("caf\u00e9")))
    assert written.isascii()
    assert 'name="GR901 caf&#233;"' in written


# GitLab.


@settings(deadline=None)
@given(TOLD)
def test_gitlab_has_what_it_demands_whatever_is_found(said: Told) -> None:
    entries = json.loads(printed(report.DOCUMENTS["gitlab"](said)))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == len(said.report)
    for entry in entries:
        assert entry.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1
        assert entry["description"].isprintable()


def test_gitlab_is_told_the_line_and_the_severity() -> None:
    entries = json.loads(report.DOCUMENTS["gitlab"](told(finding(), finding(code=INFO, mark=None))))
    assert [(e["severity"], e["location"]) for e in entries] == [
        ("critical", {"path": "environments/dev.yaml", "lines": {"begin": 2}}),
        ("info", {"path": "environments", "lines": {"begin": 1}}),
    ]


# GitHub.


@settings(deadline=None)
@given(TOLD)
def test_github_is_given_one_command_a_finding_and_no_other(said: Told) -> None:
    lines = printed(report.annotate(said.report)).split("\n")
    commands = [line for line in lines if line.lstrip().startswith("::") or "\r" in line]
    assert len(commands) == len(said.report)
    assert all(re.match(r"::(error|warning|notice) (file=|title=)", command) for command in commands)


@given(NASTY)
@example("  ::set-output name=a::b\n##[add-path]/tmp")
def test_text_beside_annotations_holds_no_command(text: str) -> None:
    shown = report.harmless(text)
    assert not any(line.lstrip().startswith("::") for line in shown.split("\n"))
    assert "##[" not in shown


CELL = re.compile(r"(?<!\\)\|")


@settings(deadline=None)
@given(TOLD, NASTY)
def test_summary_is_a_table_of_four_cells_and_a_block(said: Told, outcome: str) -> None:
    written = printed(report.step_summary(said, outcome))
    assert len(written.encode()) < 2**20
    rows = [line for line in written.split("\n") if line.startswith(("| error", "| warning", "| info"))]
    assert len(rows) == len(said.report)
    assert all(len(CELL.findall(row)) == 5 for row in rows)
    assert not any(re.search(r"<(?!br>)", row) for row in rows)


def test_summary_keeps_below_its_limit() -> None:
    many = told(*(finding("x" * 4000, mark=Mark("a.yaml", line)) for line in range(1, 400)))
    written = report.step_summary(many, "y" * 2**21)
    assert len(written.encode()) < 2**20
    assert re.search(r"^\d+ more findings; run `gitramp validate` to see them all$", written, re.MULTILINE)


@pytest.mark.parametrize("name", ["sarif", "junit", "gitlab"])
def test_nothing_found_is_a_valid_report(name: str) -> None:
    written = report.DOCUMENTS[name](Told("validate", 0, Report()))
    assert written.endswith("\n")
    if name == "sarif":
        SARIF.validate(json.loads(written))


# The command.


@pytest.fixture
def refused(example: Path) -> Path:
    """Return a workspace in which one value is wrong."""
    overlay = example / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().replace("weight: 10", "weight: 110"))
    return example


def test_command_writes_each_format_and_nothing_beside_it(refused: Path, gitramp: Gitramp) -> None:
    told_by = {name: gitramp("validate", "-o", name, cwd=refused) for name in ("sarif", "junit", "gitlab")}
    assert {done.returncode for done in told_by.values()} == {1}
    log = json.loads(told_by["sarif"].stdout)
    SARIF.validate(log)
    assert [each["ruleId"] for each in log["runs"][0]["results"]] == ["GR204"]
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] == 15
    assert len(ET.fromstring(told_by["junit"].stdout).findall("testsuite/testcase/failure")) == 1
    assert [each["check_name"] for each in json.loads(told_by["gitlab"].stdout)] == ["GR204"]


def test_clean_run_names_its_environments_to_junit(example: Path, gitramp: Gitramp) -> None:
    done = gitramp("validate", "-o", "junit", cwd=example)
    cases = ET.fromstring(done.stdout).findall("testsuite/testcase")
    assert (done.returncode, [case.attrib["name"] for case in cases]) == (0, ["dev", "production", "staging"])


def test_fault_of_the_machine_is_in_sarif_and_junit_and_no_clean_report(example: Path, gitramp: Gitramp) -> None:
    (example / ".gitramp").write_text("")
    told_by = {name: gitramp("render", "-o", name, cwd=example) for name in ("sarif", "junit", "gitlab")}
    assert {done.returncode for done in told_by.values()} == {4}
    assert all(done.stderr.startswith("error GR706 ") for done in told_by.values())
    assert json.loads(told_by["sarif"].stdout)["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert len(ET.fromstring(told_by["junit"].stdout).findall("testsuite/testcase/error")) == 1
    assert told_by["gitlab"].stdout == ""


def test_summary_of_a_step_is_added_to_its_file(refused: Path, gitramp: Gitramp, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    gitramp("validate", "-o", "github", cwd=refused, GITHUB_STEP_SUMMARY=str(summary))
    gitramp("validate", "-o", "github", "-e", "dev", cwd=refused, GITHUB_STEP_SUMMARY=str(summary))
    written = summary.read_text()
    assert written.startswith("before\n## gitramp validate: 1 error\n")
    assert "| error | [GR204](" in written
    assert "## gitramp validate: no findings\n" in written
    assert "1 environment, 38 objects valid" in written


def test_summary_that_cannot_be_written_changes_no_verdict(example: Path, gitramp: Gitramp, tmp_path: Path) -> None:
    done = gitramp("validate", "-o", "github", cwd=example, GITHUB_STEP_SUMMARY=str(tmp_path / "no" / "folder"))
    assert done.returncode == 0
    assert "the step's summary cannot be written: No such file or directory" in done.stderr


def test_text_writes_no_summary(refused: Path, gitramp: Gitramp, tmp_path: Path) -> None:
    gitramp("validate", cwd=refused, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert not (tmp_path / "summary.md").exists()


def test_paths_begin_at_the_top_of_the_repository(refused: Path, gitramp: Gitramp) -> None:
    (refused.parent / ".git").mkdir()
    place = "example/environments/production.yaml"
    assert f"file={place},line=15,col=15," in gitramp("validate", "-o", "github", cwd=refused).stdout
    (result,) = json.loads(gitramp("validate", "-o", "sarif", cwd=refused).stdout)["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == place
    assert physical["region"] == {"startLine": 15, "startColumn": 15}
    (entry,) = json.loads(gitramp("validate", "-o", "gitlab", "-C", "example", cwd=refused.parent).stdout)
    assert entry["location"]["path"] == place
    assert gitramp("validate", cwd=refused).stdout.startswith("environments/production.yaml:15:15: error")
