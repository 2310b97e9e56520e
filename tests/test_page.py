"""The page of `gitramp report` as a file: sound, closed in itself, named for those who do not see it, always the same.

`make report-check` opens it in a real browser; this suite needs none.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from branches import HOUR, NOON, OVERLAY, Branch
from gitramp.cli import pages
from gitramp.cli.console import Console
from gitramp.overview import Overview, overview
from gitramp.problem import ToolError
from gitramp.report.look import COLOURS, SHAPE_PAIRS, TEXT_PAIRS
from gitramp.report.page import overview_page
from gitramp.report.page.layout import BEND, LEFT, LETTER, Layout, layout
from gitramp.report.page.style import STYLE
from gitramp.workspace import Workspace
from random_environments import environment, snapshot

pytestmark = pytest.mark.usefixtures("identity")

Gitramp = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "pages" / "small.html"
CASES = ("ports", "routes", "gateways")
TRIED = ("examples/bookinfo", "examples/gateway-api", *(f"tests/cases/{name}" for name in CASES))
VOID = {"meta", "path", "rect", "circle"}
SMALL = """\
apiVersion: gitramp/v1alpha1
kind: Environment
gateways: {public: {selector: {istio: ingressgateway}}}
services:
  search:
    hosts: [search.example.com]
    port: 8080
    replicas: 2
    hold: 'the "checkout" team looks at <b>errors</b> & more'
    tracks:
      v1: {image: "ghcr.io/acme/search:1.4.2"}
      v2: {image: "ghcr.io/acme/search:1.5.0"}
    stable: v1
    canary: {track: v2, weight: 10, match: [{headers: {x-track: {exact: canary}}}], ramp: {steps: [1, 10, 50]}}
"""


class Page(HTMLParser):
    """What a page holds; elements that are not closed in order are refused."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs))
        self.seen.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    def all(self, name: str) -> list[str]:
        return [value for _, attributes in self.seen for key, value in attributes.items() if key == name]

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.seen if name == tag]


def written(folder: Path) -> str:
    return overview_page(overview(Workspace(folder)))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "production.yaml").write_text(SMALL)
    return tmp_path


def test_every_page_is_sound_and_no_picture_covers_itself() -> None:
    pictures = 0
    for folder in (ROOT, *(ROOT / name for name in TRIED)):
        found = overview(Workspace(folder))
        text = overview_page(found)
        page = Page(text)
        is_closed_in_itself(page, text)
        has_unique_ids_and_live_links(page)
        names_its_parts(page)
        for name, each in laid_out(found):
            covers_nothing(each, name)
            pictures += 1
        if folder.name == "bookinfo":
            says_the_same_as_tables(text)
    assert pictures > 20


