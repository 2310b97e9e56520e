"""No message and no report has a secret in it, whichever gate refuses the file that it stands in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from branches import Branch
from gitramp import checks, foreign, overlays, report
from gitramp.pipeline import build, every_code
from gitramp.pipeline.build import located
from gitramp.problem import InputRejected, Report
from gitramp.report import Told
from gitramp.report.machine import envelope
from gitramp.secrets import cookie_is_secret, header_without_secrets, may_show_secret

CHECKS = Path(__file__).parent / "checks"
UNSEEN = sorted(number for number, code in every_code().items() if code.unseen)
FIXTURES = sorted(path.relative_to(CHECKS).as_posix() for number in UNSEEN for path in (CHECKS / number).glob("bad*"))
CANARY = "4711081512345"
HEAD = "apiVersion: gitramp/v1alpha1\nkind: Environment\nservices:\n  search:\n    port: 8080\n"
TRACKS = '    tracks: {v1: {image: "ghcr.io/acme/search:1.4.2"}}\n'


def everything_said(found: Report) -> Iterator[str]:
    """Yield what each format prints of findings."""
    told = Told("validate", 1, found)
    yield report.findings_text(found, report.Style())
    yield report.annotate(found)
    yield report.step_summary(told, "")
    yield envelope("validate", 1, findings=found)
    yield from (write(told) for write in report.DOCUMENTS.values())


def report_on(folder: Path) -> Report:
    if (folder / "manifests").is_dir():
        taken = foreign.snapshot(folder / "manifests", "manifests")
        documents = foreign.read(taken, "manifests")
        objects = foreign.objects(documents, "default")
        return Report.of(located(checks.check_manifests(objects), documents.values), taken.files)
    try:
        built = build(overlays.snapshot(folder))
    except InputRejected as rejected:
        return rejected.report
    return Report.of([f for one in built for f in one.findings], overlays.snapshot(folder).files)


@pytest.mark.parametrize("fixture", FIXTURES)
def test_text_at_the_place_of_a_secret_is_in_no_report(fixture: str) -> None:
    found = report_on(CHECKS / fixture)
    for finding in found:
        if finding.mark is None or not finding.code.unseen:
            continue
        line = report.SourceLines.of(found).text(finding.mark) or ""
        value = line[finding.mark.column - 1 :].strip().strip("\"'|")[:12]
        if len(value) >= 6 and not value.endswith(":"):
            for said in everything_said(found):
                assert value not in said
                assert json.dumps(value)[1:-1] not in said


@pytest.mark.parametrize(
    "said",
    [
        f"    env: {{DB_PASSWORD: {CANARY}}}\n",
        f"    env: {{DB_PASSWORD: {CANARY}.5}}\n",
        f"    env: {{DB_PASSWORD: {{value: {CANARY}}}}}\n",
        f"    env: {{DB_PASSWORD: [{CANARY}]}}\n",
        f'    env: {{DB_PASSWORD: "{CANARY}"\n',
        f'    env: {{DB_PASSWORD: "{CANARY}", DB_PASSWORD: x}}\n',
        f"    env: {{DB_PASSWORD: 0{CANARY}}}\n",
        f"    prots: 1 # password={CANARY}\n",
    ],
)
def test_secret_is_in_no_report_when_the_overlay_is_refused_before_any_rule(said: str, tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "dev.yaml").write_text(HEAD + said + TRACKS)
    with pytest.raises(InputRejected) as caught:
        build(overlays.snapshot(tmp_path))
    assert caught.value.report.failed
    assert [text for text in everything_said(caught.value.report) if CANARY in text] == []


@pytest.mark.parametrize("binary", ["kubeconform", "none"])
def test_secret_is_in_no_report_when_a_schema_refuses_it(gitramp: object, tmp_path: Path, binary: str) -> None:
    assert callable(gitramp)
    (tmp_path / "all.yaml").write_text(
        f"""apiVersion: v1
kind: Secret
metadata: {{name: db, namespace: a}}
stringData: {{user: {CANARY}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: db, namespace: a}}
spec:
  containers:
    - {{name: a, image: "a/b:1", env: [{{name: DB_PASSWORD, value: {CANARY}}}]}}
