"""The pictures in the README: the worked example's page, in both themes, as a browser shows it.

`python -m conformance.readme_picture` takes them anew into docs/; run it after a change of the page's looks. Owns what
part of the page they show. Must not know how it is laid out.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from conformance import browser, workspaces
from conformance.browser import ROOT
from gitramp.overview import overview
from gitramp.report.page import overview_page
from gitramp.workspace import Workspace

WIDTH = 880
MARGIN = 12


def main() -> None:
    """Take both pictures: the canaries under way, and the service that has them."""
    with tempfile.TemporaryDirectory() as folder, browser.started() as chromium:
        file = Path(folder) / "page.html"
        shown = overview(Workspace(_example(Path(folder) / "shop")), ["production", "staging"])
        file.write_text(overview_page(shown), encoding="utf-8")
        for theme in ("light", "dark"):
            with browser.opened(chromium, file, WIDTH, theme) as looked_at:
                page = looked_at.page
                top = page.locator("#canaries").bounding_box()["y"] - MARGIN
                last = page.locator("#s-search .pictures").bounding_box()
                clip = {"x": 0, "y": top, "width": WIDTH, "height": last["y"] + last["height"] - top}
                target = ROOT / "docs" / f"report-{theme}.png"
                page.screenshot(path=str(target), clip=clip, full_page=True)


def _example(folder: Path) -> Path:
    """Return the worked example as somebody has ramped it: 5 % at first."""
    for part in ("environments", "rendered"):
        shutil.copytree(ROOT / part, folder / part)
    overlay = folder / "environments" / "production.yaml"
    text = overlay.read_text(encoding="utf-8")
    for weight in (5, 10):
        overlay.write_text(text.replace("weight: 10", f"weight: {weight}"), encoding="utf-8")
        workspaces.commit(folder, f"production: search canary v2 at {weight} %")
    return folder


if __name__ == "__main__":
    main()
