"""Findings and outcomes in each format: exact lines, and no overlay can steer a terminal or a runner."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gitramp import __version__, pipeline, report
from gitramp.pipeline.entries import Entry, Example
from gitramp.problem import Code, Finding, Mark, Related, Report, Severity, ToolError
from gitramp.report.machine import envelope
from gitramp.report.told import one_line
from gitramp.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
ERROR = Code("GR901", "a test's error", "Because.", "mend it")
WARNING = Code("GR902", "a test's warning", "Because.", "look at it", severity=Severity.WARNING)
INFO = Code("GR903", "a test's remark", "Because.", "know it", severity=Severity.INFO)
PLAIN = report.Style()
PLACE = Mark("environments/dev.yaml", 14, 15)


def finding(message: str = "is wrong", code: Code = ERROR, mark: Mark | None = PLACE, **more: Any) -> Finding:
    return Finding(code, message, mark, **more)


def text(*findings: Finding) -> str:
    return report.findings_text(Report.of(findings), PLAIN)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> pipeline.Outcome:
    """Return what validating the worked example gives when one file is missing, one changed and one left over."""
    workspace = tmp_path_factory.mktemp("reported")
    for folder in ("environments", "rendered"):
        shutil.copytree(ROOT / folder, workspace / folder)
    services = workspace / "rendered" / "dev" / "services"
    (services / "left.yaml").write_bytes((services / "namespace.yaml").read_bytes())
    (services / "namespace.yaml").unlink()
    (services / "search" / "service.yaml").write_text("# Rendered by gitramp\n")
    return pipeline.validate(Workspace(workspace), ["dev"])


# Text.


def test_finding_is_its_place_its_code_and_its_remedy() -> None:
    assert text(finding()) == "environments/dev.yaml:14:15: error GR901 is wrong\n    mend it\n"
    assert text(finding(remedy="do this")) == "environments/dev.yaml:14:15: error GR901 is wrong\n    do this\n"
    assert text(finding(code=WARNING)).startswith("environments/dev.yaml:14:15: warning GR902 is wrong\n")
    assert text(finding(mark=None)) == "error GR901 is wrong\n    mend it\n"
    assert text(finding(subject="Service a/b")).splitlines()[0].endswith("GR901 is wrong (Service a/b)")


def test_findings_are_in_the_order_of_the_file_each_once() -> None:
    places = [Mark("b.yaml", 1, 1), Mark("a.yaml", 10, 1), None, Mark("a.yaml", 9, 5), Mark("a.yaml", 9, 5)]
    lines = text(*(finding(mark=mark) for mark in places)).splitlines()
    assert [line.split(": error")[0] for line in lines if not line.startswith("    ")] == [
        "a.yaml: 2 errors", "a.yaml:9:5", "a.yaml:10:1", "",
        "b.yaml:1:1",
        "error GR901 is wrong",
    ]  # fmt: skip


def test_tally_is_by_severity_the_worst_first() -> None:
    found = [finding(code=code) for code in (INFO, WARNING, ERROR, WARNING)]
    assert report.tally(found) == "1 error, 2 warnings, 1 remark"
    assert report.tally([]) == "no findings"


def test_related_places_follow_the_remedy() -> None:
    other = Related(Mark("rendered/dev/a.yaml", 3, 5), "rendered")
    assert text(finding(related=(other,))).splitlines()[1:] == [
        "    mend it",
        "    rendered: rendered/dev/a.yaml:3:5",
    ]


# The source line.


def excerpt(content: bytes, line: int, column: int, code: Code = ERROR, **more: Any) -> list[str]:
    """Return what text shows between a finding and its remedy."""
    found = finding(code=code, mark=Mark("a.yaml", line, column), **more)
    first, *shown, remedy = report.findings_text(Report.of([found], {"a.yaml": content}), PLAIN).splitlines()
    assert first.startswith("a.yaml:")
    assert remedy == "    mend it"
    return shown


def test_source_line_has_a_caret_beneath_the_column() -> None:
    assert excerpt(b"a: 1\nbc: 2\n", 2, 5) == ["    2 | bc: 2", "      |     ^"]
    assert excerpt(b"\xef\xbb\xbfa: 1\r\nbc: 2\r\n", 2, 1) == ["    2 | bc: 2", "      | ^"]
    assert excerpt(b"a: 1\n", 1, 5) == [
        "    1 | a: 1",
        "      |     ^",
    ]  # at the end of a line, where something is missing
    assert excerpt(b"a: 1\n", 7, 1) == []
    assert excerpt(b"a: 1\n\n", 2, 1) == []


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("\t", "    "),
        ("a\tb\t", "a    b    "),
        ("\u6f22\u5b57: ", "\u6f22\u5b57: "),
        ("\U0001f600: ", "\U0001f600: "),
        ("e\u0301: ", "e\u0301: "),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202e", r"\u202e"),
    ],
)
def test_caret_is_beneath_its_character_whatever_is_before(before: str, shown: str) -> None:
    width = {"\u6f22\u5b57: ": 6, "\U0001f600: ": 4, "e\u0301: ": 3}.get(before, len(shown))
    source, caret = excerpt(f"{before}x\n".encode(), 1, len(before) + 1)
    assert source == f"    1 | {shown}x"
    assert caret == f"      | {' ' * width}^"


@pytest.mark.parametrize("column", [1, 40, 500, 900, 1000])
def test_long_line_is_cut_around_the_caret(column: int) -> None:
    line = "." * (column - 1) + "X" + "." * (1000 - column)
    source, caret = excerpt(line.encode(), 1, column)
    assert len(source) <= 120
    assert source[caret.index("^")] == "X"


def test_enormous_line_costs_little() -> None:
    source, caret = excerpt(b"name: " * 1_000_000 + b"X", 1, 6_000_001)
    assert source[caret.index("^")] == "X"


@given(st.text(max_size=300), st.integers(1, 400))
def test_whatever_a_line_holds_is_shown_printable_with_one_caret(line: str, column: int) -> None:
    shown = excerpt(line.encode("utf-8", "replace"), 1, column)
    assert all(c.isprintable() for each in shown for c in each)
    assert len(shown) in {0, 1, 2}


SECRET = Code("GR906", "a secret", "Because.", "mend it", unseen=True)
UNSEEN = ["    1 | (not shown: it may hold a secret)"]


def test_line_of_a_secret_is_never_shown() -> None:
    line = b"env: {PASS: hunter2, PORT: 80}\n"
    assert excerpt(line, 1, 7, SECRET) == UNSEEN
    both = Report.of(
        [finding(mark=Mark("a.yaml", 1, n), code=c) for n, c in ((7, SECRET), (22, ERROR))], {"a.yaml": line}
    )
    assert "hunter2" not in report.findings_text(both, PLAIN)
    assert excerpt(b"hunter2: 1\n", 1, 1, subject="Secret a/b")[0] != "    1 | hunter2: 1"


@pytest.mark.parametrize(
    "line",
    [
        "env: {DB_PASSWORD: hunter2}",
        'token: "abcdef"',
        "  client-secret: hunter2",
        "- --password=hunter2",
        "url: postgres://user:hunter2@db/x",
        "key: AKIAABCDEFGHIJKLMNOP",
        "    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
    ],
)
def test_line_that_may_hold_a_secret_is_not_shown(line: str) -> None:
    """Not even of another finding: the rules for secrets do not run when an earlier gate refuses."""
    assert excerpt(line.encode(), 1, 1) == UNSEEN


def test_value_whose_name_is_on_the_next_line_is_not_shown() -> None:
    assert excerpt(b"- value: 4711\n  name: DB_PASSWORD\n", 1, 3) == UNSEEN


@pytest.mark.parametrize(
    "line",
    [
        "weight: 110",
        "image: a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "DB_PASSWORD: {secretKeyRef: {name: db, key: password}}",
        "passwordFile: /etc/x",
        "secretName: web",
        "token: $(TOKEN)",
    ],
)
def test_other_lines_are_shown(line: str) -> None:
    assert excerpt(line.encode(), 1, 1)[0] == f"    1 | {line}"


HOSTILE = "\x1b[2J\r\nenvironments/x.yaml:1:1: error GR000 forged\x07\u202e\u2028\x9b31m"


@pytest.mark.parametrize("part", ["message", "path", "remedy", "subject"])
def test_content_cannot_steer_the_terminal_or_forge_a_line(part: str) -> None:
    parts = {"message": "is wrong", "remedy": "do this", "subject": "Service a/b", "path": PLACE.path, part: HOSTILE}
    said = text(finding(parts["message"], mark=Mark(parts["path"]), remedy=parts["remedy"], subject=parts["subject"]))
    assert len(said.splitlines()) == 2
    assert all(c.isprintable() or c == "\n" for c in said)
    assert r"\x1b[2J\r\nenvironments/x.yaml:1:1: error GR000 forged\x07\u202e\u2028\x9b31m" in said


@given(st.text())
def test_whatever_a_finding_says_is_two_printable_lines(said: str) -> None:
    first, second, rest = text(finding(said, remedy=said or "x", subject=said)).split("\n")
    assert first.isprintable()
    assert second.isprintable()
    assert rest == ""


def test_colour_is_for_the_severity_alone() -> None:
    findings = Report.of([finding(code=ERROR), finding(code=WARNING), finding(code=INFO)])
    painted = report.findings_text(findings, report.Style(colour=True))
    assert re.findall(r"\x1b\[(\d+)m(\w+) GR\d+\x1b\[0m", painted) == [
        ("31", "error"),
        ("33", "warning"),
        ("36", "info"),
    ]
    assert re.sub(r"\x1b\[\d+m", "", painted) == report.findings_text(findings, PLAIN)


def test_fault_of_the_machine_has_its_details_and_the_next_step() -> None:
    told = report.tool_text(ToolError(ERROR, "git failed", details="fatal: \x1b[1mno\nsecond line"))
    assert told == "error GR901 git failed\n    | fatal: \\x1b[1mno\n    | second line\n    mend it\n"
    assert report.tool_text(ToolError(ERROR, "git failed", "do this")) == "error GR901 git failed\n    do this\n"


def test_outcome_is_a_table_and_three_lines(outcome: pipeline.Outcome) -> None:
    table, closing = report.outcome_text(outcome, "Would write", outcome.report).split("\n\n")
    assert [line.split()[:2] for line in table.splitlines()] == [
        ["ENVIRONMENT", "SERVICE"], ["dev", "catalog"], ["dev", "checkout"], ["dev", "search"],
    ]  # fmt: skip
    assert all(line == line.rstrip() for line in table.splitlines())
    what, asked, wrote, rest = closing.split("\n")
    assert asked == "5 request tests passed, 2 of them written in overlays"
    assert re.fullmatch(r"1 environment, 38 objects valid, says (kubeconform|jsonschema-rs) .+; no findings", what)
    assert re.fullmatch(r"Would write rendered/: 1 new, 1 changed, 1 removed; \d+\.\d\d s", wrote)
    assert rest == ""


def test_code_is_told_whole() -> None:
    code = Code("GR904", "a title", "Why " * 60, "mend it", source="https://example.com")
    example = Example({"a.yaml": "a: 1\n"}, "a.yaml:1:4: error GR904 is 1\n", "- a: 1\n+ a: 2\n")
    told = report.entry_text(Entry(code, "A thing is so.", example))
    assert told.startswith("GR904 (error, Istio objects): a title\n\nA thing is so.\n\nWhy Why")
    assert "\n\nTo mend it: mend it.\nSee https://example.com\n\na.yaml:\n\n    a: 1\n\n" in told
    assert told.endswith(
        "is told as\n\n    a.yaml:1:4: error GR904 is 1\n\nand mended, for one, by\n\n    - a: 1\n    + a: 2\n"
    )
    assert all(len(line) <= 100 for line in told.splitlines())
    assert report.entry_text(Entry(code, "A title.", None)).endswith("\nSee https://example.com\n")


@pytest.mark.parametrize("code", pipeline.every_code().values(), ids=str)
def test_every_code_is_told_in_every_format(code: Code) -> None:
    found = Report.of([finding(code=code)])
    assert f"{code.severity.value} {code} is wrong" in report.findings_text(found, PLAIN)
    assert len(report.annotate(found).splitlines()) == 1
    entry = pipeline.entry(code.number)
    assert code.title in report.entry_text(entry)
    assert json.loads(envelope("explain", 0, explained=entry))["explained"]["code"] == code.number


# GitHub.


def annotation(found: Finding) -> str:
    (line,) = report.annotate(Report.of([found])).splitlines()
    return line


@pytest.mark.parametrize(("code", "level"), [(ERROR, "error"), (WARNING, "warning"), (INFO, "notice")])
def test_annotation_stands_at_the_line(code: Code, level: str) -> None:
    place = "file=environments/dev.yaml,line=14,col=15,"
    assert annotation(finding(code=code)) == (
        f"::{level} {place}title={code} {code.title}::is wrong. To mend it: {code.remedy}"
    )
    assert annotation(finding(code=code, mark=None)).startswith(f"::{level} title=")


def test_annotation_escapes_what_the_runner_would_read() -> None:
    code = Code("GR905", "a: title, 100 %\n", "Because.", "mend it")
    line = annotation(finding("a\r\n::error::b, c: 5 %", code, Mark("a:b,c%\n.yaml")))
    head, _, message = line[2:].partition("::")
    assert head == r"error file=a%3Ab%2Cc%25\n.yaml,line=1,col=1,title=GR905 a%3A title%2C 100 %25\n"
    assert message == r"a\r\n::error::b, c: 5 %25. To mend it: mend it"


def test_annotation_has_related_places_on_lines_of_their_own() -> None:
    other = Related(Mark("rendered/dev/a.yaml", 3, 5), "rendered")
    assert annotation(finding(related=(other,))).endswith(
        "::is wrong. To mend it: mend it%0Arendered: rendered/dev/a.yaml:3:5"
    )


def unescaped(value: str) -> str:
    """Read a property or message as the runner does: ActionCommand.cs of actions/runner."""
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        value = value.replace(code, char)
    return value


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8"), min_size=1))
def test_runner_reads_back_what_was_found(message: str, path: str) -> None:
    line = report.annotate(Report.of([finding(message, mark=Mark(path))]))
    assert "\n" not in line[:-1]
    assert "\r" not in line
    head, said = line[2:-1].split("::", 1)
    assert unescaped(said) == one_line(f"{message}. To mend it: mend it")
    properties = dict(pair.split("=", 1) for pair in head.removeprefix("error ").split(","))
    assert unescaped(properties["file"]) == one_line(path)


def test_ten_annotations_a_level_are_shown_and_the_rest_is_counted() -> None:
    findings = [finding(f"{number:02}", code) for code in (ERROR, WARNING) for number in range(12)]
    *lines, last = report.annotate(Report.of([*findings, finding(code=INFO)])).splitlines()
    assert [sum(line.startswith(f"::{level} ") for line in lines) for level in ("error", "warning", "notice")] == [
        10,
        10,
        1,
    ]
    assert last == "4 more findings; run `gitramp validate` to see them all"
    assert len(report.annotate(Report.of(findings[:10])).splitlines()) == 10
    assert report.annotate(Report()) == ""


# JSON.


def read(*arguments: Any, **parts: Any) -> dict[str, Any]:
    said = envelope(*arguments, **parts)
    assert said.endswith("}\n")
    body: dict[str, Any] = json.loads(said)
    return body


def test_envelope_says_what_it_is() -> None:
    assert read("render", 1, findings=Report(), error=None) == {
        "apiVersion": "gitramp/v1alpha1",
        "kind": "Result",
        "gitramp": __version__,
        "command": "render",
        "exitCode": 1,
        "counts": {"error": 0, "warning": 0, "info": 0},
        "findings": [],
        "allowed": [],
    }


def test_envelope_has_findings_whole() -> None:
    (first, second) = read("render", 1, findings=Report.of([finding(HOSTILE, subject="A b/c"), finding(mark=None)]))[
        "findings"
    ]
    assert first == {
        "code": "GR901", "severity": "error", "path": "environments/dev.yaml", "line": 14, "column": 15,
        "object": "A b/c", "message": HOSTILE, "remedy": "mend it", "family": "Istio objects", "source": None,
        "documentation": "https://github.com/gitramp/gitramp/blob/main/docs/codes.md#gr901", "related": [],
    }  # fmt: skip
    assert (second["path"], second["line"], second["column"], second["object"]) == (None, None, None, None)


def test_envelope_has_the_outcome(outcome: pipeline.Outcome) -> None:
    body = read("validate", 0, outcome=outcome)["outcome"]
    assert sorted((change["path"], change["change"]) for change in body["changes"]) == [
        ("rendered/dev/services/left.yaml", "deleted"),
        ("rendered/dev/services/namespace.yaml", "created"),
        ("rendered/dev/services/search/service.yaml", "updated"),
    ]
    (environment,) = body["environments"]
    assert (environment["name"], environment["objects"], body["verified"]["objects"]) == ("dev", 38, 38)
    assert [service["name"] for service in environment["services"]] == ["catalog", "checkout", "search"]
    assert body["verified"]["by"].split()[0] in {"kubeconform", "jsonschema-rs"}


def test_envelope_has_the_fault_of_the_machine() -> None:
    body = read("commit", 4, error=ToolError(ERROR, "git failed", "do this"))["error"]
    assert (body["code"], body["message"], body["remedy"]) == ("GR901", "git failed", "do this")


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "ascii"])
@given(said=st.text())
@example(said="x\udcff.yaml")  # a name on the disk whose bytes are no UTF-8
@example(said="caf\u00e9 \U0001f600")
def test_envelope_is_json_whatever_the_encoding_of_stdout(encoding: str, said: str) -> None:
    written = envelope("render", 1, findings=Report.of([finding(said)]))
    printed = written.encode(encoding, "backslashreplace").decode(encoding)  # as `main` sets up stdout
    assert json.loads(printed)["findings"][0]["message"] == said
