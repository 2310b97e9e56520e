"""A real Chromium without a screen and without a network, and what it makes of a page.

Owns how it is found and started, the questions that are put to an open page, and where screenshots are kept. Must not
know what a page says.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHOTS = ROOT / ".report-check"
PHONE, DESK = 360, 1280
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GET = "apt-get install chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LAID_OUT = Path(__file__).with_name("laid_out.js")


@dataclass
class Opened:
    """A page that is open, what it wrote to the console, and what it asked for besides itself."""

    page: Any
    url: str
    console: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """What is wrong with how it is laid out."""
        return list(self.page.evaluate(_LAID_OUT.read_text(encoding="utf-8")))

    def violations(self) -> list[str]:
        """Ask axe-core, each breach of its rules in one line."""
        from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  only report-check installs it

        found = Axe().run(self.page).response["violations"]
        return [
            f"{each['id']}: {node['html'][:160]} {node['failureSummary']}" for each in found for node in each["nodes"]
        ]

    def shoot(self, name: str) -> None:
        """Keep what it looks like."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)

    def open_all(self) -> None:
        """Open what a reader can open."""
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def executable() -> str:
    """Find the browser; where there is none, say the command that gets it."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, f"there is no Chromium on PATH; get it with `{GET}`"
    return found


@contextmanager
def started() -> Iterator[Any]:
    """Start a browser with a profile of its own; it ends with the block."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  only report-check installs it
    except ImportError:
        raise AssertionError("playwright is not installed: make report-check gets it") from None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Any, file: Path, width: int, scheme: str) -> Iterator[Opened]:
    """Open a file offline, in a window of a width and in a theme."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True, reduced_motion="reduce"
    )
    try:
        shown = Opened(context.new_page(), file.as_uri())
        shown.page.on("console", lambda said: shown.console.append(said.text))
        shown.page.on("pageerror", lambda error: shown.console.append(str(error)))
        shown.page.on("request", lambda request: shown.asked.append(request.url))
        shown.page.goto(shown.url)
        yield shown
    finally:
        context.close()