"""
    )
    path = {} if binary == "kubeconform" else {"PATH": "/nowhere"}
    for form in ("text", "json", "sarif", "github", "junit", "gitlab"):
        done = gitramp("validate", "--tree", "all.yaml", "-o", form, cwd=tmp_path, **path)
        assert done.returncode == 1
        assert "GR601" in done.stdout
        assert CANARY not in done.stdout + done.stderr


def test_drift_of_a_secret_is_told_without_it(example: Path, gitramp: object) -> None:
    assert callable(gitramp)
    rendered = example / "rendered" / "dev" / "services-v1" / "search" / "deployment.yaml"
    rendered.write_text(rendered.read_text().replace("kind: Deployment", f"kind: Deployment # password={CANARY}"))
    done = gitramp("render", "--check", cwd=example)
    assert (done.returncode, CANARY in done.stdout) == (1, False)
    assert "which may be a secret" in done.stdout


def test_long_paths_and_digests_are_no_secrets() -> None:
    assert not may_show_secret("image: a/b@sha256:" + "0123456789abcdef" * 4)
    assert not may_show_secret("file: environments/production/files/some/folder/with/a/name")
    assert may_show_secret("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj")


KEPT = {
    "authorization": ("headers", "authorization", "Bearer SEKRET-a1"),
    "proxy-authorization": ("headers", "Proxy-Authorization", "SEKRET-b2"),
    "cookie": ("headers", "cookie", "kept=SEKRET-c3"),
    "session": ("cookies", "session", "SEKRET-d4"),
    "session of Express": ("cookies", "connect.sid", "SEKRET-e5"),
    "key": ("headers", "x-api-key", "SEKRET-f6"),
}
TELLING = [
    ("report", "-o", "text"),
    ("report", "-o", "json"),
    ("report", "-o", "markdown"),
    ("report", "-o", "html"),
    ("diff", "-o", "text"),
    ("diff", "-o", "json"),
    ("diff", "-o", "markdown"),
    ("diff", "-o", "html"),
    ("status",),
    ("validate",),
    ("impact", "environments/staging.yaml:16"),
    ("impact", "environments/staging.yaml:16", "-o", "json"),
    ("impact", "environments/staging.yaml:19"),
    ("impact", "environments/staging.yaml:25"),
    ("impact", "environments/staging.yaml:25", "-o", "json"),
    ("route", "-e", "staging", "--host", "search.local", "-H", "x-api-key=SEKRET-f6"),
]


@pytest.mark.parametrize("command", TELLING, ids=" ".join)
def test_credential_in_a_match_is_told_by_no_command(command: tuple[str, ...], worked: Branch, gitramp: object) -> None:
    assert callable(gitramp)
    overlay = worked.folder / "environments" / "staging.yaml"
    before = overlay.read_text()
    said = [f'        - {kind}: {{{name}: {{exact: "{text}"}}}}\n' for kind, name, text in KEPT.values()]
    said += ['        - headers:\n            authorization:\n              exact: "SEKRET-g7"\n']
    head, line, rest = before.partition("        - headers: {x-track: {exact: canary}}\n")
    overlay.write_text(f"{head}{''.join(said)}{line}{rest}")
    done = gitramp(*command, cwd=worked.folder)
    told = done.stdout + done.stderr
    assert "SEKRET" not in told
    assert "Traceback" not in told
    assert done.returncode in {0, 1}, told
    if command[0] == "diff":
        assert "authorization=(hidden)" in told
        assert "cookie session=(hidden)" in told


@pytest.mark.parametrize(
    "name", ["session", "sessionid", "sid", "connect.sid", "PHPSESSID", "JSESSIONID", "auth", "jwt"]
)
def test_cookie_of_a_session_is_known_by_its_name(name: str) -> None:
    assert cookie_is_secret(name)
    assert header_without_secrets("cookie", f"{name}=x1; access=v2") == f"{name}=(hidden); access=v2"


@pytest.mark.parametrize("name", ["access", "track", "canary", "author", "inside"])
def test_cookie_of_a_canary_is_shown(name: str) -> None:
    assert not cookie_is_secret(name)


@pytest.mark.parametrize(
    ("line", "around"),
    [
        ('- headers: {authorization: {exact: "Bearer x"}}', ""),
        ('- cookies: {connect.sid: {exact: "x"}}', ""),
        ("headers: {cookie: x}", ""),
        ("authorization: Bearer x", ""),
        ("  exact: x", "session:\n"),
    ],
)
def test_line_of_a_credential_is_not_shown(line: str, around: str) -> None:
    assert may_show_secret(line, around)


@pytest.mark.parametrize(
    "line", ["- cookies: {access: {exact: v2}}", "sticky: {cookie: track}", "- headers: {x-track: {exact: canary}}"]
)
def test_line_of_a_usual_match_is_shown(line: str) -> None:
    assert not may_show_secret(line)
