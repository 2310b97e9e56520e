"""The answer of `gitramp diff` as a comment, as a page, on a terminal and for programs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from branches import NOON, Branch
from gitramp.pipeline.diff import diff
from gitramp.problem import UsageError
from gitramp.report.diff import diff_text
from gitramp.report.diff_html import diff_html
from gitramp.report.diff_markdown import diff_markdown
from gitramp.report.machine import envelope
from gitramp.report.text import Style
from gitramp.workspace import Workspace
from reviews import edit, told
from test_result_schema import check

pytestmark = pytest.mark.usefixtures("identity")

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
COOKIE = "        - cookies: {access: {exact: v2}}\n"


def test_the_markdown_of_a_ramp_fits_one_screen(worked: Branch, gitramp: Gitramp) -> None:
    edit(worked, "weight: 10", "weight: 25")
    start = worked.git("rev-parse", "HEAD")[:12]
    done = gitramp("diff", "-o", "markdown", cwd=worked.folder)
    assert done.stdout == (
        "<!-- gitramp diff -->\n"
        "#### production: search canary v2 10 % → 25 %\n\n"
        "| search at services/public (search.local) and in the mesh (search.services) | before | after |\n"
        "|:---|:---|:---|\n"
        "| no match | v1 90 %, v2 10 % | **v1 75 %, v2 25 %** |\n"
        "| x-track=canary, cookie access=v2 | v2 | the same |\n\n"
        "**rollout**: no pod restarts\n\n"
        "- 1 object changes: VirtualService services/search\n\n"
        "**trust**: as before\n\n"
        "**causes**\n\n"
        "- environments/production.yaml:15 services.search.canary.weight 10 → 25: "
        "2 fields of VirtualService services/search\n\n"
        f"<sub>From commit {start} to the work tree; the same: dev, staging. No rule refuses it.</sub>\n"
    )
    worked.commit("25", NOON)
    assert gitramp("diff", "-o", "markdown", "--against", "HEAD", cwd=worked.folder).stdout.startswith(
        "<!-- gitramp diff -->\n**Nothing differs** from commit "
    )
    edit(worked, "weight: 25", "weight: 110")
    refused = gitramp("diff", "-o", "markdown", cwd=worked.folder)
    assert refused.returncode == 1
    assert refused.stdout.startswith("<!-- gitramp diff -->\n## gitramp diff: 1 error\n")
    assert "GR204" in refused.stdout
    page = gitramp("diff", "-o", "html", cwd=worked.folder)
    assert page.returncode == 1
    assert "<h1>Nothing was compared: 1 error</h1>" in page.stdout
    assert "environments/production.yaml:15:15 error GR204: " in page.stdout


def test_values_do_not_break_the_markdown(worked: Branch) -> None:
    nasty = "'a` | <b>x</b> @octocat #1 GH-1 www.x.y $a$ :eyes: **b** <!-- -->'"
    edit(worked, "{exact: canary}", f"{{exact: {nasty}}}")
    text = diff_markdown(diff(Workspace(worked.folder)))
    (line,) = (line for line in text.splitlines() if line.startswith("| x") and "**v2**" in line)
    assert line == (
        "| x-track=a\\` \\| &lt;b\\>x&lt;/b\\> @<!-- -->octocat \\#<!-- -->1 GH\\-<!-- -->1 www<!-- -->.x.y "
        "\\$a\\$ \\:<!-- -->eyes: \\*\\*b\\*\\* &lt;\\!\\-\\- \\-→ | v1 90 %, v2 10 % | **v2** |"
    )


def test_what_becomes_of_requests_is_told_however_long_their_name_is(worked: Branch) -> None:
    edit(worked, "{exact: canary}", f"{{exact: {'x' * 400}}}")
    (line,) = (line for line in told(worked).splitlines() if line.startswith("      x-track=xxx"))
    assert line.endswith("xxx...: v1 90 % -> 0 %, v2 10 % -> 100 %")


def test_what_is_long_is_behind_a_summary_to_open(worked: Branch) -> None:
    """What is cut is cut between blocks, so that no summary stays open."""
    variables = ", ".join(f"A{number}: x" for number in range(20))
    edit(worked, "env: {LOG_LEVEL: info}", f"env:\n      {{{variables}}}".replace(", ", ",\n       "), "base")
    text = diff_markdown(diff(Workspace(worked.folder)))
    assert "<details><summary><b>causes</b> (13 lines)</summary>\n\n- environments/base.yaml:" in text
    assert text.count("<details>") == text.count("</details>") > 0


def test_colour_is_for_terminals_alone(worked: Branch) -> None:
    edit(worked, "weight: 10", "weight: 25")
    found = diff(Workspace(worked.folder))
    painted = diff_text(found, Style(colour=True))
    assert painted.startswith("\x1b[1mproduction: search canary v2 10 % -> 25 %\x1b[0m\n  \x1b[36mtraffic\x1b[0m\n")
    assert re.sub("\x1b\\[[0-9]*m", "", painted) == diff_text(found)


class Elements(HTMLParser):
    """What a page is made of; raises where an element is not closed by its own end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  as it is called
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_sound_html_whatever_the_values_are(worked: Branch, gitramp: Gitramp) -> None:
    edit(worked, "{exact: canary}", "{exact: '</li><script>alert(1)</script>&amp;'}")
    page = gitramp("diff", "-o", "html", cwd=worked.folder).stdout
    seen = Elements(page).seen
    assert (seen.count("h1"), seen.count("h2"), "script" in seen, "link" in seen) == (1, 1, False, False)
    hostile = "x-track=&lt;/li&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"
    moves = '<td role="cell" data-of="after"><span class="moves">v2</span></td>'
    assert f'scope="row">{hostile}</th><td role="cell" data-of="before">v1 90 %, v2 10 %</td>{moves}' in page
    worked.commit("nasty", NOON)
    nothing = gitramp("diff", "-o", "html", "--against", "HEAD", cwd=worked.folder).stdout
    assert Elements(nothing).seen.count("h2") == 0
    assert '<h1>Nothing differs</h1>\n<p class="span">From commit ' in nothing


