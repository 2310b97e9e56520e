"""The pages of gitramp in a real Chromium: closed in themselves, legible on a phone, and for those who do not see them.

`make report-check` runs it. The screenshots stay in `.report-check/`: look at them after a change of a page.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from benchmarks import line

from conformance import browser, workspaces
from conformance.browser import DESK, PHONE, ROOT
from gitramp.overview import overview
from gitramp.pipeline.diff import diff
from gitramp.report.diff_html import diff_html
from gitramp.report.page import overview_page
from gitramp.workspace import Workspace
from random_environments import environment, snapshot

EVERY = [*sorted((ROOT / "examples").glob("*/")), *sorted((ROOT / "tests" / "cases").glob("*/"))]
THEMES = ("light", "dark")
LOOKS = [(width, theme) for width in (PHONE, DESK) for theme in THEMES]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    with browser.started() as running:
        yield running


def page_of(folder: Path, file: Path) -> Path:
    file.write_text(overview_page(overview(Workspace(folder))), encoding="utf-8")
    return file


def look(chromium: Any, file: Path, name: str, width: int, theme: str) -> None:
    """Open a page and demand of it what is demanded of every one, as it comes and with all that it has opened."""
    with browser.opened(chromium, file, width, theme) as shown:
        shown.shoot(f"{name}-{width}-{theme}")
        assert shown.faults == []
        assert shown.violations() == []
        shown.open_all()
        shown.shoot(f"{name}-{width}-{theme}-opened")
        assert shown.faults == []
        assert shown.violations() == []
        assert (shown.console, shown.asked) == ([], [shown.url])


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_worked_example(chromium: Any, tmp_path: Path, width: int, theme: str) -> None:
    look(chromium, page_of(ROOT, tmp_path / "page.html"), "example", width, theme)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("name", ["ramps", "troubles"])
def test_pages_that_are_hard_to_lay_out(chromium: Any, tmp_path: Path, name: str, width: int, theme: str) -> None:
    folder = getattr(workspaces, name)(tmp_path / name)
    look(chromium, page_of(folder, tmp_path / "page.html"), name, width, theme)


@pytest.mark.parametrize("folder", EVERY, ids=lambda folder: folder.name)
def test_every_example_and_case(chromium: Any, tmp_path: Path, folder: Path) -> None:
    file = page_of(folder, tmp_path / "page.html")
    look(chromium, file, folder.name, PHONE, "light")
    look(chromium, file, folder.name, DESK, "dark")


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_review_of_a_change(chromium: Any, tmp_path: Path, width: int, theme: str) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(ROOT / "environments", folder / "environments")
    workspaces.commit(folder, "start")
    overlay = folder / "environments" / "production.yaml"
    overlay.write_text(overlay.read_text().replace("weight: 10", "weight: 25").replace("replicas: 3", "replicas: 4", 1))
    (tmp_path / "diff.html").write_text(diff_html(diff(Workspace(folder))), encoding="utf-8")
    look(chromium, tmp_path / "diff.html", "diff", width, theme)


def test_environments_at_random(chromium: Any, tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    for seed in range(30):
        for path, content in snapshot(environment(Random(seed))).files.items():
            (tmp_path / path).write_bytes(content)
        with browser.opened(chromium, page_of(tmp_path, tmp_path / "page.html"), PHONE, "dark") as shown:
            shown.open_all()
            assert shown.faults == [], f"seed {seed}"
            assert (shown.console, shown.asked) == ([], [shown.url])


def test_a_thousand_services(chromium: Any, tmp_path: Path) -> None:
    file = page_of(line.workspace_of(1000, tmp_path).root, tmp_path / "page.html")
    assert file.stat().st_size < 8_000_000
    with browser.opened(chromium, file, PHONE, "light") as shown:
        shown.shoot("thousand")
        assert shown.page.locator("details.service").count() == 1000
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= PHONE
        shown.page.locator("#s-service-0500 > summary").click()
        assert shown.page.locator("#s-service-0500 svg").is_visible()
        assert (shown.console, shown.asked) == ([], [shown.url])


WRONG = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>wrong</title></head>
<body><main><h1>Wrong</h1>
<p style="width:900px;color:#999;background:#fff">pale and wide</p><script>console.log("said")</script>
<img src="http://127.0.0.1:9/picture.png" alt="elsewhere">
<div style="overflow:hidden;width:40px;white-space:nowrap">cut off here</div>
<svg viewBox="0 0 100 50" role="img"><title>one</title><rect class="box" x="50" y="0" width="40" height="20"/>
<text x="2" y="14">over the edge</text><text x="4" y="16">of another</text><text x="90" y="40">away</text></svg>
</main></body></html>"""


def test_what_is_wrong_with_a_page_is_seen(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "wrong.html"
    file.write_text(WRONG)
    with browser.opened(chromium, file, PHONE, "light") as shown:
        faults = "\n".join(shown.faults)
        rules = {each.partition(":")[0] for each in shown.violations()}
        assert rules >= {"color-contrast"}
        assert shown.asked[1:] == ["http://127.0.0.1:9/picture.png"]
        assert "said" in shown.console
    for fault in (
        "scrolls sideways",
        "leaves the page",
        "is cut",
        "crosses an edge",
        "lies over of another",
        "away leaves",
    ):
        assert fault in faults