def test_pages_about_environments_at_random_are_sound(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    for seed in range(12):
        for path, content in snapshot(environment(Random(seed))).files.items():
            (tmp_path / path).write_bytes(content)
        found = overview(Workspace(tmp_path))
        page = Page(overview_page(found))
        has_unique_ids_and_live_links(page)
        names_its_parts(page)
        for name, each in laid_out(found):
            covers_nothing(each, f"{name}, seed {seed}")


def is_closed_in_itself(page: Page, text: str) -> None:
    tags = Counter(tag for tag, _ in page.seen)
    assert not {"script", "link", "img", "iframe", "base", "object", "form"} & set(tags)
    values = [value for _, attributes in page.seen for name, value in attributes.items() if name != "data-of"]
    assert not [value for value in values if re.search(r"//|javascript:|url\(", value)]
    assert not [name for _, attributes in page.seen for name in attributes if name.startswith("on") or name == "src"]
    (style,) = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    assert not re.search(r"url\(|@import|@font-face|//", style)
    assert (tags["h1"], tags["main"], tags["header"], tags["nav"], tags["footer"]) == (1, 1, 1, 1, 1)


def has_unique_ids_and_live_links(page: Page) -> None:
    ids = Counter(page.all("id"))
    assert [each for each, times in ids.items() if times > 1] == []
    assert all(at.startswith("#") and at[1:] in ids for at in page.all("href"))
    referred = " ".join((*page.all("aria-labelledby"), *page.all("aria-describedby"))).split()
    assert set(referred) <= set(ids)


def names_its_parts(page: Page) -> None:
    """Headings do not skip a level; every table and picture has a name."""
    levels = [int(tag[1]) for tag, _ in page.seen if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tags = Counter(tag for tag, _ in page.seen)
    assert tags["table"] == tags["caption"]
    assert all("scope" in each for each in page.of("th"))
    for picture in page.of("svg"):
        assert picture["role"] == "img"
        assert {"aria-labelledby", "aria-describedby", "viewbox"} <= set(picture)
    assert tags["svg"] == tags["title"] - 1 == tags["desc"]


def says_the_same_as_tables(text: str) -> None:
    assert "end-user=jason: v3 100 %; everything else: v2 90 %, v3 10 %." in text
    row = '<th role="rowheader" scope="row">everything else</th><td role="cell" data-of="Answered by">'
    assert f"{row}v2 90 %, v3 10 %</td>" in text


def test_same_commit_and_files_give_the_same_bytes(branch: Branch, gitramp: Gitramp) -> None:
    branch.write(OVERLAY)
    branch.commit("start", NOON)
    branch.write(OVERLAY.replace("weight: 1", "weight: 5"))
    branch.commit("grow", NOON + HOUR)
    first = gitramp("report", cwd=branch.folder, PYTHONHASHSEED="1").stdout
    assert first == written(branch.folder)
    page = Page(first)
    said = " ".join(page.texts)
    assert "2023-11-14 23:13 UTC" in said
    assert "10 % from 2023-11-14 23:43 UTC (bake time of 30 min)" in said
    assert [each for each in page.of("li") if each.get("aria-current") == "step"] != []


def test_small_page_is_the_golden_one(small: Path, request: pytest.FixtureRequest) -> None:
    text = re.sub(r"gitramp \d[\w.]*", "gitramp X", written(small))
    text = re.sub("objects are valid, says [^<]*", "objects are valid, says X.", text)
    text = re.sub("(?s)<style>.*</style>", "<style></style>", text)  # how it looks is for the browser to say
    if request.config.getoption("--update-goldens"):
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text(), "look at the page, then run pytest tests/test_page.py --update-goldens"


def test_what_users_write_is_never_markup_and_steers_nothing(small: Path) -> None:
    path = small / "environments" / "production.yaml"
    nasty = "\\\"><script>alert(1)</script>\\u202e\\u200b&amp; 'x'"
    text = SMALL.replace("'the \"checkout\" team looks at <b>errors</b> & more'", f'"{nasty}"')
    text = text.replace("{exact: canary}", f'{{exact: "<svg onload=alert(2)>{nasty}"}}')
    path.write_text(text)
    page = Page(written(small))
    assert {"script", "svg onload"} & {tag for tag, _ in page.seen} == set()
    assert not [name for _, attributes in page.seen for name in attributes if name.startswith("on")]
    said = "".join(page.texts)
    assert "\"><script>alert(1)</script>\\u202e\\u200b&amp; 'x'" in said
    assert not re.search("[\u200b\u202e]", written(small))


def test_names_that_no_anchor_could_have_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    text = SMALL.replace("  search:", '  "a\\" onclick=\\"x":').replace("weight: 10", "weight: 110")
    (tmp_path / "environments" / "production.yaml").write_text(text)
    (tmp_path / "environments" / "<i>.yaml").write_text(SMALL)
    page = Page(written(tmp_path))
    assert not [name for _, attributes in page.seen for name in attributes if name.startswith("on")]
    assert "i" not in {tag for tag, _ in page.seen}


def test_no_secret_is_told(small: Path) -> None:
    path = small / "environments" / "production.yaml"
    token, key = "hunter2hunter2", "ghp_" + "a1B2" * 9
    text = SMALL.replace("headers: {x-track: {exact: canary}}", f"headers: {{x-api-key: {{exact: {token}}}}}")
    text = text.replace("looks at <b>errors</b>", f"has {key}").replace("replicas: 2", f"env: {{DB_PASSWORD: {token}}}")
    path.write_text(text)
    page = written(small)
    assert token not in page
    assert key not in page
    assert "(hidden)" in page


def test_a_workspace_with_errors_still_gets_its_page(small: Path, gitramp: Gitramp) -> None:
    path = small / "environments" / "production.yaml"
    path.write_text(SMALL.replace("search:1.5.0", "search"))
    (small / "environments" / "odd.yaml").write_text(SMALL.replace("weight: 10", "weight: 110"))
    done = gitramp("report", "-o", "report.html", cwd=small)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "Wrote report.html: 2 environments, 1 service, 1 canary under way; odd not known; 2 errors"
    )
    text = (small / "report.html").read_text()
    page = Page(text)
    assert "GR204" in text
    assert "choose a whole number from 0 to 100; stable gets the rest" in text
    assert "canary: {track: v2, weight: 110" in "".join(page.texts)
    assert "Concerns odd." in text
    assert "Errors keep production from being rendered" in text
    assert list(small.glob(".report*")) == []


def test_options(small: Path, gitramp: Gitramp) -> None:
    (small / "environments" / "dev.yaml").write_text(SMALL)
    alone = gitramp("report", "-e", "dev", "--title", "Shop & <more>", "-q", cwd=small).stdout
    assert "<title>Shop &amp; &lt;more&gt;</title>" in alone
    assert "production" not in alone
    assert gitramp("report", "-o", "", cwd=small).returncode == 2
    assert 'aria-label="Steps of the ramp, in percent"' in alone
    missing = gitramp("report", "-o", "nowhere/page.html", cwd=small)
    assert missing.returncode == 4
    assert "error GR872 nowhere/page.html cannot be written: No such file or directory" in missing.stderr
    assert gitramp("report", "-q", "-o", "page.html", "-e", "dev", "-e", "production", cwd=small).stdout == ""
    assert 'id="e-production"' in (small / "page.html").read_text()


@pytest.mark.parametrize("to", ["environments/production.yaml", "rendered/page.html", ".git/HEAD", "pages/", "link"])
def test_a_page_takes_the_place_of_nothing_that_counts(small: Path, gitramp: Gitramp, to: str) -> None:
    (small / "link").symlink_to("environments/production.yaml")
    overlay = (small / "environments" / "production.yaml").read_bytes()
    done = gitramp("report", "-o", to, cwd=small)
    assert done.returncode == 4
    assert f"error GR872 {to} is " in done.stderr
    assert (small / "environments" / "production.yaml").read_bytes() == overlay


def test_a_link_stays_a_link_and_a_pipe_is_written_to(small: Path) -> None:
    (small / "old.html").write_text("old")
    (small / "link.html").symlink_to("old.html")
    os.mkfifo(small / "pipe")
    reader = os.open(small / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    for name in ("link.html", "pipe"):
        assert pages.report(Console("report", quiet=True, directory=small), [], str(small / name), "") == 0
    assert (small / "link.html").is_symlink()
    assert (small / "old.html").read_text() == os.read(reader, 1 << 20).decode() == written(small)
    assert (small / "pipe").is_fifo()
    os.close(reader)
    with pytest.raises(ToolError, match="Is a directory"):
        pages.report(Console("report", directory=small), [], str(small), "")


def test_colours_can_be_read_in_both_themes() -> None:
    for least, pairs in ((4.5, TEXT_PAIRS), (3.0, SHAPE_PAIRS)):
        for one, other in pairs:
            for theme in ("light", "dark"):
                first, second = getattr(COLOURS[one], theme), getattr(COLOURS[other], theme)
                assert contrast(first, second) >= least, f"{one} on {other} in {theme}: {contrast(first, second):.2f}"
    used = set(re.findall(r"var\(--([a-z-]+)\)", STYLE))
    assert used <= set(COLOURS)


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def laid_out(found: Overview) -> Iterator[tuple[str, Layout]]:
    for each in found.environments:
        for seen in each.services:
            mirror = seen.service.canary.mirror if seen.service.canary else 0
            yield from ((f"{seen.service.name} in {each.name}", layout(f, seen.tracks, mirror)) for f in seen.flows)


def covers_nothing(laid: Layout, name: str) -> None:
    for above, below in pairwise(laid.boxes):
        assert above.y + above.height <= below.y, name
    lanes = [lane for row in laid.rows for lane in row.lanes]
    for upper, lower in pairwise(lanes):
        assert upper.y + upper.thick / 2 <= lower.y - lower.thick / 2 + 0.01, name
    for row in laid.rows:
        assert all(LEFT + LETTER * len(line) <= BEND for line in row.label), name
    assert all(box.y >= 0 and box.y + box.height <= laid.height for box in laid.boxes), name


def test_a_canary_lies_above_stable_and_is_as_thick_as_its_share() -> None:
    (whole,) = (each for each in overview(Workspace(ROOT), ["production"]).environments)
    search = next(each for each in whole.services if each.service.name == "search")
    laid = layout(search.flows[0], search.tracks)
    assert [box.name for box in laid.boxes] == ["v2", "v1"]
    canary, stable = laid.rows[-1].lanes
    assert (canary.to, stable.to) == ("v2", "v1")
    assert canary.thick < stable.thick / 5


def test_help_says_what_its_exit_code_means(gitramp: Gitramp) -> None:
    assert "exit 0 says that it is written" in " ".join(gitramp("report", "--help").stdout.split())