def test_no_secret_is_told(worked: Branch) -> None:
    token = "hunter2hunter2"
    header, cookie = f"headers: {{x-api-key: {{exact: {token}}}}}", f"cookies: {{session_token: {{exact: {token}}}}}"
    edit(worked, COOKIE, f"        - {header}\n        - {cookie}\n{COOKIE}")
    edit(worked, "env: {LOG_LEVEL: info}", f"env: {{LOG_LEVEL: {token}}}", "base")
    found = diff(Workspace(worked.folder))
    told = (
        diff_text(found),
        diff_markdown(found),
        diff_html(found),
        envelope("diff", 0, diff=found),
    )
    assert all("x-api-key=(hidden)" in text.replace("\\", "") for text in told)
    assert token not in "".join(told)


def test_a_comment_that_is_too_long_is_cut_with_a_count(worked: Branch) -> None:
    edit(worked, "weight: 10", "weight: 25")
    found = diff(Workspace(worked.folder))
    (one,) = found.environments
    many = tuple(replace(one, name=f"e{number}", sentences=(f"{number} changes",)) for number in range(300))
    text = diff_markdown(replace(found, environments=many))
    assert len(text) < 65_536 - 2_000
    assert text.splitlines()[-1].endswith(" more lines; run `gitramp diff` to see them all")
    assert len(diff_text(replace(found, environments=many))) > len(text)


def test_json_is_what_the_schema_says(worked: Branch, gitramp: Gitramp) -> None:
    edit(worked, "weight: 10", "weight: 25")
    edit(worked, "1.29.4-alpine", "1.29.5-alpine")
    edit(worked, "callers: {checkout: {}}", "callers: {search: {}}", "base")
    (worked.folder / "environments" / "staging.yaml").unlink()
    edit(worked, "with: staging", "with: dev")
    body = check(gitramp("diff", "-o", "json", "--exit-code", cwd=worked.folder), 1)
    dev, production, staging = body["diff"]["environments"]
    assert (dev["change"], staging["change"], body["diff"]["until"]) == ("changed", "removed", None)
    edge = production["traffic"][1]
    assert (edge["service"], edge["gateway"], edge["host"]) == ("search", "services/public", "search.local")
    assert edge["requests"][0]["after"]["shares"][1] == {"track": "v2", "probability": 0.25}
    assert {"kind": "mayNot", "says": "checkout may no longer call catalog"} in production["trust"]
    assert [pods["effect"] for pods in production["rollout"]["pods"]] == ["restart"]
    assert {cause["path"] for cause in production["causes"]} == {
        "environments/base.yaml",
        "environments/production.yaml",
    }


def test_what_cannot_be_read_at_the_base_is_told(worked: Branch) -> None:
    edit(worked, "weight: 10", "wait: 10")
    worked.commit("faulty", NOON)
    edit(worked, "wait: 10", "weight: 10")
    found = diff(Workspace(worked.folder), ["production"])
    (finding,) = found.report
    assert (finding.code.number, found.environments) == ("GR820", ())
    assert finding.message.startswith("production was not compared: at ")
    with pytest.raises(UsageError, match="did you mean staging"):
        told(worked, "stagin")
