"""Write `docs/codes.md` from the catalogue: what each code means, how to mend it, and an example of what has it.

Owns the page's layout, and the list of published numbers in `tests/codes.txt`, to which it adds and from which it takes
nothing. Must not know any code.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from gitramp.pipeline import Entry, entries
from gitramp.pipeline.catalogue import RETIRED
from gitramp.problem import FAMILIES

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "tests" / "codes.txt"
_HEAD = """# Codes

<!-- Written by `make reference` from the catalogue of codes: edit the code's own file and run it again. -->

`gitramp explain CODE` tells the same about one code, `gitramp codes --output json` about all. A number is never used
for anything else, whatever happens to its code. Errors fail a run, warnings and remarks do not.
"""
_LONGEST = 16  # lines of an example: longer ones are for `gitramp explain`
_OVERLAY_HEAD = ("apiVersion: gitramp", "kind: Environment")  # the first two lines of every overlay


def page() -> str:
    """Return the page."""
    families = [(name, list(members)) for name, members in groupby(entries(), key=lambda entry: entry.code.family)]
    contents = "".join(_line(name, members) for name, members in families)
    sections = "".join(_family(name, members) for name, members in families)
    return f"{_HEAD}\n| family | numbers | codes |\n|---|---|---|\n{contents}{sections}{_retired()}"


def published() -> str:
    """Return the list of published numbers with the codes that are new in it."""
    known = dict(line.split(" ", 1) for line in _lines())
    known |= {entry.code.number: entry.code.title for entry in entries() if entry.code.number not in known}
    return "".join(f"{number} {title}\n" for number, title in sorted(known.items()))


def _lines() -> list[str]:
    return PUBLISHED.read_text(encoding="utf-8").splitlines() if PUBLISHED.is_file() else []


def numbers(family: str) -> str:
    """Return the range of a family's numbers: `GR300 to GR379`."""
    starts = sorted(first for first, _ in FAMILIES)
    first = next(start for start, name in FAMILIES if name == family)
    last = next((start for start in starts if start > first), 1000) - 1
    return f"GR{first:03} to GR{last:03}"


def _anchor(family: str) -> str:
    return family.lower().replace(" ", "-")


def _line(family: str, members: list[Entry]) -> str:
    links = " ".join(f"[{each.code.number[2:]}](#{each.code.number.lower()})" for each in members)
    return f"| [{family}](#{_anchor(family)}) | {numbers(family)} | {links} |\n"


def _family(name: str, members: list[Entry]) -> str:
    title = f"{name[0].upper()}{name[1:]}"
    return f'\n<a id="{_anchor(name)}"></a>\n\n## {title} ({numbers(name)})\n' + "".join(map(_section, members))


def _section(entry: Entry) -> str:
    return "".join(_parts(entry))


def _parts(entry: Entry) -> Iterator[str]:
    code = entry.code
    yield f'\n<a id="{code.number.lower()}"></a>\n\n### {code.number}: {code.title}\n\n'
    what = f"{entry.what} " if entry.states_more else ""
    yield f"{code.severity.value.capitalize()}. {what}{code.why}\n"
    yield f"\nTo mend it: {code.remedy}.{f' [Source]({code.source})' if code.source else ''}\n"
    files = entry.example.files if entry.example else {}
    shown = {path: _shortened(content) for path, content in files.items()}
    if entry.example and sum(content.count("\n") for content in shown.values()) <= _LONGEST:
        for path, content in shown.items():
            yield f"\n```yaml\n# {path}\n{content}```\n"
    if entry.example:
        yield f"\n```\n{entry.example.finding.splitlines()[0]}\n```\n"
        yield f"\n```diff\n{entry.example.mended}```\n" if entry.example.mended else ""


def _shortened(content: str) -> str:
    lines = content.splitlines()
    while lines and lines[0].startswith(_OVERLAY_HEAD):
        del lines[0]
    return "".join(f"{line}\n" for line in lines)


def _retired() -> str:
    lines = "".join(f"- {number}: {what}\n" for number, what in RETIRED.items())
    return f"\n## Retired\n\n{lines}" if lines else ""


if __name__ == "__main__":
    (ROOT / "docs" / "codes.md").write_text(page(), encoding="utf-8")
    PUBLISHED.write_text(published(), encoding="utf-8")
