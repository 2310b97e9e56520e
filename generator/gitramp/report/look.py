"""How pages look: colours for light and dark, type, and the frame that every page has.

Owns the tokens, which pairs of them are text on a ground, and the rules that all pages share. Nothing is loaded from
elsewhere and nothing runs: a page is one file, whatever opens it. Must not know what any page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gitramp.report.markup import text


class Colour(NamedTuple):
    """A colour in both themes."""

    light: str
    dark: str


COLOURS: Mapping[str, Colour] = {
    "ground": Colour("#f4f5f8", "#0e1116"),
    "surface": Colour("#ffffff", "#171b22"),
    "raised": Colour("#eef0f5", "#212733"),
    "line": Colour("#d5d9e2", "#303845"),
    "ink": Colour("#14171d", "#e8ebf1"),
    "muted": Colour("#525a69", "#a4aebd"),
    "link": Colour("#1a56b0", "#8cb8ff"),
    "stable": Colour("#3f6fae", "#6f9fdc"),
    "stable-soft": Colour("#e3ecf8", "#182a42"),
    "stable-ink": Colour("#1c4276", "#bdd6f7"),
    "canary": Colour("#c44a06", "#ff9447"),
    "canary-soft": Colour("#fdeadb", "#43250d"),
    "canary-ink": Colour("#8c3202", "#ffc79c"),
    "other": Colour("#6c7484", "#8b95a5"),
    "other-soft": Colour("#eceef2", "#242a34"),
    "other-ink": Colour("#3f4653", "#cdd4df"),
    "good-soft": Colour("#dff3e6", "#12301f"),
    "good-ink": Colour("#12592f", "#8fdcae"),
    "bad-soft": Colour("#fce4e2", "#45171a"),
    "bad-ink": Colour("#9b1c1c", "#ffb3ae"),
    "warn-soft": Colour("#fbf0cf", "#3a2c08"),
    "warn-ink": Colour("#6d4a00", "#f2cf74"),
}
"""The tokens, each a custom property of the style: `var(--ink)`."""

TEXT_PAIRS = (
    *((ink, ground) for ink in ("ink", "muted", "link") for ground in ("ground", "surface", "raised")),
    *((f"{what}-ink", f"{what}-soft") for what in ("stable", "canary", "other", "good", "bad", "warn")),
    *((f"{what}-ink", "surface") for what in ("stable", "canary", "other", "good", "bad", "warn")),
    *(("muted", f"{what}-soft") for what in ("stable", "canary", "other")),
)
"""Text and its ground: 4.5 to 1 at least, https://www.w3.org/TR/WCAG22/#contrast-minimum."""
SHAPE_PAIRS = tuple(
    (what, ground) for what in ("stable", "canary", "other") for ground in ("ground", "surface", f"{what}-soft")
)
"""Shapes that say something, and their ground: 3 to 1 at least, https://www.w3.org/TR/WCAG22/#non-text-contrast."""

_SHARED = """\
*, ::before, ::after { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
body { overflow-wrap: anywhere }
code, pre { font-family: ui-monospace, monospace; font-size: .875em }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance }
h1 { font-size: 1.5rem; margin: 0 }
h2 { font-size: 1.2rem; margin: 0 0 .75rem }
h3 { font-size: 1rem; margin: 0 }
main, header, footer { max-width: 78rem; margin: 0 auto; padding: 0 clamp(.75rem, 3vw, 2rem) }
header { padding-top: 1.5rem }
"""


def frame(title: str, style: str, body: Iterable[str]) -> Iterator[str]:
    """Yield a page around its body, which stands on lines of its own."""
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{text(title)}</title>"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<style>\n{_tokens()}{_SHARED}{style}</style>\n</head>\n<body>"
    yield from body
    yield "</body>\n</html>"


def _tokens() -> str:
    """Write the tokens of both themes; a reader's wish for the dark one is known to the browser."""
    light = "; ".join(f"--{name}: {colour.light}" for name, colour in COLOURS.items())
    dark = "; ".join(f"--{name}: {colour.dark}" for name, colour in COLOURS.items())
    return (
        f":root {{ color-scheme: light dark; {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )
